//! What a plan consists of: single changes at the vendor.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    account::{AccountField, ObservedAccount},
    outcome::EffectNote,
    rules::Roles,
};

/// One change at the vendor.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Makes somebody a member, leader or admin of a team, or ends that.
    Standing {
        /// The team.
        team_id: String,
        /// Who.
        user_id: String,
        /// What in the team.
        part: StandingPart,
        /// Given or taken.
        change: Change,
    },
    /// Assigns a course, or takes it away.
    Course {
        /// The course.
        course_id: String,
        /// To whom.
        user_id: String,
        /// Given or taken.
        change: Change,
    },
    /// Assigns a learning path, or takes it away.
    LearningPath {
        /// The learning path.
        learning_path_id: String,
        /// To whom.
        user_id: String,
        /// Given or taken.
        change: Change,
    },
    /// Gives another role.
    Role {
        /// To whom.
        user_id: String,
        /// The role before.
        from: String,
        /// The role after.
        to: String,
    },
    /// Lets somebody in, or no more.
    Active {
        /// Whom.
        user_id: String,
        /// Whether the account may be used.
        active: bool,
    },
    /// Changes one field of an account.
    Field {
        /// Whose.
        user_id: String,
        /// Which.
        field: AccountField,
        /// What it was.
        from: Value,
        /// What it becomes.
        to: Value,
    },
    /// Makes an account.
    CreateAccount(NewAccount),
    /// Makes a team.
    CreateTeam {
        /// Its name.
        name: String,
        /// The team above.
        parent_team_id: Option<String>,
    },
    /// Changes one field of a team.
    TeamField {
        /// Which team.
        team_id: String,
        /// Which field.
        field: TeamField,
        /// What it was.
        from: Option<String>,
        /// What it becomes.
        to: String,
    },
    /// Removes a team.
    DeleteTeam {
        /// Which.
        team_id: String,
        /// Its name, for whoever reads of it later.
        name: Option<String>,
    },
}

/// An account that is to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAccount {
    /// What the person signs in with.
    pub user_name: String,
    /// Its role.
    pub role: String,
    /// Whether it may be used.
    pub active: bool,
    /// Everything else that was told.
    pub fields: Vec<(AccountField, Value)>,
}

/// Whether something is given or taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Given.
    Give,
    /// Taken away.
    Take,
}

/// What somebody can be in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandingPart {
    /// A member.
    Member,
    /// A leader.
    Leader,
    /// An admin.
    Admin,
}

/// What can be changed in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamField {
    /// Its name.
    Name,
    /// The team above.
    Parent,
}

impl Effect {
    /// Whom it touches, where it is one account that is there already.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        match self {
            Self::Standing { user_id, .. }
            | Self::Course { user_id, .. }
            | Self::LearningPath { user_id, .. }
            | Self::Role { user_id, .. }
            | Self::Active { user_id, .. }
            | Self::Field { user_id, .. } => Some(user_id),
            Self::CreateAccount(_)
            | Self::CreateTeam { .. }
            | Self::TeamField { .. }
            | Self::DeleteTeam { .. } => None,
        }
    }

    /// Whether it takes something away.
    #[must_use]
    pub fn takes(&self, roles: &Roles) -> bool {
        match self {
            Self::Standing { change, .. }
            | Self::Course { change, .. }
            | Self::LearningPath { change, .. } => *change == Change::Take,
            Self::Role { from, to, .. } => !(roles.raises)(from, to),
            Self::Active { active, .. } => !active,
            Self::DeleteTeam { .. } => true,
            Self::Field { .. }
            | Self::CreateAccount(_)
            | Self::CreateTeam { .. }
            | Self::TeamField { .. } => false,
        }
    }

    /// Whether an account still has what it takes away from accounts.
    #[must_use]
    pub fn is_held_by(&self, account: &ObservedAccount) -> bool {
        match self {
            Self::Role { from, .. } => account.role.as_ref() == Some(from),
            Self::Active { .. } => account.active != Some(false),
            _ => false,
        }
    }

    /// The effect as intents and outcomes tell it.
    #[must_use]
    pub fn note(&self) -> EffectNote {
        let (action, detail) = match self {
            Self::Standing { team_id, user_id, part, change } => {
                (standing_action(*part, *change), json!({"team_id": team_id, "user_id": user_id}))
            }
            Self::Course { course_id, user_id, change } => (
                change.either("assign_course", "unassign_course"),
                json!({"course_id": course_id, "user_id": user_id}),
            ),
            Self::LearningPath { learning_path_id, user_id, change } => (
                change.either("assign_learning_path", "unassign_learning_path"),
                json!({"learning_path_id": learning_path_id, "user_id": user_id}),
            ),
            Self::Role { user_id, from, to } => {
                ("set_role", json!({"user_id": user_id, "from": from, "to": to}))
            }
            Self::Active { user_id, active } => {
                ("set_active", json!({"user_id": user_id, "active": active}))
            }
            Self::Field { user_id, field, from, to } => {
                let field = field.to_string();
                let detail = json!({"user_id": user_id, "field": field, "from": from, "to": to});
                ("set_field", detail)
            }
            Self::CreateAccount(account) => ("create_account", account.detail()),
            Self::CreateTeam { name, parent_team_id } => {
                ("create_team", json!({"name": name, "parent_team_id": parent_team_id}))
            }
            Self::TeamField { team_id, field, from, to } => {
                let field = field.name();
                let detail = json!({"team_id": team_id, "field": field, "from": from, "to": to});
                ("set_team_field", detail)
            }
            Self::DeleteTeam { team_id, name } => {
                ("delete_team", json!({"team_id": team_id, "name": name}))
            }
        };
        EffectNote { action: action.to_owned(), detail }
    }

    /// Whether two effects that follow each other can be one write: an account's record is replaced
    /// as a whole, a team's too, and members are added by the list.
    #[must_use]
    pub fn joins(&self, next: &Self) -> bool {
        match (self, next) {
            (
                Self::Role { user_id, .. }
                | Self::Active { user_id, .. }
                | Self::Field { user_id, .. },
                Self::Role { user_id: other, .. }
                | Self::Active { user_id: other, .. }
                | Self::Field { user_id: other, .. },
            ) => user_id == other,
            (Self::TeamField { team_id, .. }, Self::TeamField { team_id: other, .. }) => {
                team_id == other
            }
            (one, other) => match (one.added_member(), other.added_member()) {
                (Some(team), Some(other)) => team == other,
                _ => false,
            },
        }
    }

    /// The team that somebody is added to.
    fn added_member(&self) -> Option<&str> {
        match self {
            Self::Standing {
                team_id, part: StandingPart::Member, change: Change::Give, ..
            } => Some(team_id),
            _ => None,
        }
    }
}

/// The most members that are added by one write (Litmos reference 6.4). Each write is told by itself:
/// if a later one is refused, the earlier ones are done.
const MEMBERS_AT_ONCE: usize = 500;

/// The writes that effects are.
pub(crate) fn steps(effects: &[Effect]) -> impl Iterator<Item = &[Effect]> {
    effects.chunk_by(Effect::joins).flat_map(|step| {
        let adds = step.first().and_then(Effect::added_member).is_some();
        step.chunks(if adds { MEMBERS_AT_ONCE } else { usize::MAX })
    })
}

impl NewAccount {
    fn detail(&self) -> Value {
        let fields: serde_json::Map<_, _> =
            self.fields.iter().map(|(field, value)| (field.to_string(), value.clone())).collect();
        json!({"user_name": self.user_name, "role": self.role, "active": self.active, "fields": fields})
    }
}

impl Change {
    fn either(self, give: &'static str, take: &'static str) -> &'static str {
        match self {
            Self::Give => give,
            Self::Take => take,
        }
    }
}

impl TeamField {
    /// Its name in outcomes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Parent => "parent_team_id",
        }
    }
}

fn standing_action(part: StandingPart, change: Change) -> &'static str {
    match part {
        StandingPart::Member => change.either("add_team_member", "remove_team_member"),
        StandingPart::Leader => change.either("promote_team_leader", "demote_team_leader"),
        StandingPart::Admin => change.either("promote_team_admin", "demote_team_admin"),
    }
}
