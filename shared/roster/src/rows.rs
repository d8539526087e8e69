//! The rows of the tables. A field is null where the vendor (or the kind of run) does not tell.

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Table, attributes};

/// A row of one of the tables.
pub trait Row:
    Serialize + DeserializeOwned + Clone + PartialEq + std::fmt::Debug + Send + Sync + 'static
{
    /// The table whose row this is.
    const TABLE: Table;

    /// What makes the row unique and sorts it: its ids, in the order of
    /// [`Table::key_columns`]; the second is empty for a table with one id.
    fn key(&self) -> (&str, &str);

    /// The row with those attributes of the earlier one, if there was one, that it does not name
    /// itself. An attribute that is `null` is one that is there no more.
    #[must_use]
    fn with_attributes_of(self, _before: Option<&Self>) -> Self {
        self
    }

    /// Takes columns that the present run cannot tell from the row as it was before, as far as what
    /// the run can tell is unchanged.
    fn carry(&mut self, _before: &Self, _untold: &[String]) {}
}

/// An account, active or not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// The vendor's immutable id.
    pub user_id: String,
    /// What the person signs in with.
    pub user_name: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Whether the account may be used.
    pub active: Option<bool>,
    /// The vendor's name of the access level, as it stands.
    pub role: Option<String>,
    /// The brand (site) the account belongs to.
    pub brand: Option<String>,
    /// The manager's `user_id`.
    pub manager_id: Option<String>,
    /// When the account was made.
    pub created_at: Option<Timestamp>,
    /// When the account last changed.
    pub updated_at: Option<Timestamp>,
    /// When the person last signed in.
    pub last_login_at: Option<Timestamp>,
    /// JSON object with everything else the vendor gave; never a credential.
    pub attributes: Option<String>,
}

/// A team.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Team {
    /// The vendor's immutable id.
    pub team_id: String,
    /// Display name.
    pub name: Option<String>,
    /// The vendor's code for imports.
    pub code: Option<String>,
    /// The `team_id` of the team above, if any.
    pub parent_team_id: Option<String>,
}

/// A user's membership in a team.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TeamMember {
    /// The team.
    pub team_id: String,
    /// The member.
    pub user_id: String,
    /// Whether the member leads this team.
    pub is_leader: Option<bool>,
    /// Whether the member administers this team.
    pub is_admin: Option<bool>,
}

/// A course or assessment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Course {
    /// The vendor's immutable id.
    pub course_id: String,
    /// The customer's or vendor's code.
    pub code: Option<String>,
    /// Title.
    pub name: Option<String>,
    /// Whether it is on offer.
    pub active: Option<bool>,
    /// Course or assessment.
    pub kind: Option<CourseKind>,
    /// JSON object with everything else the vendor gave.
    pub attributes: Option<String>,
}

/// What a row of `courses` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CourseKind {
    /// A course.
    Course,
    /// An assessment.
    Assessment,
}

/// A user's enrolment in a course: the one current state of the pair.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The course.
    pub course_id: String,
    /// The user.
    pub user_id: String,
    /// Where the pair stands.
    pub status: Option<EnrolmentStatus>,
    /// Progress, 0 to 100.
    pub percent_complete: Option<f64>,
    /// When it was assigned.
    pub assigned_at: Option<Timestamp>,
    /// When the user began.
    pub started_at: Option<Timestamp>,
    /// When it is due.
    pub due_at: Option<Timestamp>,
    /// When it was completed.
    pub completed_at: Option<Timestamp>,
    /// Until when the completion counts.
    pub compliant_till: Option<Timestamp>,
    /// What gave the enrolment.
    pub source: Option<Source>,
}

/// Where an enrolment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentStatus {
    /// Not begun.
    Assigned,
    /// Begun, not done.
    InProgress,
    /// Done.
    Completed,
}

impl EnrolmentStatus {
    /// The one status of a pair from what vendors tell: done wins, then any progress. Where neither
    /// is told, whether it was begun would be a guess.
    #[must_use]
    pub fn from_progress(completed: bool, percent: Option<f64>) -> Option<Self> {
        match (completed, percent) {
            (true, _) => Some(Self::Completed),
            (false, Some(percent)) if percent > 0.0 => Some(Self::InProgress),
            (false, Some(_)) => Some(Self::Assigned),
            (false, None) => None,
        }
    }
}

/// What gave an enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Assigned to the user.
    Direct,
    /// Assigned to a team of the user.
    Team,
    /// Part of a learning path.
    LearningPath,
}

macro_rules! row {
    ($row:ty, $table:ident, |$this:ident| $key:expr $(, $more:item)*) => {
        impl Row for $row {
            const TABLE: Table = Table::$table;
            fn key(&self) -> (&str, &str) {
                let $this = self;
                $key
            }
            $($more)*
        }
    };
}

row!(
    Course,
    Courses,
    |row| (&row.course_id, ""),
    fn with_attributes_of(self, before: Option<&Self>) -> Self {
        let before = before.and_then(|before| before.attributes.as_deref());
        let attributes = attributes::overlaid(before, self.attributes.as_deref());
        Self { attributes, ..self }
    }
);
row!(
    Enrolment,
    Enrolments,
    |row| (&row.course_id, &row.user_id),
    fn carry(&mut self, before: &Self, untold: &[String]) {
        self.take_over(before, untold);
    }
);
row!(TeamMember, TeamMembers, |row| (&row.team_id, &row.user_id));
row!(Team, Teams, |row| (&row.team_id, ""));
row!(
    User,
    Users,
    |row| (&row.user_id, ""),
    fn with_attributes_of(self, before: Option<&Self>) -> Self {
        let before = before.and_then(|before| before.attributes.as_deref());
        let attributes = attributes::overlaid(before, self.attributes.as_deref());
        Self { attributes, ..self }
    },
    fn carry(&mut self, before: &Self, untold: &[String]) {
        self.take_over(before, untold);
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    /// Field names of a row in the order they are written.
    fn fields<R: Row>(json: &str) -> Vec<String> {
        let row: R = serde_json::from_str(json).unwrap();
        let text = serde_json::to_string(&row).unwrap();
        text.trim_matches(['{', '}'])
            .split(',')
            .map(|pair| pair.split(':').next().unwrap().trim_matches('"').to_owned())
            .collect()
    }

    fn columns(table: Table) -> Vec<&'static str> {
        table.columns().iter().map(|column| column.name).collect()
    }

    #[test]
    fn a_row_has_its_tables_columns_in_order() {
        assert_eq!(fields::<User>(r#"{"user_id":"u"}"#), columns(Table::Users));
        assert_eq!(fields::<Team>(r#"{"team_id":"t"}"#), columns(Table::Teams));
        let pair = r#"{"team_id":"t","user_id":"u"}"#;
        assert_eq!(fields::<TeamMember>(pair), columns(Table::TeamMembers));
        assert_eq!(fields::<Course>(r#"{"course_id":"c"}"#), columns(Table::Courses));
        let pair = r#"{"course_id":"c","user_id":"u"}"#;
        assert_eq!(fields::<Enrolment>(pair), columns(Table::Enrolments));
    }

    #[test]
    fn a_pair_has_one_status() {
        use EnrolmentStatus::{Assigned, Completed, InProgress};
        for (completed, percent, status) in [
            (false, None, None),
            (false, Some(0.0), Some(Assigned)),
            (false, Some(0.5), Some(InProgress)),
            (false, Some(100.0), Some(InProgress)),
            (true, Some(0.0), Some(Completed)),
            (true, None, Some(Completed)),
        ] {
            assert_eq!(EnrolmentStatus::from_progress(completed, percent), status);
        }
    }
}
