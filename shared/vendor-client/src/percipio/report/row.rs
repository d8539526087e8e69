//! Rows of the learning-activity report (reference 7.4).
//!
//! What is documented and what arrives differ: numbers are text, what is not told is absent, custom
//! attributes stand between the columns. Columns that are not named here are skipped over: nothing is
//! made of them, and what is wrong with them is nobody's concern.

use std::fmt;

use jiff::Timestamp;
use serde_json::value::RawValue;

use super::super::content_type::ContentType;
use super::columns::Columns;
use crate::record::Unreadable;

/// What somebody has done with some content, within the window of the report.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportRow {
    /// Whose it is.
    pub user: ReportUser,
    /// The content's UUID; a course's id in the catalogue.
    pub content_id: String,
    /// Its type.
    pub content_type: Option<ContentType>,
    /// How it stands.
    pub status: Option<ActivityStatus>,
    /// The day of completion, its beginning in UTC: the vendor tells no time.
    pub completed_at: Option<Timestamp>,
    /// First access within the window.
    pub first_access_at: Option<Timestamp>,
    /// Last access within the window.
    pub last_access_at: Option<Timestamp>,
    /// Columns whose value could not be read and is null here.
    pub unreadable: Vec<&'static str>,
}

/// How a row names an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportUser {
    /// By its UUID: `userUuid`, which the service's own schema does not have (Percipio reference
    /// 7.4).
    Id(String),
    /// By the customer's key, in any case: `userId`, where there is no `userUuid`.
    ExternalId(String),
}

impl fmt::Display for ReportUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "userUuid {id}"),
            Self::ExternalId(id) => write!(f, "userId {id}"),
        }
    }
}

/// How somebody stands with some content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActivityStatus {
    /// Begun, not done: `Started`, `Active`.
    InProgress,
    /// Done: `Completed`, `Achieved`, `Listened`, `Read`, `Watched`.
    Completed,
    /// What the vendor says, and nobody here knows; its first 60 characters.
    Unknown(String),
}

impl ActivityStatus {
    /// What is shown of a word that nobody knows.
    const SHOWN: usize = 60;

    /// Written upper case in requests and documents, title case in rows.
    pub(super) fn new(text: String) -> Self {
        match text.to_ascii_lowercase().as_str() {
            "completed" | "achieved" | "listened" | "read" | "watched" => Self::Completed,
            "started" | "active" => Self::InProgress,
            _ => Self::Unknown(text.chars().take(Self::SHOWN).collect()),
        }
    }
}

/// Why an element of the report is no row.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoRow {
    /// What is wrong with it, and what it names all the same.
    Bad { problem: &'static str, names: Option<String> },
    /// It is no JSON, and so the report is none.
    NotJson,
}

impl ReportRow {
    pub(super) fn read(text: &[u8]) -> Result<Self, NoRow> {
        let nameless = |problem| NoRow::Bad { problem, names: None };
        match serde_json::from_slice(text) {
            Ok(columns) => Self::of(&columns),
            Err(_) if serde_json::from_slice::<&RawValue>(text).is_err() => Err(NoRow::NotJson),
            Err(_) if text.first() == Some(&b'{') => Err(nameless("not readable")),
            Err(_) => Err(nameless("not an object")),
        }
    }

    fn of(columns: &Columns) -> Result<Self, NoRow> {
        let mut unreadable = Unread(Vec::new());
        let user = columns.user_uuid.id().map(ReportUser::Id);
        let user = user.or_else(|| columns.user_id.text().ok()?.map(ReportUser::ExternalId));
        let (user, content_id) = match (user, columns.content_uuid.id()) {
            (Some(user), Some(content_id)) => (user, content_id),
            (None, Some(id)) => {
                let names = Some(format!("contentUuid {id}"));
                return Err(NoRow::Bad { problem: "no userUuid and no userId", names });
            }
            (user, None) => {
                let names = user.map(|user| user.to_string());
                return Err(NoRow::Bad { problem: "no contentUuid", names });
            }
        };
        let completed_at = unreadable.or_none("completedDate", columns.completed_date.instant());
        let status = unreadable.or_none("status", columns.status.status());
        Ok(Self {
            user,
            content_id,
            content_type: unreadable.or_none("contentType", columns.content_type.content_type()),
            status: match status {
                // A custom attribute with the label "Status" may have taken the column's place, and
                // "Active" is a word of both. The date is there only where something is done
                // (Percipio reference 7.4).
                Some(ActivityStatus::InProgress) if completed_at.is_some() => {
                    Some(ActivityStatus::Completed)
                }
                status => status,
            },
            completed_at,
            first_access_at: unreadable.or_none("firstAccess", columns.first_access.instant()),
            // No column of a table: it shows the order of rows, which do without one too.
            last_access_at: columns.last_access.instant().unwrap_or_default(),
            unreadable: unreadable.0,
        })
    }
}

/// The columns that could not be read.
struct Unread(Vec<&'static str>);

impl Unread {
    fn or_none<T>(&mut self, name: &'static str, read: Result<Option<T>, Unreadable>) -> Option<T> {
        read.unwrap_or_else(|Unreadable| {
            self.0.push(name);
            None
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(value: &Value) -> Result<ReportRow, NoRow> {
        ReportRow::read(value.to_string().as_bytes())
    }

    fn bare() -> ReportRow {
        ReportRow {
            user: ReportUser::Id("u".to_owned()),
            content_id: "c".to_owned(),
            content_type: None,
            status: None,
            completed_at: None,
            first_access_at: None,
            last_access_at: None,
            unreadable: Vec::new(),
        }
    }

    #[test]
    fn a_row_is_read_as_it_arrives() {
        // The reference's example (7.4), with some columns that others have.
        let row = json!({ "userId": "E1001", "firstName": "Ana", "audience": "All Users; Finance",
            "contentUuid": "b1644cf0-0000-11e8-8234-000000000001", "contentId": "xx_demo01_a01_enus",
            "contentType": "Course", "languageCode": "en-US", "status": "Completed",
            "completedDate": "2025-05-20T00:00:00.000Z", "duration": "1235",
            "firstAccess": "2025-05-19T15:08:03.000Z", "lastAccess": "2025-05-20T15:42:18.961Z",
            "totalAccesses": "4", "firstScore": "47", "highScore": "73", "lastScore": "71",
            "userUuid": "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01", "userStatus": "Active",
            "%OfVideoOrBook": "70%", "costCenter": "2840", "customAttributes": {"status": "x"} });
        let expected = ReportRow {
            user: ReportUser::Id("6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01".to_owned()),
            content_id: "b1644cf0-0000-11e8-8234-000000000001".to_owned(),
            content_type: Some(ContentType::Course),
            status: Some(ActivityStatus::Completed),
            completed_at: Some("2025-05-20T00:00:00Z".parse().unwrap()),
            first_access_at: Some("2025-05-19T15:08:03Z".parse().unwrap()),
            last_access_at: Some("2025-05-20T15:42:18.961Z".parse().unwrap()),
            unreadable: Vec::new(),
        };
        assert_eq!(read(&row), Ok(expected));
    }

    #[test]
    fn a_row_is_read_as_it_is_documented() {
        let row = json!({"userUuid": "u", "contentUuid": "c", "% ofVideoOrBook": 70.5,
            "highScore": 73, "lastScore": null, "status": "", "customAttributes": {"geo": "x"}});
        assert_eq!(read(&row), Ok(bare()));
    }

    #[test]
    fn a_status_is_known_or_kept() {
        use ActivityStatus::{Completed, InProgress, Unknown};
        for (wire, status) in [
            ("Completed", Completed),
            ("Achieved", Completed),
            ("Listened", Completed),
            ("Read", Completed),
            ("WATCHED", Completed),
            ("Started", InProgress),
            (" active", InProgress),
            ("Abandoned", Unknown("Abandoned".to_owned())),
            ("Complete d", Unknown("Complete d".to_owned())),
            (&"é".repeat(61), Unknown("é".repeat(60))),
        ] {
            let row = json!({"userUuid": "u", "contentUuid": "c", "status": wire});
            let expected = ReportRow { status: Some(status), ..bare() };
            assert_eq!(read(&row), Ok(expected), "{wire}");
        }
    }

    #[test]
    fn a_bad_value_is_null_and_told_if_it_counts() {
        let row = json!({"userUuid": "u", "contentUuid": "c", "status": ["x"], "contentType": {},
            "completedDate": "yesterday", "firstAccess": 7, "lastAccess": "soon",
            "firstScore": "A+", "highScore": "NaN", "%OfVideoOrBook": "most%"});
        let unreadable = vec!["completedDate", "status", "contentType", "firstAccess"];
        assert_eq!(read(&row), Ok(ReportRow { unreadable, ..bare() }));
    }

    #[test]
    fn ids_have_one_spelling() {
        let id = "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01";
        for spelling in [id.to_uppercase(), format!(" {{{id}}} "), format!("urn:uuid:{id}")] {
            let row = json!({"userUuid": spelling, "contentUuid": spelling});
            let row = read(&row).unwrap();
            assert_eq!((row.user, row.content_id), (ReportUser::Id(id.to_owned()), id.to_owned()));
        }
    }

    #[test]
    fn an_account_may_be_named_by_the_customers_key() {
        for missing in [json!(null), json!(""), json!("00000000-0000-0000-0000-000000000000")] {
            let row = json!({"userUuid": missing, "userId": " e1001 ", "contentUuid": "c"});
            let user = ReportUser::ExternalId("e1001".to_owned());
            assert_eq!(read(&row), Ok(ReportRow { user, ..bare() }));
        }
        let both = json!({"userUuid": "u", "userId": "e1001", "contentUuid": "c"});
        assert_eq!(read(&both), Ok(bare()));
    }

    #[test]
    fn what_has_a_date_of_completion_is_done() {
        let row = |status: &str| {
            let row = json!({"userUuid": "u", "contentUuid": "c", "status": status,
                "completedDate": "2025-05-20T00:00:00.000Z"});
            read(&row).unwrap().status
        };
        assert_eq!(row("Active"), Some(ActivityStatus::Completed));
        assert_eq!(row("Permanent"), Some(ActivityStatus::Unknown("Permanent".to_owned())));
    }

    #[test]
    fn without_both_ids_it_is_no_row() {
        for (text, problem, names) in [
            (r#"{"contentUuid":"c"}"#, "no userUuid and no userId", Some("contentUuid c")),
            (
                r#"{"userUuid":" ","contentUuid":"c"}"#,
                "no userUuid and no userId",
                Some("contentUuid c"),
            ),
            (r#"{"userUuid":"u","contentUuid":null}"#, "no contentUuid", Some("userUuid u")),
            (r#"{"userId":"E1"}"#, "no contentUuid", Some("userId E1")),
            ("{}", "no contentUuid", None),
            (r#"{"userUuid":"\ud800","contentUuid":"c"}"#, "not readable", None),
            (r#"["u","c"]"#, "not an object", None),
            ("null", "not an object", None),
        ] {
            let names = names.map(str::to_owned);
            let bad = NoRow::Bad { problem, names };
            assert_eq!(ReportRow::read(text.as_bytes()), Err(bad), "{text}");
        }
        for text in [r#"{"userUuid":"u""#, "{]", "tru", "", "{\"userUuid\":\"\u{1}\"}"] {
            assert_eq!(ReportRow::read(text.as_bytes()), Err(NoRow::NotJson), "{text}");
        }
    }
}
