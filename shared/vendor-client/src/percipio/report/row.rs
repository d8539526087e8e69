//! Rows of the learning-activity report (reference 7.4).
//!
//! What is documented and what arrives differ: numbers are text, what is not told is absent, custom
//! attributes stand between the columns. Columns that are not named here are skipped over: nothing is
//! made of them, and what is wrong with them is nobody's concern.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::dialect::Dialect;
use crate::record::{self, Unreadable, id_text};

/// What somebody has done with some content, within the window of the report.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportRow {
    /// The account's UUID.
    pub user_id: String,
    /// The content's UUID; a course's id in the catalogue.
    pub content_id: String,
    /// The vendor's name of the type, such as `Course`.
    pub content_type: Option<String>,
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
    fn new(text: String) -> Self {
        match text.to_ascii_lowercase().as_str() {
            "completed" | "achieved" | "listened" | "read" | "watched" => Self::Completed,
            "started" | "active" => Self::InProgress,
            _ => Self::Unknown(text.chars().take(Self::SHOWN).collect()),
        }
    }
}

/// The columns that count.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Columns {
    user_uuid: Value,
    content_uuid: Value,
    content_type: Value,
    status: Value,
    completed_date: Value,
    first_access: Value,
    last_access: Value,
}

/// Why an element of the report is no row.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoRow {
    /// What is wrong with it.
    Bad(&'static str),
    /// It is no JSON, and so the report is none.
    NotJson,
}

impl ReportRow {
    pub(super) fn read(text: &[u8]) -> Result<Self, NoRow> {
        // A list would do for the columns in their order.
        let is_object = text.first() == Some(&b'{');
        let columns = if is_object { serde_json::from_slice(text).ok() } else { None };
        match columns {
            Some(columns) => Self::of(&columns).map_err(NoRow::Bad),
            None if serde_json::from_slice::<&RawValue>(text).is_err() => Err(NoRow::NotJson),
            None if is_object => Err(NoRow::Bad("not readable")),
            None => Err(NoRow::Bad("not an object")),
        }
    }

    fn of(columns: &Columns) -> Result<Self, &'static str> {
        let mut unreadable = Unread(Vec::new());
        Ok(Self {
            user_id: id_text(&columns.user_uuid).ok_or("no userUuid")?,
            content_id: id_text(&columns.content_uuid).ok_or("no contentUuid")?,
            content_type: unreadable.or_none("contentType", text(&columns.content_type)),
            status: unreadable.or_none("status", text(&columns.status)).map(ActivityStatus::new),
            completed_at: unreadable.or_none("completedDate", instant(&columns.completed_date)),
            first_access_at: unreadable.or_none("firstAccess", instant(&columns.first_access)),
            // No column of a table: it shows the order of rows, which do without one too.
            last_access_at: instant(&columns.last_access).unwrap_or_default(),
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

fn text(value: &Value) -> Result<Option<String>, Unreadable> {
    record::text(value, Dialect)
}

fn instant(value: &Value) -> Result<Option<Timestamp>, Unreadable> {
    record::instant(value, Dialect)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> Result<ReportRow, NoRow> {
        ReportRow::read(value.to_string().as_bytes())
    }

    fn bare() -> ReportRow {
        ReportRow {
            user_id: "u".to_owned(),
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
            user_id: "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01".to_owned(),
            content_id: "b1644cf0-0000-11e8-8234-000000000001".to_owned(),
            content_type: Some("Course".to_owned()),
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
        let unreadable = vec!["contentType", "status", "completedDate", "firstAccess"];
        assert_eq!(read(&row), Ok(ReportRow { unreadable, ..bare() }));
    }

    #[test]
    fn without_both_ids_it_is_no_row() {
        for (text, problem) in [
            (r#"{"contentUuid":"c"}"#, "no userUuid"),
            (r#"{"userUuid":" ","contentUuid":"c"}"#, "no userUuid"),
            (r#"{"userUuid":"u","contentUuid":null}"#, "no contentUuid"),
            (r#"{"userUuid":"u","contentUuid":"c","status":"a","status":"b"}"#, "not readable"),
            (r#"{"userUuid":"\ud800","contentUuid":"c"}"#, "not readable"),
            (r#"["u","c"]"#, "not an object"),
            ("null", "not an object"),
        ] {
            assert_eq!(ReportRow::read(text.as_bytes()), Err(NoRow::Bad(problem)), "{text}");
        }
        for text in [r#"{"userUuid":"u""#, "{]", "tru", "", "{\"userUuid\":\"\u{1}\"}"] {
            assert_eq!(ReportRow::read(text.as_bytes()), Err(NoRow::NotJson), "{text}");
        }
    }
}
