//! How far a user is with a course.

use jiff::Timestamp;
use simulator_kit::Dice;

use super::{World, places::instant};
use crate::wire::cell::{Cell, Record, field};

/// 2024-01-01T00:00:00Z in milliseconds: nothing was assigned before.
const FIRST_DAY: i64 = 1_704_067_200_000;
const DAY: i64 = 86_400_000;

/// The state of one pair of course and user.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    pub(crate) completed: bool,
    pub(crate) percent: f64,
    pub(crate) assigned: Timestamp,
    pub(crate) started: Option<Timestamp>,
    pub(crate) done: Option<Timestamp>,
    pub(crate) due: Option<Timestamp>,
    pub(crate) compliant_till: Option<Timestamp>,
    pub(crate) access_till: Option<Timestamp>,
    result: i64,
}

impl Progress {
    /// Nothing learnt yet.
    fn fresh(assigned: Timestamp, dice: Dice) -> Self {
        Self {
            completed: false,
            percent: 0.0,
            assigned,
            started: None,
            done: None,
            due: None,
            compliant_till: None,
            access_till: None,
            result: result(dice),
        }
    }
}

fn result(dice: Dice) -> i64 {
    338_000_000 + dice.below("result", 1_000_000) as i64
}

impl World {
    /// The state of a pair, which must be enrolled.
    pub(crate) fn progress(&self, course: u32, user: u32) -> Progress {
        let pair = (u64::from(course) << 32) | u64::from(user);
        let dice = Dice::new(self.plan.seed, "enrolment", pair);
        let written = self.assigned_at(course, user);
        if let Some(at) = written
            && !self.plan.begins_learning(course, user)
        {
            return Progress::fresh(at, dice);
        }
        let assigned = FIRST_DAY + dice.below("assigned", 500 * DAY as u64) as i64;
        let within =
            |aspect: &'static str, days: i64| dice.below(aspect, (days * DAY) as u64) as i64;
        let completed = dice.chance("completed", 40.0);
        let percent = match completed {
            // an item that was waived is done without progress
            true => dice.pick("percent", &[100.0, 100.0, 100.0, 100.0, 100.0, 0.0]),
            false => dice.pick("percent", &[0.0, 0.0, 12.5, 33.33, 50.0, 100.0]),
        };
        let started = assigned + within("started", 30);
        let done = started + within("done", 30);
        let sometimes = |aspect: &'static str, percent: f64, at: i64| {
            dice.chance(aspect, percent).then(|| instant(at))
        };
        Progress {
            completed,
            percent,
            // one that is assigned again keeps what was learnt before
            assigned: written.unwrap_or_else(|| instant(assigned)),
            started: (completed || percent > 0.0).then(|| instant(started)),
            done: completed.then(|| instant(done)),
            due: sometimes("due", 50.0, assigned + 60 * DAY),
            compliant_till: sometimes("compliant", 30.0, done + 365 * DAY).filter(|_| completed),
            access_till: sometimes("access", 5.0, assigned + 700 * DAY),
            result: result(dice),
        }
    }

    /// A learner as `/courses/{id}/users` lists it.
    pub(crate) fn learner_record(&self, course: u32, user: u32) -> Record {
        let progress = self.progress(course, user);
        let mut record = self.user_summary(user);
        record.truncate(4);
        record.extend([
            ("Completed", Cell::Bool(progress.completed)),
            ("PercentageComplete", Cell::Decimal(progress.percent)),
            ("CompliantTill", Cell::instant(progress.compliant_till)),
            ("DueDate", Cell::instant(progress.due)),
            ("AccessTillDate", Cell::instant(progress.access_till)),
        ]);
        record
    }

    /// A course as `/users/{id}/courses` lists it.
    pub(crate) fn user_course_record(&self, course: u32, user: u32) -> Record {
        let progress = self.progress(course, user);
        let record = self.course_record(course);
        let of_course = |name| field(&record, name).cloned().unwrap_or(Cell::Null);
        let made = instant(FIRST_DAY - i64::from(course % 1000) * DAY);
        vec![
            ("Id", of_course("Id")),
            ("Code", of_course("Code")),
            ("Name", of_course("Name")),
            ("Active", of_course("Active")),
            ("Complete", Cell::Bool(progress.completed)),
            ("PercentageComplete", Cell::Decimal(progress.percent)),
            ("AssignedDate", Cell::Instant(progress.assigned)),
            ("StartDate", Cell::instant(progress.started)),
            ("DateCompleted", Cell::instant(progress.done)),
            ("UpToDate", Cell::Bool(true)),
            ("Overdue", Cell::Bool(false)),
            ("CompliantTill", Cell::instant(progress.compliant_till)),
            ("IsLearningPath", Cell::Bool(self.only_through_path(course, user))),
            ("CourseCreatedDate", Cell::Instant(made)),
            ("CourseCreator", Cell::Exact(self.users.id(0).into())),
            ("OriginalId", of_course("OriginalId")),
            ("ResultId", Cell::Exact(progress.result.to_string().into())),
            ("AccessTillDate", Cell::instant(progress.access_till)),
        ]
    }
}
