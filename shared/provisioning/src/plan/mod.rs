//! The planner: from what is wanted and what is there to what is to be done. Pure.

mod accounts;
mod grants;
mod teams;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use accounts::{create_account, set_active, update_account};
pub use grants::{check_given, expire, grant, revoke};
pub use teams::{brought_by, create_team, delete_team, set_team_members, update_team};

use crate::{
    effect::{Effect, StandingPart},
    outcome::EffectNote,
    rules::{Roles, same_role},
};

/// What is to be done; nothing, if it is so already.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// In this order.
    pub effects: Vec<Effect>,
    /// What a grant adds: what its end may take away, and nothing else.
    pub added: Added,
}

/// What a grant has added.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// The parts that were not there before.
    pub added: BTreeSet<Part>,
    /// The role before, if the role was changed.
    pub before: Option<String>,
}

/// A part of what an entitlement gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Membership of the team.
    Member,
    /// Leadership of the team.
    Leader,
    /// Administration of the team.
    Admin,
    /// The assignment.
    Assigned,
    /// The role.
    Role,
}

/// A request that cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unplannable {
    /// The principal's role is already more, or cannot be compared.
    #[error(
        "the principal's role {0} is not below the one that is granted; a grant never lowers a \
         role: revoke the role that is there first, or use update_account"
    )]
    WouldDemote(String),
    /// The role comes from a team.
    #[error("{0} comes from leading a team: grant team:{{id}}:leader instead")]
    RoleOfTeams(&'static str),
    /// The role goes with a team's leadership, and cannot be taken by itself.
    #[error(
        "{0} comes from leading or administering a team, and goes with that only: revoke \
         team:{{id}}:leader or team:{{id}}:admin instead"
    )]
    RoleGoesWithTeams(&'static str),
    /// The vendor does not tell the principal's role.
    #[error("the vendor does not tell the principal's role, so it cannot be changed safely")]
    RoleUnknown,
    /// Whether somebody leads a team is not told while the account may not be used.
    #[error(
        "the principal's account may not be used, and the vendor does not tell then whether it leads \
         or administers the team already: enable the account first"
    )]
    AccountInactive,
    /// The vendor has no such role, as far as it is documented or was seen.
    #[error("the vendor has no role {told:?} as far as is known; its roles are {}", known.join(", "))]
    UnknownRole {
        /// The role that the request names.
        told: String,
        /// The roles that are known.
        known: Vec<String>,
    },
    /// Accounts have no such attribute.
    #[error("account.attributes.{0} is no attribute that can be set at the vendor")]
    UnknownAttribute(String),
    /// An attribute takes only certain values.
    #[error("account.attributes.{0} must be \"true\" or \"false\"")]
    NotASwitch(String),
    /// A field that a new account needs.
    #[error("account.{0}")]
    AccountField(&'static str),
    /// A team cannot be its own parent.
    #[error("team.parent_team_id is the team itself")]
    ParentOfItself,
    /// Nor can one be that is below it: the vendor's tree would be a ring.
    #[error("team.parent_team_id is a team below this one")]
    ParentBelowItself,
    /// There are teams below.
    #[error(
        "there are teams below this one, and what the vendor would do to them is not known: delete or move them first"
    )]
    HasSubteams,
}

impl Unplannable {
    /// The outcome's code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WouldDemote(_) => "would_demote",
            Self::RoleOfTeams(_) | Self::RoleGoesWithTeams(_) => "role_of_teams",
            Self::RoleUnknown => "role_unknown",
            Self::UnknownRole { .. } => "unknown_role",
            Self::AccountInactive => "account_inactive",
            Self::UnknownAttribute(_) => "unknown_attribute",
            Self::NotASwitch(_)
            | Self::AccountField(_)
            | Self::ParentOfItself
            | Self::ParentBelowItself => "invalid_request",
            Self::HasSubteams => "team_has_subteams",
        }
    }
}

impl Added {
    /// Whether there is nothing to take away.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.added.is_empty()
    }
}

/// A role that comes from a team is not given by itself.
fn not_given_by_teams(role: &str, roles: &Roles) -> Result<(), Unplannable> {
    of_teams(role, roles).map_or(Ok(()), |role| Err(Unplannable::RoleOfTeams(role)))
}

/// Nor is it taken by itself: the least role is what lies under it already.
fn not_left_with_teams(role: &str, roles: &Roles) -> Result<(), Unplannable> {
    of_teams(role, roles).map_or(Ok(()), |role| Err(Unplannable::RoleGoesWithTeams(role)))
}

fn of_teams(role: &str, roles: &Roles) -> Option<&'static str> {
    roles.of_teams.filter(|of_teams| same_role(of_teams, role))
}

impl Plan {
    fn of(effects: Vec<Effect>) -> Self {
        Self { effects, added: Added::default() }
    }
}

impl From<StandingPart> for Part {
    fn from(part: StandingPart) -> Self {
        match part {
            StandingPart::Member => Self::Member,
            StandingPart::Leader => Self::Leader,
            StandingPart::Admin => Self::Admin,
        }
    }
}

impl Part {
    /// Whether an effect, as it was noted, has given it.
    pub(crate) fn is_given_by(self, note: &EffectNote) -> bool {
        let gives: &[&str] = match self {
            Self::Member => &["add_team_member"],
            Self::Leader => &["promote_team_leader"],
            Self::Admin => &["promote_team_admin"],
            Self::Assigned => &["assign_course", "assign_learning_path"],
            Self::Role => &["set_role"],
        };
        gives.contains(&note.action.as_str())
    }

    /// The part of a team that it is, if it is one.
    #[must_use]
    pub const fn standing(self) -> Option<StandingPart> {
        match self {
            Self::Member => Some(StandingPart::Member),
            Self::Leader => Some(StandingPart::Leader),
            Self::Admin => Some(StandingPart::Admin),
            Self::Assigned | Self::Role => None,
        }
    }
}
