//! Rows made bad on purpose.

use bytes::Bytes;

use crate::{
    faults::{BadRow, Fault, OddBytes},
    wire::{
        cell::{Cell, Record},
        content::{Content, Row},
    },
};

/// Does to a list what a fault says.
pub(crate) fn tamper(content: &mut Content, fault: Fault) {
    let Some(rows) = content.rows_mut() else { return };
    match fault {
        Fault::BadRow { kind, row } => {
            if let Some(row) = rows.get_mut(row) {
                spoil(row, kind);
            }
        }
        Fault::ExtraFields => {
            for row in rows {
                if let Row::Record(record) = row {
                    record.push(("FieldNobodyKnows", Cell::Exact("new".into())));
                    record.push(("ListNobodyKnows", Cell::List(&["a", "b"])));
                }
            }
        }
        _ => {}
    }
}

/// A body in JSON with bytes that have no business there.
pub(crate) fn with_odd_bytes(body: &[u8], kind: OddBytes) -> Bytes {
    let names = [&br#""LastName":""#[..], br#""Name":""#];
    let name = names.iter().find_map(|name| {
        Some(body.windows(name.len()).position(|found| found == *name)? + name.len())
    });
    let (place, odd): (usize, &[u8]) = match (kind, name) {
        (OddBytes::Mark, _) => (0, b"\xef\xbb\xbf"),
        (OddBytes::HalfPair, Some(name)) => (name, br"\ud83d"),
        (OddBytes::NoUtf8, Some(name)) => (name, b"\xf6"),
        (_, None) => (0, b""),
    };
    let (before, after) = body.split_at(place);
    [before, odd, after].concat().into()
}

fn spoil(row: &mut Row, kind: BadRow) {
    let Row::Record(record) = row else { return };
    match kind {
        BadRow::NoId => record.retain(|(name, _)| *name != "Id"),
        BadRow::Stray => *row = Row::Stray("not a record"),
        BadRow::WrongTypes => quote(record),
        BadRow::UnknownLevel => {
            for (name, cell) in record {
                if *name == "AccessLevel" {
                    *cell = Cell::Exact("Super_Admin".into());
                }
            }
        }
    }
}

/// Booleans and numbers as texts.
fn quote(record: &mut Record) {
    for (_, cell) in record {
        let text = match cell {
            Cell::Bool(value) => value.to_string(),
            Cell::Int(value) => value.to_string(),
            Cell::Decimal(value) | Cell::Price(value) => format!("{value:?}"),
            _ => continue,
        };
        *cell = Cell::Exact(text.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::content::{Format, USERS};

    fn tampered(fault: Fault) -> serde_json::Value {
        let record = vec![
            ("Id", Cell::Exact("a".into())),
            ("Active", Cell::Bool(true)),
            ("AccessLevel", Cell::Exact("Learner".into())),
            ("Points", Cell::Int(3)),
        ];
        let rows = vec![Row::Record(record.clone()), Row::Record(record)];
        let mut content = Content::List(USERS, rows);
        tamper(&mut content, fault);
        let json: serde_json::Value =
            serde_json::from_slice(&content.encode(Format::Json)).unwrap();
        assert_eq!(json[0]["Id"], "a", "only the second row is bad");
        json[1].clone()
    }

    #[test]
    fn each_kind_of_bad_row_is_bad_in_its_own_way() {
        let bad = |kind| tampered(Fault::BadRow { kind, row: 1 });
        assert!(bad(BadRow::NoId).get("Id").is_none());
        assert_eq!(bad(BadRow::Stray), "not a record");
        let wrong = bad(BadRow::WrongTypes);
        assert_eq!((&wrong["Active"], &wrong["Points"]), (&"true".into(), &"3".into()));
        assert_eq!(bad(BadRow::UnknownLevel)["AccessLevel"], "Super_Admin");
    }

    #[test]
    fn odd_bytes_stand_before_everything_or_in_a_name() {
        let body = br#"[{"Id":"a","Name":"b"}]"#;
        let odd = |kind| with_odd_bytes(body, kind);
        assert_eq!(&odd(OddBytes::Mark)[..4], b"\xef\xbb\xbf[");
        assert_eq!(&odd(OddBytes::HalfPair)[..], br#"[{"Id":"a","Name":"\ud83db"}]"#);
        assert_eq!(&odd(OddBytes::NoUtf8)[..], b"[{\"Id\":\"a\",\"Name\":\"\xf6b\"}]");
    }

    #[test]
    fn unknown_fields_are_added() {
        let row = tampered(Fault::ExtraFields);
        assert_eq!(row["FieldNobodyKnows"], "new");
        assert_eq!(row["ListNobodyKnows"][1], "b");
    }
}
