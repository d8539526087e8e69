//! What is true of the organisation and has no place in the tables.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::Truth;

/// Somebody's membership of a team, which an inactive account keeps.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Membership {
    /// The team.
    pub team_id: String,
    /// The member.
    pub user_id: String,
    /// Whether the member's account is active; only then is it in the team's list.
    pub active: bool,
    /// Whether the member leads the team.
    pub leader: bool,
    /// Whether the member administers the team.
    pub admin: bool,
}

impl Truth {
    /// The members of all teams, active or not, by team and user.
    #[must_use]
    pub fn memberships(&self) -> Vec<Membership> {
        let world = self.0.world.read();
        let mut memberships = Vec::new();
        for team in world.teams.listed() {
            let members = world.memberships(*team).into_iter();
            memberships.extend(members.map(|(user, roles)| Membership {
                team_id: world.teams.id(*team),
                user_id: world.users.id(user),
                active: world.active(user),
                leader: roles.leader,
                admin: roles.admin,
            }));
        }
        memberships.sort_unstable();
        memberships
    }

    /// Every field of an account by its name on the wire, as meant; null for none. Nothing if
    /// there is no account of that id.
    #[must_use]
    pub fn user_record(&self, id: &str) -> Option<BTreeMap<String, Value>> {
        let world = self.0.world.read();
        let record = world.user_record(world.users.find(id)?).into_iter();
        let fields = record.map(|(name, cell)| (name.to_owned(), cell.plain().unwrap_or_default()));
        Some(fields.collect())
    }

    /// The ids of the courses a user holds, each with whether only through a learning path, in
    /// the order of lists.
    #[must_use]
    pub fn courses_of(&self, user_id: &str) -> Vec<(String, bool)> {
        let world = self.0.world.read();
        let Some(user) = world.users.find(user_id) else { return Vec::new() };
        let courses = world.courses_of(user).into_iter();
        courses.map(|id| (world.courses.id(id), world.only_through_path(id, user))).collect()
    }

    /// The ids of the learning paths a user holds, each with whether through a team, in the order
    /// of lists.
    #[must_use]
    pub fn learning_paths_of(&self, user_id: &str) -> Vec<(String, bool)> {
        let world = self.0.world.read();
        let Some(user) = world.users.find(user_id) else { return Vec::new() };
        let paths = world.paths_of(user).into_iter();
        let held = |path| Some((world.paths.id(path), world.holding(path, user)?.through_team));
        paths.filter_map(held).collect()
    }
}
