//! Courses and enrolments: `/courses`, or the configured ones by id, then `/courses/{id}/users`;
//! what changed: `/org/courses`, `/org/users/courses`, `/org/results/details`.

use std::collections::BTreeSet;

use async_trait::async_trait;
use rollcall_roster::{Row, Table, Told};
use rollcall_snapshot::{Findings, Mode, Scope, TeamOrCourse};
use rollcall_vendor_client::Page;
use serde::{Deserialize, Serialize};

use super::{
    Connection, Window, findings_of, vanished,
    windows::{self, changed},
};
use crate::{Brief, Meter, Step, SyncError, TableColumns, Walk, connection::if_there, paging};

/// A piece of the walk over the courses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CourseTask {
    /// Read the list of courses from here.
    List {
        /// The offset.
        start: u64,
    },
    /// Read one configured course.
    One {
        /// The course.
        course_id: String,
    },
    /// Read the enrolments of a course from here.
    Users {
        /// The course.
        course_id: String,
        /// The offset.
        start: u64,
    },
    /// Read what changed in a window from here.
    Changed {
        /// Of which.
        list: ChangedList,
        /// The window.
        window: Window,
        /// The offset.
        start: u64,
    },
}

/// The lists of changes about courses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangedList {
    /// Courses.
    Courses,
    /// Who was assigned one, or no longer.
    Assignments,
    /// How far users are.
    Results,
}

/// The walk over the courses.
pub struct CoursesWalk {
    connection: Connection,
    limited: Option<BTreeSet<String>>,
}

impl CoursesWalk {
    /// A walk for a run of this scope.
    #[must_use]
    pub fn new(connection: Connection, scope: &Scope) -> Self {
        let limited = scope.limited_courses.as_ref().map(|ids| ids.iter().cloned().collect());
        Self { connection, limited }
    }
}

#[async_trait]
impl Walk for CoursesWalk {
    type Task = CourseTask;

    fn tables(mode: Mode) -> Vec<TableColumns> {
        let untold: &[&str] = match mode {
            Mode::Full => &["assigned_at", "started_at", "completed_at", "source"],
            Mode::Delta => &[],
        };
        vec![
            TableColumns::all_but(Table::Courses, &[]),
            TableColumns::all_but(Table::Enrolments, untold),
        ]
    }

    fn first(brief: Brief<'_>) -> Vec<CourseTask> {
        let mut tasks = match (brief.plan.mode(), &brief.scope.limited_courses) {
            (Mode::Delta, _) => Vec::new(),
            (Mode::Full, None) => vec![CourseTask::List { start: 0 }],
            (Mode::Full, Some(ids)) => {
                let one = |id: &String| CourseTask::One { course_id: id.clone() };
                ids.iter().map(one).collect()
            }
        };
        for window in windows::of(brief) {
            let lists = [ChangedList::Courses, ChangedList::Assignments, ChangedList::Results];
            tasks.extend(lists.map(|list| CourseTask::Changed { list, window, start: 0 }));
        }
        tasks
    }

    /// Enrolments are read in the order of the courses' ids, so that they are staged nearly sorted.
    fn stage(task: &CourseTask) -> u8 {
        match task {
            CourseTask::List { .. } | CourseTask::One { .. } => 0,
            CourseTask::Users { .. } => 1,
            CourseTask::Changed { .. } => 2,
        }
    }

    fn about(task: &CourseTask) -> Option<TeamOrCourse> {
        match task {
            CourseTask::One { course_id } | CourseTask::Users { course_id, .. } => {
                Some(TeamOrCourse::Course(course_id.clone()))
            }
            CourseTask::List { .. } | CourseTask::Changed { .. } => None,
        }
    }

    async fn look_for_vendor(&self) -> Result<(), SyncError> {
        self.connection.client.courses(0).await?;
        Ok(())
    }

    async fn step(
        &self,
        task: CourseTask,
        found: &Findings,
    ) -> Result<Step<CourseTask>, SyncError> {
        let litmos = &self.connection.client;
        let users = |course_id: String| CourseTask::Users { course_id, start: 0 };
        let mut step = Step::default();
        match task {
            CourseTask::List { start } => {
                let page = litmos.courses(start).await?;
                step.findings = findings_of(Table::Courses, "courses", &page);
                step.stage(&page.rows);
                let next = paging::after(start, page.received, found);
                step.next.extend(next.map(|start| CourseTask::List { start }));
                step.next.extend(page.rows.into_iter().map(|course| users(course.course_id)));
            }
            CourseTask::One { course_id } => match if_there(litmos.course(&course_id).await)? {
                Some(course) => {
                    step.stage([&course]);
                    step.next.push(users(course.course_id));
                }
                None => {
                    step.findings.unknown_courses.insert(course_id);
                }
            },
            CourseTask::Users { course_id, start } => {
                let answer = litmos.course_users(&course_id, start).await;
                let Some(page) = if_there(answer)? else {
                    let course = if_there(litmos.course(&course_id).await)?;
                    step.findings = vanished(TeamOrCourse::Course(course_id), course)?;
                    return Ok(step);
                };
                step.findings = findings_of(Table::Enrolments, "enrolments", &page);
                step.stage(&page.rows);
                let next = paging::after(start, page.received, found);
                step.next.extend(next.map(|start| CourseTask::Users { course_id, start }));
            }
            CourseTask::Changed { list, window, start } => {
                return self.changed(list, window, start, found).await;
            }
        }
        Ok(step)
    }

    fn meter(&self) -> Meter {
        self.connection.meter()
    }
}

impl CoursesWalk {
    async fn changed(
        &self,
        list: ChangedList,
        window: Window,
        start: u64,
        found: &Findings,
    ) -> Result<Step<CourseTask>, SyncError> {
        let (litmos, of) = (&self.connection.client, window.into());
        let again = |start| CourseTask::Changed { list, window, start };
        Ok(match list {
            ChangedList::Courses => {
                let page = self.within_scope(litmos.changed_courses(of, start).await?);
                changed("changed courses", &page, start, found, again)
            }
            ChangedList::Assignments => {
                let page = self.within_scope(litmos.changed_assignments(of, start).await?);
                changed("changed assignments", &page, start, found, again)
            }
            ChangedList::Results => {
                let page = self.within_scope(litmos.changed_results(of, start).await?);
                changed("changed results", &page, start, found, again)
            }
        })
    }

    /// Lists of changes are about all courses.
    fn within_scope<R: Row>(&self, mut page: Page<Told<R>>) -> Page<Told<R>> {
        if let Some(limited) = &self.limited {
            page.rows.retain(|told| limited.contains(told.key().0));
        }
        page
    }
}
