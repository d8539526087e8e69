//! What has changed since the start, and when: the rest is derived, and older.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Dates, World, places::instant, progress::FIRST_DAY};

const DAY: i64 = 86_400_000;
/// No derived date is later: the last assignment, thirty days until it is begun and thirty more
/// until it is done.
const LAST_DAY: i64 = FIRST_DAY + 560 * DAY;
/// 2018-01-01T00:00:00Z in milliseconds.
const FIRST_TEAMS: i64 = 1_514_764_800_000;
/// 2023-01-01T00:00:00Z in milliseconds: by then all accounts and teams of the start were there.
const FIRST_MEMBERS: i64 = 1_672_531_200_000;

/// Two numbers: a team's or a course's, and a user's.
pub(crate) type Pair = (u32, u32);

/// The dates of everything that something has happened to since the start.
#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) users: BTreeMap<u32, Dates>,
    pub(super) teams: BTreeMap<u32, Dates>,
    pub(super) courses: BTreeMap<u32, Dates>,
    /// By team and user.
    pub(super) members: BTreeMap<Pair, Dates>,
    /// Courses and those who got them through a learning path.
    pub(super) through_paths: BTreeMap<Pair, Dates>,
    /// By course and user.
    pub(super) results: BTreeMap<Pair, Dates>,
}

/// The end of the time that nothing was noted of because everything is derived.
pub(super) fn beginning() -> Timestamp {
    instant(LAST_DAY)
}

impl World {
    /// When an account came and changed.
    pub(crate) fn user_dates(&self, user: u32) -> Dates {
        let noted = self.history.users.get(&user).copied();
        // an account's own date has whole seconds
        Dates { created: self.created(user), ..noted.unwrap_or(Dates::new(Timestamp::UNIX_EPOCH)) }
    }

    /// When a team came and changed.
    pub(crate) fn team_dates(&self, team: u32) -> Dates {
        let begun = || {
            let days = self.plan.dice("team", team).below("created", 5 * 365 * DAY as u64);
            Dates::new(instant(FIRST_TEAMS + days as i64))
        };
        self.history.teams.get(&team).copied().unwrap_or_else(begun)
    }

    /// When a course was made and changed.
    pub(crate) fn course_dates(&self, course: u32) -> Dates {
        let begun = || Dates::new(self.course_made(course));
        self.history.courses.get(&course).copied().unwrap_or_else(begun)
    }

    /// When a course was made.
    pub(super) fn course_made(&self, course: u32) -> Timestamp {
        instant(FIRST_DAY - i64::from(course % 1000) * DAY)
    }

    /// When a membership came, changed and ended.
    pub(crate) fn member_dates(&self, team: u32, user: u32) -> Dates {
        let noted = self.history.members.get(&(team, user)).copied();
        noted.unwrap_or_else(|| {
            let pair = (u64::from(team) << 32) | u64::from(user);
            let dice = simulator_kit::Dice::new(self.plan.seed, "membership", pair);
            Dates::new(instant(FIRST_MEMBERS + dice.below("created", 300 * DAY as u64) as i64))
        })
    }

    pub(super) fn touch_user(&mut self, user: u32, at: Timestamp) {
        let dates = self.user_dates(user);
        self.history.users.entry(user).or_insert(dates).touch(at);
    }

    pub(super) fn touch_team(&mut self, team: u32, at: Timestamp) {
        let dates = self.team_dates(team);
        self.history.teams.entry(team).or_insert(dates).touch(at);
    }

    pub(super) fn touch_course(&mut self, course: u32, at: Timestamp) {
        let dates = self.course_dates(course);
        self.history.courses.entry(course).or_insert(dates).touch(at);
    }

    pub(super) fn touch_member(&mut self, team: u32, user: u32, at: Timestamp) {
        let dates = self.member_dates(team, user);
        self.history.members.entry((team, user)).or_insert(dates).touch(at);
    }
}
