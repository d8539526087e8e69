//! Who holds which course, now: directly or through a learning path, as derived or as written.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::World;

/// The users a course was assigned to directly, and when if that was written since the start.
pub(super) type Assigned = BTreeMap<u32, Option<Timestamp>>;

impl World {
    /// The learners of a course, in the order of lists.
    pub(crate) fn learners(&self, course: u32, inactive_too: bool) -> Vec<u32> {
        let written = |path| self.holders.contains_key(&path);
        let touched = self.assigned.contains_key(&course) || self.paths_with(course).any(written);
        let learners = match touched {
            false => self.begun_learners(course),
            true => {
                let paths = self.paths_with(course).flat_map(|path| self.holders(path).into_keys());
                self.direct(course).into_keys().chain(paths).collect()
            }
        };
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
        self.touched_course(course).insert(user, Some(at));
    }

    /// Ends a direct assignment. What had been learnt comes back if it is assigned again.
    pub(crate) fn unassign(&mut self, course: u32, user: u32) {
        self.touched_course(course).remove(&user);
    }

    /// When a pair was assigned by a write; nothing if it is as derived.
    pub(super) fn assigned_at(&self, course: u32, user: u32) -> Option<Timestamp> {
        let direct = self.assigned.get(&course).and_then(|users| users.get(&user));
        if direct.is_some() || self.holders.is_empty() {
            return direct.copied().flatten();
        }
        self.paths_with(course).find_map(|path| self.holding(path, user)?.at)
    }

    fn holds_directly(&self, course: u32, user: u32) -> bool {
        match self.assigned.get(&course) {
            Some(users) => users.contains_key(&user),
            None => {
                let through = |path| self.plan.begins_holding(path, user).is_some();
                self.plan.begins_learning(course, user) && !self.paths_with(course).any(through)
            }
        }
    }

    fn holds_through_path(&self, course: u32, user: u32) -> bool {
        self.paths_with(course).any(|path| self.holding(path, user).is_some())
    }

    fn direct(&self, course: u32) -> Assigned {
        self.assigned.get(&course).cloned().unwrap_or_else(|| {
            let begun = self.begun_learners(course).into_iter();
            let direct = begun.filter(|user| self.holds_directly(course, *user));
            direct.map(|user| (user, None)).collect()
        })
    }

    fn touched_course(&mut self, course: u32) -> &mut Assigned {
        if !self.assigned.contains_key(&course) {
            self.assigned.insert(course, self.direct(course));
        }
        self.assigned.entry(course).or_default()
    }

    fn begun_learners(&self, course: u32) -> Vec<u32> {
        if course < self.plan.courses { self.plan.first_learners(course) } else { Vec::new() }
    }
}
