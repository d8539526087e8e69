//! The names of custom attributes. The shape of the answer is not known (reference 5).

use serde_json::Value;

use super::dialect::Dialect;
use super::list::rows;
use crate::answer::{Answer, Undecodable};
use crate::record;
use crate::rows::value;

/// Members that may hold a name.
const NAMES: [&str; 2] = ["name", "label"];

/// The names in a list of attributes, each once, in the vendor's order.
pub(super) fn names(answer: &Answer) -> Result<Vec<String>, Undecodable> {
    let mut names = Vec::new();
    let rows = rows(answer, NAMES[0])?;
    for row in &rows {
        let row = value(row.get()).unwrap_or_default();
        names.extend(name(&row).filter(|name| !names.contains(name)));
    }
    if names.is_empty() && !rows.is_empty() {
        return Err(Undecodable::Unexpected("no row names an attribute".to_owned()));
    }
    Ok(names)
}

fn name(row: &Value) -> Option<String> {
    let mut named = NAMES.iter().filter_map(|name| row.get(name)).chain(Some(row));
    named.find_map(|value| value.as_str().and_then(|_| record::text(value, Dialect).ok()?))
}

#[cfg(test)]
mod tests {
    use super::super::list::tests::answer;
    use super::*;

    #[test]
    fn names_are_found_in_every_likely_shape() {
        for body in [
            r#"[{"id":"a","name":"Cost Center"},{"id":"b","name":"Geo"}]"#,
            r#"[{"label":" Cost Center "},{"name":null,"label":"Geo","id":1}]"#,
            r#"["Cost Center","Geo","Geo"]"#,
            r#"[{"name":"Cost Center"},7,{"id":"x"},{"name":"Geo"},{"name":"Cost Center"}]"#,
        ] {
            let names = names(&answer(200, body)).unwrap();
            assert_eq!(names, ["Cost Center", "Geo"], "{body}");
        }
        assert_eq!(names(&answer(200, "[]")), Ok(Vec::new()));
    }

    #[test]
    fn attributes_without_any_name_make_no_sense() {
        for body in [r#"[{"id":"a"}]"#, "[7]", r#"{"error":"No"}"#] {
            let names = names(&answer(200, body));
            assert!(matches!(names, Err(Undecodable::Unexpected(_))), "{body}");
        }
    }
}
