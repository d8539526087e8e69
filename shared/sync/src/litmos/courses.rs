//! Courses and enrolments: `/courses`, or the configured ones by id, then `/courses/{id}/users`;
//! what changed: `/org/courses`, `/org/users/courses`, `/org/results/details`.

use std::collections::BTreeSet;

use async_trait::async_trait;
use rollcall_roster::{Course, Enrolment, Table};
use rollcall_snapshot::{Findings, Mode, Scope, TeamOrCourse};
use serde::{Deserialize, Serialize};

use super::{
    Connection, Window,
    lists::{self, List, ListKind},
    vanished,
    windows::{self, Windowed},
};
use crate::{
    Brief, Meter, Step, SyncError, TableColumns, Walk,
    connection::if_there,
    paging::{Next, Trail},
};

/// A piece of the walk over the courses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CourseTask {
    /// Read the list of courses from here.
    List {
        /// The offset.
        start: u64,
        /// How it came here.
        #[serde(default)]
        trail: Trail,
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
        /// How it came here.
        #[serde(default)]
        trail: Trail,
    },
    /// Make sure that no course's enrolments were cut off.
    SettleEnds,
    /// Read what changed in a window from here.
    Changed {
        /// Of which.
        list: ChangedList,
        /// The window.
        window: Window,
        /// The offset.
        start: u64,
        /// How it came here.
        #[serde(default)]
        trail: Trail,
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
            (Mode::Full, None) => vec![CourseTask::List { start: 0, trail: Trail::default() }],
            (Mode::Full, Some(ids)) => {
                let one = |id: &String| CourseTask::One { course_id: id.clone() };
                ids.iter().map(one).collect()
            }
        };
        for window in windows::of(brief) {
            let lists = [ChangedList::Courses, ChangedList::Assignments, ChangedList::Results];
            let trail = Trail::default;
            let changed = |list| CourseTask::Changed { list, window, start: 0, trail: trail() };
            tasks.extend(lists.map(changed));
        }
        tasks
    }

    /// Enrolments are read in the order of the courses' ids, so that they are staged nearly sorted.
    fn stage(task: &CourseTask) -> u8 {
        match task {
            CourseTask::List { .. } | CourseTask::One { .. } => 0,
            CourseTask::Users { .. } => 1,
            // How far somebody is in a course is asked for after who has it: else whoever is assigned
            // one in between would have it without a status.
            CourseTask::Changed { list: ChangedList::Results, .. } => 3,
            CourseTask::SettleEnds | CourseTask::Changed { .. } => 2,
        }
    }

    fn about(task: &CourseTask) -> Option<TeamOrCourse> {
        match task {
            CourseTask::One { course_id } | CourseTask::Users { course_id, .. } => {
                Some(TeamOrCourse::Course(course_id.clone()))
            }
            CourseTask::List { .. } | CourseTask::SettleEnds | CourseTask::Changed { .. } => None,
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
        let mut step = Step::default();
        match task {
            CourseTask::List { start, trail } => {
                let list = List { kind: ListKind::Courses, of: None };
                let id = |course: &Course| course.course_id.clone();
                let read = |start| litmos.courses(start);
                let mut read = list.read((start, &trail), id, read).await?;
                let next = read.follow(list, &trail, found).place();
                step.next.extend(next.map(|(start, trail)| CourseTask::List { start, trail }));
                step.stage(&read.page.rows);
                step.next.extend(read.page.rows.into_iter().map(|course| users(course.course_id)));
                step.findings = read.findings;
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
            CourseTask::Users { course_id, start, trail } => {
                let list = List { kind: ListKind::CourseUsers, of: Some(&course_id) };
                let id = |enrolment: &Enrolment| enrolment.user_id.clone();
                let read = |start| litmos.course_users(&course_id, start);
                let answer = list.read((start, &trail), id, read).await;
                let Some(mut read) = if_there(answer)? else {
                    let course = if_there(litmos.course(&course_id).await)?;
                    step.findings = vanished(TeamOrCourse::Course(course_id), course)?;
                    return Ok(step);
                };
                let next = read.follow(list, &trail, found);
                step.findings = read.findings;
                step.stage(&read.page.rows);
                step.next.extend((next == Next::Doubtful).then_some(CourseTask::SettleEnds));
                let on = |(start, trail)| CourseTask::Users { course_id, start, trail };
                step.next.extend(next.place().map(on));
            }
            CourseTask::SettleEnds => return self.settle_ends(found).await,
            CourseTask::Changed { list, window, start, trail } => {
                return self.changed(list, window, (start, trail), found).await;
            }
        }
        Ok(step)
    }

    fn meter(&self) -> Meter {
        self.connection.meter()
    }
}

/// The enrolments of a course, from the beginning.
fn users(course_id: String) -> CourseTask {
    CourseTask::Users { course_id, start: 0, trail: Trail::default() }
}

impl CoursesWalk {
    /// Asks one of the courses of which it is doubtful for more; if there is, all are read again.
    async fn settle_ends(&self, found: &Findings) -> Result<Step<CourseTask>, SyncError> {
        let read = |course_id, start| self.connection.client.course_users(course_id, start);
        let (findings, again) = lists::settle_ends(ListKind::CourseUsers, found, read).await?;
        let next = again.into_iter().map(|course_id| users(course_id.to_owned())).collect();
        Ok(Step { next, findings, ..Step::default() })
    }

    async fn changed(
        &self,
        list: ChangedList,
        window: Window,
        (start, trail): (u64, Trail),
        found: &Findings,
    ) -> Result<Step<CourseTask>, SyncError> {
        let (litmos, of) = (&self.connection.client, window.into());
        let again = |start, trail| CourseTask::Changed { list, window, start, trail };
        // Lists of changes are about all courses.
        let within = self.limited.as_ref();
        let list_of = |kind| Windowed { kind, start, trail, within };
        match list {
            ChangedList::Courses => {
                let list = list_of(ListKind::ChangedCourses);
                list.read(found, |start| litmos.changed_courses(of, start), again).await
            }
            ChangedList::Assignments => {
                let list = list_of(ListKind::ChangedAssignments);
                list.read(found, |start| litmos.changed_assignments(of, start), again).await
            }
            ChangedList::Results => {
                let list = list_of(ListKind::ChangedResults);
                list.read(found, |start| litmos.changed_results(of, start), again).await
            }
        }
    }
}
