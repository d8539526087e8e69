//! What is written about teams' members.

use jiff::Timestamp;

use super::{
    Dates, World,
    groups::{Group, Roles, begun},
};

impl World {
    /// Makes a user a member, which one who is already stays.
    pub(crate) fn join(&mut self, team: u32, user: u32, at: Timestamp) {
        if self.is_member(team, user) {
            return;
        }
        self.touched(team).insert(user, Roles::default());
        // one who comes back has the row of before
        let dates = self.history.members.entry((team, user)).or_insert(Dates::new(at));
        dates.ended = None;
        dates.touch(at);
    }

    /// Ends a membership, and with it what the member led.
    pub(crate) fn leave(&mut self, team: u32, user: u32, at: Timestamp) {
        if self.is_member(team, user) {
            self.set_roles(team, user, Roles::default(), at);
            self.touched(team).remove(&user);
            let dates = self.member_dates(team, user);
            self.history.members.insert((team, user), Dates { ended: Some(at), ..dates });
        }
    }

    /// What a member is in a team; nothing for others.
    pub(crate) fn roles(&self, team: u32, user: u32) -> Option<Roles> {
        match self.groups.get(&team) {
            Some(group) => group.get(&user).copied(),
            None => begun(&self.plan, team).get(&user).copied(),
        }
    }

    /// Makes a member a leader or an administrator, or no longer.
    pub(crate) fn set_roles(&mut self, team: u32, user: u32, roles: Roles, at: Timestamp) {
        let Some(slot) = self.touched(team).get_mut(&user) else { return };
        let before = std::mem::replace(slot, roles);
        if before != roles {
            self.touch_member(team, user, at);
            self.count_leading(user, before, roles, at);
        }
    }

    /// Deletes a team. That teams below it are then at the top is a guess: the vendor does not say.
    pub(crate) fn delete_team(&mut self, team: u32, at: Timestamp) {
        for (user, roles) in self.group(team) {
            self.count_leading(user, roles, Roles::default(), at);
        }
        let teams = self.teams.listed().iter().copied();
        let below: Vec<u32> = teams.filter(|below| self.parent(*below) == Some(team)).collect();
        self.groups.remove(&team);
        self.teams.remove(team);
        below.into_iter().for_each(|team| self.touch_team(team, at));
    }

    /// Counts everybody's leadership from the start.
    pub(super) fn find_leaders(&mut self) {
        for team in 0..self.plan.teams {
            let (leaders, admins) = self.plan.first_leaders(team);
            let begun = leaders.iter().chain(admins.iter().filter(|user| !leaders.contains(user)));
            for user in begun {
                *self.leading.entry(*user).or_default() += 1;
            }
        }
    }

    /// Keeps count of the teams somebody leads: the access level follows from it.
    fn count_leading(&mut self, user: u32, before: Roles, after: Roles, at: Timestamp) {
        let level = self.level(user);
        let count = self.leading.entry(user).or_default();
        match (before.any(), after.any()) {
            (false, true) => *count += 1,
            (true, false) => *count = count.saturating_sub(1),
            _ => {}
        }
        if self.level(user) != level {
            self.touch_user(user, at);
        }
    }

    fn touched(&mut self, team: u32) -> &mut Group {
        let plan = self.plan;
        self.groups.entry(team).or_insert_with(|| begun(&plan, team))
    }
}
