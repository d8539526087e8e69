//! Who belongs to what, now.

use super::World;

impl World {
    /// The active members of a team, in the order of lists. One added or removed later would be
    /// seen to here, by an overlay.
    pub(crate) fn members(&self, team: u32) -> Vec<u32> {
        self.present(self.begun_members(team), false)
    }

    /// The active leaders of a team.
    pub(crate) fn leaders(&self, team: u32) -> Vec<u32> {
        self.present(self.begun_leaders(team).0, false)
    }

    /// The active administrators of a team.
    pub(crate) fn admins(&self, team: u32) -> Vec<u32> {
        self.present(self.begun_leaders(team).1, false)
    }

    /// The learners of a course, in the order of lists.
    pub(crate) fn learners(&self, course: u32, inactive_too: bool) -> Vec<u32> {
        self.present(self.begun_learners(course), inactive_too)
    }

    /// The teams of a user, active or not.
    pub(crate) fn teams_of(&self, user: u32) -> Vec<u32> {
        let teams = self.teams.listed().iter().copied();
        teams.filter(|team| self.begun_members(*team).contains(&user)).collect()
    }

    /// The courses of a user.
    pub(crate) fn courses_of(&self, user: u32) -> Vec<u32> {
        let courses = self.courses.listed().iter().copied();
        courses.filter(|course| self.begun_learners(*course).contains(&user)).collect()
    }

    fn begun_members(&self, team: u32) -> Vec<u32> {
        if team < self.plan.teams { self.plan.first_members(team) } else { Vec::new() }
    }

    fn begun_leaders(&self, team: u32) -> (Vec<u32>, Vec<u32>) {
        if team < self.plan.teams { self.plan.first_leaders(team) } else { Default::default() }
    }

    fn begun_learners(&self, course: u32) -> Vec<u32> {
        if course < self.plan.courses { self.plan.first_learners(course) } else { Vec::new() }
    }

    fn present(&self, mut users: Vec<u32>, inactive_too: bool) -> Vec<u32> {
        users.retain(|user| self.users.contains(*user) && (inactive_too || self.active(*user)));
        users.sort_unstable();
        users
    }
}
