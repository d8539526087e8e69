//! How far a user is with a course.

use jiff::Timestamp;
use simulator_kit::Dice;

use super::{World, places::instant};

/// 2024-01-01T00:00:00Z in milliseconds: nothing was assigned before.
pub(super) const FIRST_DAY: i64 = 1_704_067_200_000;
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
    pub(super) result: i64,
}

/// What has been learnt since the start, in place of what is derived.
#[derive(Debug, Clone, Copy)]
pub(super) struct Learnt {
    completed: bool,
    percent: f64,
    started: Option<Timestamp>,
    done: Option<Timestamp>,
}

impl Progress {
    /// Whether anything has been learnt.
    pub(crate) fn begun(&self) -> bool {
        self.completed || self.percent > 0.0
    }

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
            result: 338_000_000 + dice.below("result", 1_000_000) as i64,
        }
    }

    /// What a learner of the start has learnt.
    fn of_the_start(assigned: Timestamp, dice: Dice) -> Self {
        let within =
            |aspect: &'static str, days: i64| dice.below(aspect, (days * DAY) as u64) as i64;
        let completed = dice.chance("completed", 40.0);
        let percent = match completed {
            // an item that was waived is done without progress
            true => dice.pick("percent", &[100.0, 100.0, 100.0, 100.0, 100.0, 0.0]),
            false => dice.pick("percent", &[0.0, 0.0, 12.5, 33.33, 50.0, 100.0]),
        };
        let first = assigned.as_millisecond();
        let started = first + within("started", 30);
        let done = started + within("done", 30);
        let sometimes = |aspect: &'static str, percent: f64, days: i64| {
            dice.chance(aspect, percent).then(|| instant(first + days * DAY))
        };
        Self {
            completed,
            percent,
            started: (completed || percent > 0.0).then(|| instant(started)),
            done: completed.then(|| instant(done)),
            due: sometimes("due", 50.0, 60),
            access_till: sometimes("access", 5.0, 700),
            ..Self::fresh(assigned, dice)
        }
    }
}

impl World {
    /// The state of a pair, which is enrolled or has been.
    pub(crate) fn progress(&self, course: u32, user: u32) -> Progress {
        let dice = self.pair_dice(course, user);
        let assigned = self.begins_assigned(course, user);
        let mut progress = match self.plan.begins_learning(course, user) {
            true => Progress::of_the_start(assigned, dice),
            false => Progress::fresh(assigned, dice),
        };
        if let Some(dates) = self.history.results.get(&(course, user)) {
            // one that is assigned again keeps what was learnt before
            progress.assigned = dates.created;
        }
        if let Some(learnt) = self.learnt.get(&(course, user)).copied() {
            let Learnt { completed, percent, started, done } = learnt;
            progress = Progress { completed, percent, started, done, ..progress };
        }
        let done = progress.done.filter(|_| dice.chance("compliant", 30.0));
        progress.compliant_till = done.map(|done| instant(done.as_millisecond() + 365 * DAY));
        progress
    }

    /// Notes how far a learner is. What was begun or done before was so from then on.
    pub(super) fn learn(
        &mut self,
        course: u32,
        user: u32,
        (percent, completed): (f64, bool),
        at: Timestamp,
    ) {
        let before = self.progress(course, user);
        let begun = completed || percent > 0.0;
        let learnt = Learnt {
            completed,
            percent,
            started: begun.then(|| before.started.unwrap_or(at)),
            done: completed.then(|| before.done.unwrap_or(at)),
        };
        self.touch_result(course, user, at);
        self.learnt.insert((course, user), learnt);
    }

    /// When a pair was assigned if it was so at the start.
    pub(super) fn begins_assigned(&self, course: u32, user: u32) -> Timestamp {
        let dice = self.pair_dice(course, user);
        instant(FIRST_DAY + dice.below("assigned", 500 * DAY as u64) as i64)
    }

    pub(super) fn pair_dice(&self, course: u32, user: u32) -> Dice {
        let pair = (u64::from(course) << 32) | u64::from(user);
        Dice::new(self.plan.seed, "enrolment", pair)
    }
}
