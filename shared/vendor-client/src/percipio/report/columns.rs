//! The columns of a report's row that count, of which any may be there more than once.
//!
//! Custom attributes stand between the columns, each under its label in camel case (Percipio
//! reference 7.4): a label like "Status" makes the key of a column. Then of both the one counts that
//! can be the column's, and where both can, neither does.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::super::content_type::ContentType;
use super::super::dialect::Dialect;
use super::super::uuid::{self, is_uuid};
use super::row::ActivityStatus;
use crate::record::{self, Unreadable};

/// What came under the names of the columns, in the order in which it came.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) user_uuid: Column,
    pub(super) user_id: Column,
    pub(super) content_uuid: Column,
    pub(super) content_type: Column,
    pub(super) status: Column,
    pub(super) completed_date: Column,
    pub(super) first_access: Column,
    pub(super) last_access: Column,
}

/// The values of one column.
#[derive(Debug, Default)]
pub(super) struct Column(Vec<Value>);

/// Where a row's key leads: to a column, if it is the name of one, in any case.
struct Key(Option<PickColumn>);

type PickColumn = fn(&mut Columns) -> &mut Column;

const KEYS: [(&str, PickColumn); 8] = [
    ("userUuid", |row| &mut row.user_uuid),
    ("userId", |row| &mut row.user_id),
    ("contentUuid", |row| &mut row.content_uuid),
    ("contentType", |row| &mut row.content_type),
    ("status", |row| &mut row.status),
    ("completedDate", |row| &mut row.completed_date),
    ("firstAccess", |row| &mut row.first_access),
    ("lastAccess", |row| &mut row.last_access),
];

/// Whether a text is a row that stands alone.
pub(super) fn is_row(text: &[u8]) -> bool {
    let columns = serde_json::from_slice::<Columns>(text).ok();
    columns.is_some_and(|columns| !columns.content_uuid.0.is_empty())
}

impl Column {
    /// An id of the vendor's.
    pub(super) fn id(&self) -> Option<String> {
        self.one(|value| Ok(uuid::id(value)), |id| is_uuid(id)).ok()?
    }

    /// An id of the customer's.
    pub(super) fn text(&self) -> Result<Option<String>, Unreadable> {
        self.one(|value| record::text(value, Dialect), |_| true)
    }

    pub(super) fn content_type(&self) -> Result<Option<ContentType>, Unreadable> {
        let read =
            |value: &Value| Ok(record::text(value, Dialect)?.map(|it| ContentType::new(&it)));
        self.one(read, |kind| !matches!(kind, ContentType::Unknown(_)))
    }

    pub(super) fn status(&self) -> Result<Option<ActivityStatus>, Unreadable> {
        let read = |value: &Value| Ok(record::text(value, Dialect)?.map(ActivityStatus::new));
        self.one(read, |status| !matches!(status, ActivityStatus::Unknown(_)))
    }

    pub(super) fn instant(&self) -> Result<Option<jiff::Timestamp>, Unreadable> {
        self.one(|value| record::instant(value, Dialect), |_| true)
    }

    /// What the column says: of several values the one that makes sense.
    fn one<T: PartialEq>(
        &self,
        read: impl Fn(&Value) -> Result<Option<T>, Unreadable>,
        makes_sense: impl Fn(&T) -> bool,
    ) -> Result<Option<T>, Unreadable> {
        if let [value] = self.0.as_slice() {
            return read(value);
        }
        let mut told: Vec<T> = self.0.iter().filter_map(|value| read(value).ok()?).collect();
        if told.iter().any(&makes_sense) {
            told.retain(&makes_sense);
        }
        told.dedup();
        match told.len() {
            0 | 1 => Ok(told.pop()),
            _ => Err(Unreadable),
        }
    }
}

impl<'de> Deserialize<'de> for Columns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Row)
    }
}

struct Row;

impl<'de> Visitor<'de> for Row {
    type Value = Columns;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row of a report")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut row: A) -> Result<Columns, A::Error> {
        let mut columns = Columns::default();
        while let Some(Key(column)) = row.next_key()? {
            match column {
                Some(column) => column(&mut columns).0.push(row.next_value()?),
                None => drop(row.next_value::<IgnoredAny>()?),
            }
        }
        Ok(columns)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(Name)
    }
}

struct Name;

impl Visitor<'_> for Name {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, name: &str) -> Result<Key, E> {
        let of = KEYS.iter().find(|(of, _)| of.eq_ignore_ascii_case(name));
        Ok(Key(of.map(|(_, column)| *column)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01";

    fn columns(fields: &str) -> Columns {
        serde_json::from_str(&format!("{{{fields}}}")).unwrap()
    }

    #[test]
    fn a_label_like_a_columns_name_hides_nothing_that_can_be_told_apart() {
        use ActivityStatus::{Completed, InProgress, Unknown};
        for (fields, expected) in [
            (r#""status":"Permanent","status":"Completed""#, Ok(Some(Completed))),
            (r#""status":"Completed","x":1,"STATUS":"Permanent""#, Ok(Some(Completed))),
            (r#""status":"Watched","status":"Completed""#, Ok(Some(Completed))),
            (r#""status":"Active","status":"Completed""#, Err(Unreadable)),
            (r#""status":["x"],"status":"Started""#, Ok(Some(InProgress))),
            (r#""status":"Permanent""#, Ok(Some(Unknown("Permanent".to_owned())))),
            (r#""status":"Permanent","status":"Interim""#, Err(Unreadable)),
            (r#""status":null,"status":"""#, Ok(None)),
        ] {
            assert_eq!(columns(fields).status.status(), expected, "{fields}");
        }
        let kinds = columns(r#""contentType":"Contractor","contentType":"Course""#);
        assert_eq!(kinds.content_type.content_type(), Ok(Some(ContentType::Course)));
        let date = columns(r#""firstAccess":"Lobby","firstAccess":"2025-05-19T15:08:03.000Z""#);
        assert!(date.first_access.instant().unwrap().is_some());
    }

    #[test]
    fn of_two_ids_the_uuid_counts() {
        let upper = ID.to_uppercase();
        for (fields, expected) in [
            (format!(r#""userUuid":"{upper}","userUuid":"7""#), Some(ID)),
            (format!(r#""userUuid":"{upper}","userUuid":"{ID}""#), Some(ID)),
            (format!(r#""UserUUID":"{{{ID}}}""#), Some(ID)),
            (r#""userUuid":"7","userUuid":"8""#.to_owned(), None),
            (r#""userUuid":"7""#.to_owned(), Some("7")),
        ] {
            assert_eq!(columns(&fields).user_uuid.id().as_deref(), expected, "{fields}");
        }
        assert_eq!(columns(r#""userId":"E1","userId":"E2""#).user_id.text(), Err(Unreadable));
    }

    #[test]
    fn a_row_is_told_from_a_state() {
        assert!(is_row(br#"{"userId":"E1","contentUuid":"c","status":"Completed"}"#));
        for other in [r#"{"reportId":"r","status":"IN_PROGRESS"}"#, r#"["c"]"#, "{", ""] {
            assert!(!is_row(other.as_bytes()), "{other}");
        }
    }
}
