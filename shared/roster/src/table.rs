//! The tables of a snapshot and their columns.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One of the tables that a snapshot consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// One row a course or assessment.
    Courses,
    /// One row a pair of course and user.
    Enrolments,
    /// One row a pair of team and member.
    TeamMembers,
    /// One row a team.
    Teams,
    /// One row an account.
    Users,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name, snake_case.
    pub name: &'static str,
    /// What its cells hold.
    pub column_type: ColumnType,
    /// Whether cells may be null.
    pub nullable: bool,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// UTF-8 text.
    Text,
    /// True or false.
    Bool,
    /// A double.
    Double,
    /// An instant in UTC, with microseconds.
    Timestamp,
}

impl Table {
    /// Every table, by name.
    pub const ALL: [Self; 5] =
        [Self::Courses, Self::Enrolments, Self::TeamMembers, Self::Teams, Self::Users];

    /// The name in keys, manifests and answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Courses => "courses",
            Self::Enrolments => "enrolments",
            Self::TeamMembers => "team_members",
            Self::Teams => "teams",
            Self::Users => "users",
        }
    }

    /// The columns that make a row unique and by which a table is sorted.
    #[must_use]
    pub const fn key_columns(self) -> &'static [&'static str] {
        match self {
            Self::Courses => &["course_id"],
            Self::Enrolments => &["course_id", "user_id"],
            Self::TeamMembers => &["team_id", "user_id"],
            Self::Teams => &["team_id"],
            Self::Users => &["user_id"],
        }
    }

    /// All columns, in order.
    #[must_use]
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Courses => COURSES,
            Self::Enrolments => ENROLMENTS,
            Self::TeamMembers => TEAM_MEMBERS,
            Self::Teams => TEAMS,
            Self::Users => USERS,
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

const fn id(name: &'static str) -> Column {
    Column { name, column_type: ColumnType::Text, nullable: false }
}

const fn text(name: &'static str) -> Column {
    Column { name, column_type: ColumnType::Text, nullable: true }
}

const fn flag(name: &'static str) -> Column {
    Column { name, column_type: ColumnType::Bool, nullable: true }
}

const fn instant(name: &'static str) -> Column {
    Column { name, column_type: ColumnType::Timestamp, nullable: true }
}

const USERS: &[Column] = &[
    id("user_id"),
    text("user_name"),
    text("first_name"),
    text("last_name"),
    text("email"),
    flag("active"),
    text("role"),
    text("brand"),
    text("manager_id"),
    instant("created_at"),
    instant("updated_at"),
    instant("last_login_at"),
    text("attributes"),
];

const TEAMS: &[Column] = &[id("team_id"), text("name"), text("code"), text("parent_team_id")];

const TEAM_MEMBERS: &[Column] =
    &[id("team_id"), id("user_id"), flag("is_leader"), flag("is_admin")];

const COURSES: &[Column] = &[
    id("course_id"),
    text("code"),
    text("name"),
    flag("active"),
    text("kind"),
    text("attributes"),
];

const ENROLMENTS: &[Column] = &[
    id("course_id"),
    id("user_id"),
    text("status"),
    Column { name: "percent_complete", column_type: ColumnType::Double, nullable: true },
    instant("assigned_at"),
    instant("started_at"),
    instant("due_at"),
    instant("completed_at"),
    instant("compliant_till"),
    text("source"),
];
