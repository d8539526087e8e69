//! Who belongs to which team, now: as derived, or as written since.
//!
//! A team is copied from the plan by the first write to it; all others stay derived.

use std::collections::BTreeMap;

use super::{World, plan::Plan};

/// What a member is beyond being one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Roles {
    pub(crate) leader: bool,
    pub(crate) admin: bool,
}

impl Roles {
    /// Whether there is anything beyond membership.
    pub(super) fn any(self) -> bool {
        self.leader || self.admin
    }
}

/// The members of one team, active or not.
pub(super) type Group = BTreeMap<u32, Roles>;

/// The members a team begins with.
pub(super) fn begun(plan: &Plan, team: u32) -> Group {
    if team >= plan.teams {
        return Group::new();
    }
    let (leaders, admins) = plan.first_leaders(team);
    let roles = |user| Roles { leader: leaders.contains(user), admin: admins.contains(user) };
    plan.first_members(team).iter().map(|user| (*user, roles(user))).collect()
}

impl World {
    /// The active members of a team, in the order of lists.
    pub(crate) fn members(&self, team: u32) -> Vec<u32> {
        self.present(self.member_numbers(team), false)
    }

    /// The active leaders of a team.
    pub(crate) fn leaders(&self, team: u32) -> Vec<u32> {
        self.with_role(team, |roles| roles.leader)
    }

    /// The active administrators of a team.
    pub(crate) fn admins(&self, team: u32) -> Vec<u32> {
        self.with_role(team, |roles| roles.admin)
    }

    /// All members of a team, active or not: an account keeps its teams while it is inactive.
    pub(crate) fn memberships(&self, team: u32) -> Vec<(u32, Roles)> {
        let group = self.group(team).into_iter();
        group.filter(|(user, _)| self.users.contains(*user)).collect()
    }

    /// The teams of a user, active or not.
    pub(crate) fn teams_of(&self, user: u32) -> Vec<u32> {
        let teams = self.teams.listed().iter().copied();
        teams.filter(|team| self.is_member(*team, user)).collect()
    }

    /// Whether a user is in a team, active or not.
    pub(crate) fn is_member(&self, team: u32, user: u32) -> bool {
        match self.groups.get(&team) {
            Some(group) => group.contains_key(&user),
            None => self.begun_members(team).contains(&user),
        }
    }

    pub(super) fn group(&self, team: u32) -> Group {
        self.groups.get(&team).cloned().unwrap_or_else(|| begun(&self.plan, team))
    }

    fn with_role(&self, team: u32, role: impl Fn(&Roles) -> bool) -> Vec<u32> {
        let group = self.group(team).into_iter();
        let users = group.filter(|(_, roles)| role(roles)).map(|(user, _)| user);
        self.present(users.collect(), false)
    }

    fn member_numbers(&self, team: u32) -> Vec<u32> {
        match self.groups.get(&team) {
            Some(group) => group.keys().copied().collect(),
            None => self.begun_members(team),
        }
    }

    fn begun_members(&self, team: u32) -> Vec<u32> {
        if team < self.plan.teams { self.plan.first_members(team) } else { Vec::new() }
    }

    /// Those of some users who are there, in the order of lists.
    pub(super) fn present(&self, mut users: Vec<u32>, inactive_too: bool) -> Vec<u32> {
        users.retain(|user| self.users.contains(*user) && (inactive_too || self.active(*user)));
        users.sort_unstable();
        users.dedup();
        users
    }
}
