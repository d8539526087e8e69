//! Percipio's way of writing values: text as it is meant, dates as ISO 8601 (reference 10).

use jiff::Timestamp;

use super::uuid::is_uuid;
use crate::dates::{iso, to_microsecond};
use crate::record;

/// Nothing has to be decoded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect;

/// A record of Percipio.
pub(super) type Record = record::Record<Dialect>;

impl record::Dialect for Dialect {
    /// `aiccLaunch` embeds a signed entitlement key (reference 6.2).
    const SECRETS: &'static [&'static str] = &["password", "newPassword", "aiccLaunch"];

    fn text(self, wire: &str) -> String {
        wire.trim().to_owned()
    }

    /// Ids of other records stand among attributes; they are in lower case there too.
    fn attribute(self, wire: &str) -> String {
        let text = record::Dialect::text(self, wire);
        if is_uuid(&text) { text.to_ascii_lowercase() } else { text }
    }

    fn instant(self, text: &str) -> Option<Timestamp> {
        to_microsecond(iso(text)?)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_is_taken_as_it_stands() {
        let row = json!({"id": "a", "title": " R&amp;D ", "Due": "/Date(1557105155990)/"});
        let mut record = Record::new(row, Dialect).unwrap();
        assert_eq!(record.text(&["title"]).as_deref(), Some("R&amp;D"));
        let expected = r#"{"Due":"/Date(1557105155990)/","title":"R&amp;D"}"#;
        assert_eq!(record.others(&["id"]).as_deref(), Some(expected));
    }

    #[test]
    fn ids_among_attributes_are_in_lower_case() {
        let id = "6F0C1F4E-6D0B-4F0E-9D7A-2B1F6F1F0A01";
        let row = json!({"id": "a", "parent": {"id": id, "title": format!("Of {id}")}});
        let record = Record::new(row, Dialect).unwrap();
        let expected =
            format!(r#"{{"parent":{{"id":"{}","title":"Of {id}"}}}}"#, id.to_lowercase());
        assert_eq!(record.others(&["id"]), Some(expected));
    }

    #[test]
    fn dates_have_any_number_of_digits() {
        for (text, expected) in [
            ("2021-02-24T10:28:04Z", Some("2021-02-24T10:28:04Z")),
            ("2025-05-20T15:42:18.961Z", Some("2025-05-20T15:42:18.961Z")),
            ("2024-04-17T09:55:22.173000Z", Some("2024-04-17T09:55:22.173Z")),
            ("2024-04-17T09:55:22.1234567Z", Some("2024-04-17T09:55:22.123456Z")),
            ("2025-05-20T17:42:18+02:00", Some("2025-05-20T15:42:18Z")),
            ("yesterday", None),
            ("2025-05-32", None),
        ] {
            let time = json!({"id": "a", "at": text});
            let time = Record::new(time, Dialect).unwrap().instant(&["at"]);
            assert_eq!(time.map(|time| time.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn secrets_leave_no_trace() {
        let row = json!({"id": "a", "Password": "p", "aiccLaunch": {"params": "k"},
            "parent": {"aiccLaunch": {"params": "k"}, "id": "b"}});
        let record = Record::new(row, Dialect).unwrap();
        assert_eq!(record.others(&["id"]).as_deref(), Some(r#"{"parent":{"id":"b"}}"#));
    }
}
