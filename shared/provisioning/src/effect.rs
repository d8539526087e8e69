//! What a plan consists of: single changes at the vendor.

use serde::{Deserialize, Serialize};

/// One change at the vendor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Effect {
    /// Makes somebody a member, leader or admin of a team, or ends that.
    TeamStanding {
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
}

/// Whether something is given or taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

impl Effect {
    /// Whom it touches.
    #[must_use]
    pub fn user_id(&self) -> &str {
        match self {
            Self::TeamStanding { user_id, .. }
            | Self::Course { user_id, .. }
            | Self::LearningPath { user_id, .. }
            | Self::Role { user_id, .. } => user_id,
        }
    }
}
