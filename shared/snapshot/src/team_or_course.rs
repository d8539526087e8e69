//! A team or a course: what memberships and enrolments belong to.

use std::{fmt, str::FromStr};

use rollcall_roster::Table;
use serde::{Deserialize, Serialize};

/// A team or a course by its id, written `team:{id}` or `course:{id}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum TeamOrCourse {
    /// A course.
    Course(String),
    /// A team.
    Team(String),
}

/// A text that names neither a team nor a course.
#[derive(Debug, thiserror::Error)]
#[error("must be course:{{id}} or team:{{id}}, got {0:?}")]
pub struct NeitherTeamNorCourse(String);

impl TeamOrCourse {
    /// What stands in such a table under an id; `None` for tables of something else.
    #[must_use]
    pub fn of(table: Table, id: &str) -> Option<Self> {
        match table {
            Table::Courses => Some(Self::Course(id.to_owned())),
            Table::Teams => Some(Self::Team(id.to_owned())),
            Table::Enrolments | Table::TeamMembers | Table::Users => None,
        }
    }

    /// The table in which it stands itself.
    #[must_use]
    pub const fn table(&self) -> Table {
        match self {
            Self::Course(_) => Table::Courses,
            Self::Team(_) => Table::Teams,
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Course(id) | Self::Team(id) => id,
        }
    }
}

impl fmt::Display for TeamOrCourse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Course(id) => write!(f, "course:{id}"),
            Self::Team(id) => write!(f, "team:{id}"),
        }
    }
}

impl FromStr for TeamOrCourse {
    type Err = NeitherTeamNorCourse;

    fn from_str(text: &str) -> Result<Self, NeitherTeamNorCourse> {
        match text.split_once(':') {
            Some(("course", id)) if !id.is_empty() => Ok(Self::Course(id.to_owned())),
            Some(("team", id)) if !id.is_empty() => Ok(Self::Team(id.to_owned())),
            _ => Err(NeitherTeamNorCourse(text.to_owned())),
        }
    }
}

impl TryFrom<String> for TeamOrCourse {
    type Error = NeitherTeamNorCourse;

    fn try_from(text: String) -> Result<Self, NeitherTeamNorCourse> {
        text.parse()
    }
}

impl From<TeamOrCourse> for String {
    fn from(named: TeamOrCourse) -> Self {
        named.to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn it_is_written_as_it_is_read_also_as_a_key() {
        let named = [TeamOrCourse::Course("-a:b".into()), TeamOrCourse::Team("t".into())];
        let keys: BTreeMap<_, _> = named.iter().cloned().zip([1, 2]).collect();
        let json = serde_json::to_string(&keys).unwrap();
        assert_eq!(json, r#"{"course:-a:b":1,"team:t":2}"#);
        assert_eq!(serde_json::from_str::<BTreeMap<TeamOrCourse, u8>>(&json).unwrap(), keys);
    }

    #[test]
    fn other_texts_name_neither() {
        for text in ["", "course", "course:", "team:", "user:u", "Course:c", "c"] {
            let error = text.parse::<TeamOrCourse>().unwrap_err().to_string();
            assert!(error.starts_with("must be course:{id} or team:{id}, got "), "{error}");
        }
    }
}
