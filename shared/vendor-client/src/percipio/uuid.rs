//! UUIDs, as the vendor's ids are.

use serde_json::Value;
use uuid::Uuid;

use crate::record::id_text;

/// The UUID that stands for nothing.
const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// Whether a text is one. What is none must not stand in the address of a write: an id like
/// `external-user-id/E1` may be decoded on its way and lead to a write that creates (Percipio
/// reference 4.1).
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// An id in the spelling in which ids are compared and stand in tables: a UUID in lower case with
/// hyphens, whether it came in capitals, in braces, as a URN or without hyphens. What is no UUID
/// stays as it is, without outer blanks.
#[must_use]
pub fn canonical_id(id: &str) -> String {
    let id = id.trim();
    let uuid = Uuid::try_parse(id).or_else(|_| Uuid::try_parse(&id.to_ascii_lowercase()));
    uuid.map_or_else(|_| id.to_owned(), |uuid| uuid.hyphenated().to_string())
}

/// The [canonical](canonical_id) id that a value holds, if it names anything: the nil UUID stands
/// for nothing.
pub(super) fn id(value: &Value) -> Option<String> {
    let id = canonical_id(&id_text(value)?);
    (id != NIL).then_some(id)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01";

    #[test]
    fn only_a_uuid_is_one() {
        for uuid in [ID, "6F0C1F4E-6D0B-4F0E-9D7A-2B1F6F1F0A01"] {
            assert!(is_uuid(uuid));
        }
        for other in [
            "",
            "E1001",
            "external-user-id",
            "external-user-id/6f0c1f4e-6d0b-4f0e",
            "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a0g",
            "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01 ",
            "6f0c1f4e06d0b-4f0e-9d7a-2b1f6f1f0a01",
            "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0é1",
        ] {
            assert!(!is_uuid(other), "{other}");
        }
    }

    #[test]
    fn a_uuid_has_one_spelling() {
        let upper = ID.to_uppercase();
        for spelling in [
            ID.to_owned(),
            upper.clone(),
            format!(" {ID}\n"),
            format!("{{{upper}}}"),
            format!("urn:uuid:{ID}"),
            format!("URN:UUID:{upper}"),
            upper.replace('-', ""),
        ] {
            assert_eq!(canonical_id(&spelling), ID, "{spelling}");
            assert_eq!(id(&json!(spelling)).as_deref(), Some(ID), "{spelling}");
        }
        for other in ["E1001", "6F0C1F4E", "Éva", ""] {
            assert_eq!(canonical_id(&format!(" {other} ")), other);
        }
    }

    #[test]
    fn a_value_that_names_nothing_is_no_id() {
        for nothing in [json!(null), json!(" "), json!({}), json!("0".repeat(32))] {
            assert_eq!(id(&nothing), None, "{nothing}");
        }
        assert_eq!(id(&json!("00000000-0000-0000-0000-000000000000")), None);
        assert_eq!(id(&json!(7)).as_deref(), Some("7"));
    }
}
