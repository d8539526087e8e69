//! Changes of who has what that nobody asked us for: as an administrator makes them by hand.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::World;

/// What somebody can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Possession {
    /// A membership of a team.
    Member,
    /// The lead of a team; makes a member first.
    Leader,
    /// The administration of a team; makes a member first.
    Admin,
    /// A course, directly.
    Course,
    /// A learning path, directly.
    LearningPath,
}

impl World {
    /// Gives somebody something or takes it away; nothing if there is no such user or thing.
    pub(super) fn possess(
        &mut self,
        user_id: &str,
        what: Possession,
        id: &str,
        has: bool,
        at: Timestamp,
    ) -> Option<()> {
        let user = self.users.find(user_id)?;
        match what {
            Possession::Member => {
                let team = self.teams.find(id)?;
                if has { self.join(team, user, at) } else { self.leave(team, user, at) }
            }
            Possession::Leader | Possession::Admin => {
                self.lead(self.teams.find(id)?, user, what, has, at)
            }
            Possession::Course => {
                let course = self.courses.find(id)?;
                match has {
                    true if self.holds(course, user) => {}
                    true => self.assign(course, user, at),
                    false => self.unassign(course, user, at),
                }
            }
            Possession::LearningPath => {
                let path = self.paths.find(id)?;
                match has {
                    true => self.take_path(path, user, at),
                    false => self.drop_path(path, user, at),
                }
            }
        }
        Some(())
    }

    fn lead(&mut self, team: u32, user: u32, what: Possession, has: bool, at: Timestamp) {
        if has {
            self.join(team, user, at);
        }
        let mut roles = self.roles(team, user).unwrap_or_default();
        let role = if what == Possession::Leader { &mut roles.leader } else { &mut roles.admin };
        *role = has;
        self.set_roles(team, user, roles, at);
    }
}
