//! How a user holds a course, and what is noted when that changes.

use jiff::Timestamp;

use super::{Dates, World};

/// How many direct assignments in a hundred of the start came by way of a team.
const BY_TEAM_PERCENT: f64 = 15.0;

/// How a user holds a course, if at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) directly: bool,
    through_path: bool,
}

impl Standing {
    fn holds(self) -> bool {
        self.directly || self.through_path
    }
}

impl World {
    pub(super) fn standing(&self, course: u32, user: u32) -> Standing {
        Standing {
            directly: self.holds_directly(course, user),
            through_path: self.holds_through_path(course, user),
        }
    }

    /// Notes what became of a pair that was held in some way before.
    pub(super) fn settle(&mut self, course: u32, user: u32, before: Standing, at: Timestamp) {
        let pair = (course, user);
        let after = self.standing(course, user);
        match (before.through_path, after.through_path) {
            (false, true) => {
                self.history.through_paths.insert(pair, Dates::new(at));
            }
            (true, false) => {
                let begun = Dates::new(self.begins_assigned(course, user));
                self.history.through_paths.entry(pair).or_insert(begun).ended = Some(at);
            }
            _ => {}
        }
        match (before.holds(), after.holds()) {
            (false, true) => {
                // a result comes with the assignment, but what was learnt before is kept in it
                let again = self.history.results.contains_key(&pair)
                    || self.plan.begins_learning(course, user);
                let dates = Dates { updated: again.then_some(at), ..Dates::new(at) };
                self.history.results.insert(pair, dates);
            }
            (true, false) => {
                let dates = self.result_dates(course, user);
                self.history.results.entry(pair).or_insert(dates).ended = Some(at);
            }
            // it is no longer only a path's, or only one from now on
            (true, true) if before.directly != after.directly => {
                self.touch_result(course, user, at);
            }
            _ => {}
        }
    }

    pub(super) fn touch_result(&mut self, course: u32, user: u32, at: Timestamp) {
        let dates = self.result_dates(course, user);
        self.history.results.entry((course, user)).or_insert(dates).touch(at);
    }

    /// When the result of a pair came, changed and ended.
    pub(crate) fn result_dates(&self, course: u32, user: u32) -> Dates {
        let noted = self.history.results.get(&(course, user)).copied();
        noted.unwrap_or_else(|| {
            let progress = self.progress(course, user);
            let updated = progress.done.or(progress.started);
            Dates { updated, ..Dates::new(progress.assigned) }
        })
    }

    /// When a course was directly assigned to a user, and when that ended; nothing if it never was.
    pub(super) fn direct_dates(&self, course: u32, user: u32) -> Option<Dates> {
        let begun = || {
            let begins = self.begins_directly(course, user);
            begins.then(|| Dates::new(self.begins_assigned(course, user)))
        };
        self.assigned.get(&(course, user)).copied().or_else(begun)
    }

    fn path_dates(&self, course: u32, user: u32) -> Option<Dates> {
        let begun = || {
            let begins = self.begins_through_path(course, user);
            begins.then(|| Dates::new(self.begins_assigned(course, user)))
        };
        self.history.through_paths.get(&(course, user)).copied().or_else(begun)
    }

    /// When a pair's assignment came and ended. Those by way of a team or a learning path may not
    /// count; if they do, what is there goes before what ended.
    pub(crate) fn assignment_dates(&self, course: u32, user: u32, derived: bool) -> Option<Dates> {
        let direct = self.direct_dates(course, user);
        match derived {
            false => direct.filter(|_| !self.by_team(course, user)),
            true => {
                let links = [self.path_dates(course, user), direct].into_iter().flatten();
                links.max_by_key(|dates| (dates.ended.is_none(), dates.ended))
            }
        }
    }

    /// Whether a direct assignment came by way of a team. Some of the start did; none that was
    /// made since.
    pub(crate) fn by_team(&self, course: u32, user: u32) -> bool {
        let since = self.assigned.get(&(course, user));
        since.is_none_or(|dates| dates.created == self.begins_assigned(course, user))
            && self.begins_directly(course, user)
            && self.pair_dice(course, user).chance("by team", BY_TEAM_PERCENT)
    }

    /// Whether a result belongs or, if it ended, belonged to a learning path only.
    pub(crate) fn by_path(&self, course: u32, user: u32) -> bool {
        if self.holds(course, user) {
            return self.only_through_path(course, user);
        }
        let ended = |dates: Option<Dates>| dates.and_then(|dates| dates.ended);
        ended(self.path_dates(course, user)) > ended(self.direct_dates(course, user))
    }
}
