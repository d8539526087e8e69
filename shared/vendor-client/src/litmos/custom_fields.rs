//! The names of custom fields. The shape is known from one client only (Litmos reference 5.6).

use serde_json::{Map, Value};

use super::list::rows;
use super::text::meant;
use crate::answer::Undecodable;
use crate::rows::value;

/// Members that hold a field's name, where a row describes one.
const NAMES: [&str; 2] = ["Label", "fieldname"];

/// The names in a list of fields, each once, in the vendor's order.
pub(super) fn names(body: &[u8]) -> Result<Vec<String>, Undecodable> {
    let mut names = Vec::new();
    let rows = rows(body)?;
    for row in &rows {
        let Ok(Value::Object(row)) = value(row.get()) else { continue };
        let name = name(&row).map(meant).filter(|name| !name.is_empty());
        names.extend(name.filter(|name| !names.contains(name)));
    }
    if names.is_empty() && !rows.is_empty() {
        return Err(Undecodable::Unexpected("no row names a field".to_owned()));
    }
    Ok(names)
}

/// `{"Label": name, …}`, `{"fieldname": name, …}` or `{name: value}`.
fn name(row: &Map<String, Value>) -> Option<&str> {
    let described = NAMES.iter().find_map(|wanted| {
        let (_, name) = row.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        name.as_str()
    });
    described.or_else(|| row.keys().next().filter(|_| row.len() == 1).map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_every_known_shape() {
        for body in [
            r#"[{"Department":"Sales"},{"Cost &amp; centre":null}]"#,
            r#"[{"fieldname":"Department","Value":"x"},{"FieldName":"Cost & centre"}]"#,
            r#"{"Parameter":[{"fieldname":"Department"},{"fieldname":"Cost & centre"}]}"#,
            r#"[{"CustomFieldId":"a","Label":"Department","Dropdown":[]},{"Label":"Cost & centre"}]"#,
            r#"[{"Department":1},{"Department":2},7,{"Cost & centre":"v"}]"#,
        ] {
            assert_eq!(names(body.as_bytes()).unwrap(), ["Department", "Cost & centre"], "{body}");
        }
        assert_eq!(names(b"[]"), Ok(Vec::new()));
    }

    #[test]
    fn fields_without_any_name_make_no_sense() {
        for body in [r#"[{"CustomFieldId":"a","Type":"Number"}]"#, "[7]", r#"{"Detail":"No"}"#] {
            assert!(matches!(names(body.as_bytes()), Err(Undecodable::Unexpected(_))), "{body}");
        }
    }
}
