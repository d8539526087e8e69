//! Rows made bad on purpose.

use serde_json::{Map, Value, json};

use crate::faults::{BadRow, Fault};

/// What rows have that nobody knows.
const EXTRA: &str = "fieldNobodyKnows";

/// Does to a list what the faults say.
pub(crate) fn list(rows: &mut [Value], faults: &[Fault]) {
    for (place, row) in rows.iter_mut().enumerate() {
        tamper(row, place, faults);
    }
}

/// The text of a report's row as the faults want it; nothing if they leave it as it is.
pub(crate) fn report_row(text: &str, place: usize, faults: &[Fault]) -> Option<String> {
    let concerned = faults.iter().any(|fault| match fault {
        Fault::BadRow { row, .. } => *row == place,
        Fault::ExtraFields => true,
        _ => false,
    });
    let mut row = concerned.then(|| serde_json::from_str(text).ok())??;
    tamper(&mut row, place, faults);
    Some(row.to_string())
}

fn tamper(value: &mut Value, place: usize, faults: &[Fault]) {
    for fault in faults {
        match fault {
            Fault::BadRow { kind: BadRow::Stray, row } if *row == place => {
                *value = json!("not a record");
            }
            Fault::BadRow { kind, row } if *row == place => {
                if let Some(fields) = value.as_object_mut() {
                    spoil(fields, *kind);
                }
            }
            Fault::ExtraFields => {
                if let Some(fields) = value.as_object_mut() {
                    fields.insert(EXTRA.to_owned(), json!({ "new": [1, null] }));
                }
            }
            _ => {}
        }
    }
}

fn spoil(fields: &mut Map<String, Value>, kind: BadRow) {
    match kind {
        BadRow::NoId => fields.retain(|name, _| name != "id" && name != "userUuid"),
        BadRow::WrongTypes => fields.values_mut().for_each(retype),
        BadRow::UnknownWord => {
            let strange = json!("GALACTIC");
            for name in ["role", "status"] {
                if let Some(value) = fields.get_mut(name) {
                    *value = strange.clone();
                }
            }
            if let Some(kind) = fields.get_mut("contentType").and_then(Value::as_object_mut) {
                kind.insert("percipioType".to_owned(), strange);
            }
        }
        BadRow::NoTitle => {
            if let Some(titles) = fields.get_mut("localizedMetadata") {
                *titles = json!([]);
            }
            fields.remove("contentTitle");
        }
        // replaced as a whole
        BadRow::Stray => {}
    }
}

/// Booleans as texts, texts of digits as numbers.
fn retype(value: &mut Value) {
    let other = match value {
        Value::Bool(flag) => json!(flag.to_string()),
        Value::String(text) => match text.parse::<u32>() {
            // leading zeros mean something
            Ok(number) if number.to_string() == *text => json!(number),
            _ => return,
        },
        _ => return,
    };
    *value = other;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tampered(kind: BadRow) -> Value {
        let row = json!({
            "id": "a", "userUuid": "b", "isActive": true, "duration": "15", "externalUserId": "007",
            "role": "LEARNER", "status": "Started", "contentType": { "percipioType": "COURSE" },
            "localizedMetadata": [{ "title": "T" }],
        });
        let mut rows = [row.clone(), row.clone()];
        list(&mut rows, &[Fault::BadRow { kind, row: 1 }]);
        assert_eq!(rows[0], row, "only the second row is bad");
        rows[1].clone()
    }

    #[test]
    fn each_kind_of_bad_row_is_bad_in_its_own_way() {
        let row = tampered(BadRow::NoId);
        assert!(row.get("id").is_none() && row.get("userUuid").is_none());
        assert_eq!(tampered(BadRow::Stray), "not a record");
        let row = tampered(BadRow::WrongTypes);
        assert_eq!((&row["isActive"], &row["duration"]), (&json!("true"), &json!(15)));
        assert_eq!(row["externalUserId"], "007");
        let row = tampered(BadRow::UnknownWord);
        for word in [&row["role"], &row["status"], &row["contentType"]["percipioType"]] {
            assert_eq!(word, "GALACTIC");
        }
        assert_eq!(tampered(BadRow::NoTitle)["localizedMetadata"], json!([]));
    }

    #[test]
    fn a_reports_row_is_left_alone_unless_it_is_meant() {
        let bad = [Fault::BadRow { kind: BadRow::NoId, row: 3 }, Fault::Slow { ms: 1 }];
        let text = r#"{"userUuid":"b","x":"1"}"#;
        assert_eq!(report_row(text, 2, &bad), None);
        assert_eq!(report_row(text, 3, &bad).unwrap(), r#"{"x":"1"}"#);
        assert!(report_row(text, 2, &[Fault::ExtraFields]).unwrap().contains(EXTRA));
    }
}
