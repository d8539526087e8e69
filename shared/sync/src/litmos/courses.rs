//! Courses and enrolments: `/courses`, or the configured ones by id, then `/courses/{id}/users`.

use async_trait::async_trait;
use rollcall_roster::Table;
use rollcall_snapshot::{Findings, Scope};
use serde::{Deserialize, Serialize};

use super::{Connection, findings_of, missing};
use crate::{Meter, Step, SyncError, TableColumns, Walk, connection::if_there, paging};

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
}

/// The walk over the courses.
pub struct CoursesWalk(pub Connection);

#[async_trait]
impl Walk for CoursesWalk {
    type Task = CourseTask;

    fn tables() -> Vec<TableColumns> {
        let untold = ["assigned_at", "started_at", "completed_at", "source"];
        vec![
            TableColumns::all_but(Table::Courses, &[]),
            TableColumns::all_but(Table::Enrolments, &untold),
        ]
    }

    fn first(scope: &Scope) -> Vec<CourseTask> {
        match &scope.limited_courses {
            None => vec![CourseTask::List { start: 0 }],
            Some(ids) => {
                let one = |id: &String| CourseTask::One { course_id: id.clone() };
                ids.iter().map(one).collect()
            }
        }
    }

    /// Enrolments are read in the order of the courses' ids, so that they are staged nearly sorted.
    fn stage(task: &CourseTask) -> u8 {
        u8::from(matches!(task, CourseTask::Users { .. }))
    }

    async fn step(
        &self,
        task: CourseTask,
        found: &Findings,
    ) -> Result<Step<CourseTask>, SyncError> {
        let litmos = &self.0.client;
        let users = |course_id: String| CourseTask::Users { course_id, start: 0 };
        let mut step = Step::default();
        match task {
            CourseTask::List { start } => {
                let page = litmos.courses(start).await?;
                step.findings = findings_of("courses", &page);
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
                    step.findings = missing(Table::Courses, course_id, course);
                    return Ok(step);
                };
                step.findings = findings_of("enrolments", &page);
                step.stage(&page.rows);
                let next = paging::after(start, page.received, found);
                step.next.extend(next.map(|start| CourseTask::Users { course_id, start }));
            }
        }
        Ok(step)
    }

    fn meter(&self) -> Meter {
        self.0.meter()
    }
}
