//! What a person can be given: the text form that requests use.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::rules::same_role;

/// Something that can be granted and revoked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Entitlement {
    /// `team:{id}:member`, `:leader`, `:admin`
    Team {
        /// The team's id.
        team_id: String,
        /// What in the team.
        level: TeamLevel,
    },
    /// `course:{id}:assigned`
    Course {
        /// The course's id.
        course_id: String,
    },
    /// `learning_path:{id}:assigned`
    LearningPath {
        /// The learning path's id.
        learning_path_id: String,
    },
    /// `role:{name}`
    Role {
        /// The vendor's name of the role.
        name: String,
    },
}

/// What somebody is in a team. A leader or admin is a member too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TeamLevel {
    /// A member.
    Member,
    /// A leader.
    Leader,
    /// An admin.
    Admin,
}

impl TeamLevel {
    pub(crate) const ALL: [(Self, &'static str); 3] =
        [(Self::Member, "member"), (Self::Leader, "leader"), (Self::Admin, "admin")];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(level, _)| *level == self).map_or("", |(_, name)| name)
    }
}

/// A text that is no entitlement.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be team:{{id}}:member, team:{{id}}:leader, team:{{id}}:admin, course:{{id}}:assigned, \
     learning_path:{{id}}:assigned or role:{{name}}"
)]
pub struct EntitlementError;

/// Ids go into paths of the vendor's API: letters, digits, `-` and `_` (Litmos reference 1.8).
pub(crate) fn is_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !text.is_empty() && text.len() <= 50 && text.bytes().all(allowed)
}

fn is_role(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_- ".contains(c);
    !text.is_empty() && text.len() <= 50 && text.trim() == text && text.chars().all(allowed)
}

impl Entitlement {
    /// Whether both mean the same: a role may be spelled otherwise.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Role { name }, Self::Role { name: other }) => same_role(name, other),
            _ => self == other,
        }
    }
}

impl TryFrom<String> for Entitlement {
    type Error = EntitlementError;

    fn try_from(text: String) -> Result<Self, EntitlementError> {
        let parts: Vec<_> = text.split(':').collect();
        let owned = |id: &str| id.to_owned();
        match parts[..] {
            ["team", id, level] if is_id(id) => {
                let found = TeamLevel::ALL.iter().find(|(_, name)| *name == level);
                let (level, _) = found.ok_or(EntitlementError)?;
                Ok(Self::Team { team_id: owned(id), level: *level })
            }
            ["course", id, "assigned"] if is_id(id) => Ok(Self::Course { course_id: owned(id) }),
            ["learning_path", id, "assigned"] if is_id(id) => {
                Ok(Self::LearningPath { learning_path_id: owned(id) })
            }
            ["role", name] if is_role(name) => Ok(Self::Role { name: owned(name) }),
            _ => Err(EntitlementError),
        }
    }
}

impl fmt::Display for Entitlement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Team { team_id, level } => write!(f, "team:{team_id}:{}", level.name()),
            Self::Course { course_id } => write!(f, "course:{course_id}:assigned"),
            Self::LearningPath { learning_path_id } => {
                write!(f, "learning_path:{learning_path_id}:assigned")
            }
            Self::Role { name } => write!(f, "role:{name}"),
        }
    }
}

impl From<Entitlement> for String {
    fn from(entitlement: Entitlement) -> Self {
        entitlement.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entitlement_is_what_it_is_written_as() {
        for text in [
            "team:Tm12xyz01AB1:member",
            "team:-_a:leader",
            "team:x:admin",
            "course:Cq81:assigned",
            "learning_path:Lp55:assigned",
            "role:Learner",
            "role:Account_Owner",
        ] {
            assert_eq!(Entitlement::try_from(text.to_owned()).unwrap().to_string(), text);
        }
        for text in [
            "",
            "team",
            "team:x",
            "team:x:owner",
            "team::member",
            "team:x:member:y",
            "team:../x:member",
            "team:x y:member",
            "course:x",
            "course:x:member",
            "role:",
            "role: Learner",
            "role:a/b",
            "Team:x:member",
            "user:x",
        ] {
            assert!(Entitlement::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
