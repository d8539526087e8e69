//! Changes that happen to the organisation while it is being read.

use serde::{Deserialize, Serialize};

use super::Possession;

/// One change. Texts are as meant; the wire makes them odd.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A new active account at the end of the list, in no team and no course.
    AddUser {
        /// Given name.
        first_name: String,
        /// Family name.
        last_name: String,
    },
    /// An account is deleted, and with it every membership and enrolment.
    RemoveUser {
        /// Whose.
        id: String,
    },
    /// An account is deactivated or activated.
    SetActive {
        /// Whose.
        id: String,
        /// Which of the two.
        active: bool,
    },
    /// A person's name changes; the user name stays.
    RenameUser {
        /// Whose.
        id: String,
        /// The new given name.
        first_name: String,
        /// The new family name.
        last_name: String,
    },
    /// Every account but the first ones of the list is deleted.
    ShrinkUsers {
        /// How many stay.
        keep: usize,
    },
    /// A team is deleted; teams below it are then at the top.
    DeleteTeam {
        /// Which.
        id: String,
    },
    /// A team's name changes, and its code with it.
    RenameTeam {
        /// Which.
        id: String,
        /// The new name.
        name: String,
    },
    /// Somebody gets something or loses it, by hand and not by a request.
    Possess {
        /// Who.
        user_id: String,
        /// What kind of thing.
        what: Possession,
        /// Which team, course or learning path.
        id: String,
        /// Whether it is there afterwards.
        has: bool,
    },
    /// An account gets a level of its own, or `Learner`: none.
    SetLevel {
        /// Whose.
        id: String,
        /// Which.
        level: String,
    },
    /// A new team without members, at the top or below another one.
    AddTeam {
        /// What it is called.
        name: String,
        /// The team above.
        #[serde(default)]
        parent_id: Option<String>,
    },
    /// A team is put below another one, or at the top; not below itself.
    MoveTeam {
        /// Which.
        id: String,
        /// The team above.
        #[serde(default)]
        parent_id: Option<String>,
    },
    /// Somebody learns something of a course that is held, or is set back.
    Progress {
        /// Who.
        user_id: String,
        /// Which course.
        course_id: String,
        /// How much of it is done, 0 to 100.
        percent: f64,
        /// Whether it counts as done.
        completed: bool,
    },
    /// A course is deleted.
    DeleteCourse {
        /// Which.
        id: String,
    },
    /// A course's name changes.
    RenameCourse {
        /// Which.
        id: String,
        /// The new name.
        name: String,
    },
}
