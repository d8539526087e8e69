//! Who holds which course, now: directly or through a learning path, as derived or as written.

use jiff::Timestamp;

use super::{Dates, World};

impl World {
    /// The learners of a course, in the order of lists.
    pub(crate) fn learners(&self, course: u32, inactive_too: bool) -> Vec<u32> {
        let written = self.paths_with(course).filter_map(|path| self.holders.get(&path));
        let written: Vec<_> = written.collect();
        let as_begun = |user| written.is_empty() && !self.assigned.contains_key(&(course, user));
        let mut learners = self.begun_learners(course);
        learners.retain(|user| as_begun(*user) || self.holds(course, *user));
        let assigned = self.assigned.range((course, 0)..=(course, u32::MAX));
        let held = assigned.filter(|(_, dates)| dates.ended.is_none());
        learners.extend(held.map(|((_, user), _)| *user));
        learners.extend(written.into_iter().flat_map(|holders| holders.keys().copied()));
        self.present(learners, inactive_too)
    }

    /// The courses of a user.
    pub(crate) fn courses_of(&self, user: u32) -> Vec<u32> {
        let courses = self.courses.listed().iter().copied();
        courses.filter(|course| self.holds(*course, user)).collect()
    }

    /// Whether a user has a course in any way.
    pub(crate) fn holds(&self, course: u32, user: u32) -> bool {
        self.holds_directly(course, user) || self.holds_through_path(course, user)
    }

    /// Whether a user has a course by a learning path and not directly.
    pub(crate) fn only_through_path(&self, course: u32, user: u32) -> bool {
        !self.holds_directly(course, user) && self.holds_through_path(course, user)
    }

    /// Assigns a course directly.
    pub(crate) fn assign(&mut self, course: u32, user: u32, at: Timestamp) {
        let before = self.standing(course, user);
        self.assigned.insert((course, user), Dates::new(at));
        self.settle(course, user, before, at);
    }

    /// Ends a direct assignment. What had been learnt comes back if it is assigned again.
    pub(crate) fn unassign(&mut self, course: u32, user: u32, at: Timestamp) {
        let before = self.standing(course, user);
        let Some(dates) = self.direct_dates(course, user).filter(|_| before.directly) else {
            return;
        };
        self.assigned.insert((course, user), Dates { ended: Some(at), ..dates });
        self.settle(course, user, before, at);
    }

    pub(super) fn holds_directly(&self, course: u32, user: u32) -> bool {
        match self.assigned.get(&(course, user)) {
            Some(dates) => dates.ended.is_none(),
            None => self.begins_directly(course, user),
        }
    }

    pub(super) fn begins_directly(&self, course: u32, user: u32) -> bool {
        self.plan.begins_learning(course, user) && !self.begins_through_path(course, user)
    }

    pub(super) fn begins_through_path(&self, course: u32, user: u32) -> bool {
        self.paths_with(course).any(|path| self.plan.begins_holding(path, user).is_some())
    }

    pub(super) fn holds_through_path(&self, course: u32, user: u32) -> bool {
        self.paths_with(course).any(|path| self.holding(path, user).is_some())
    }

    pub(super) fn begun_learners(&self, course: u32) -> Vec<u32> {
        if course < self.plan.courses { self.plan.first_learners(course) } else { Vec::new() }
    }
}
