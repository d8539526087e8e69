//! Bodies in JSON: fields in any order, types to the letter.

use serde_json::{Map, Value as Json};

use super::shape::{Form, Kind, Shape, Value};

/// One thing; nothing inside for null, and nothing at all if it cannot be read.
pub(super) fn one(text: &str, shape: &'static Shape) -> Option<Option<Form>> {
    match serde_json::from_str(&whole_pairs(text)).ok()? {
        Json::Null => Some(None),
        Json::Object(fields) => form(&fields, shape).map(Some),
        _ => None,
    }
}

/// A bare list.
pub(super) fn list(text: &str, shape: &'static Shape) -> Option<Vec<Form>> {
    let items: Option<Vec<Map<String, Json>>> = serde_json::from_str(&whole_pairs(text)).ok()?;
    items.unwrap_or_default().iter().map(|fields| form(fields, shape)).collect()
}

/// The text with U+FFFD for halves of surrogate pairs, which the vendor's serialiser takes and ours
/// does not.
fn whole_pairs(text: &str) -> String {
    let (mut whole, mut rest) = (String::new(), text);
    while let Some(place) = rest.find('\\') {
        let (before, escape) = rest.split_at(place);
        let next = escape.get(6..).and_then(unit);
        let (length, is_half) = match (unit(escape), next) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, false),
            (Some(0xd800..=0xdfff), _) => (6, true),
            (Some(_), _) => (6, false),
            (None, _) => (escape.ceil_char_boundary(2), false),
        };
        whole.push_str(before);
        whole.push_str(if is_half { r"\ufffd" } else { &escape[..length] });
        rest = &escape[length..];
    }
    whole + rest
}

/// The UTF-16 unit of `\uXXXX`.
fn unit(escape: &str) -> Option<u16> {
    u16::from_str_radix(escape.strip_prefix(r"\u")?.get(..4)?, 16).ok()
}

fn form(fields: &Map<String, Json>, shape: &'static Shape) -> Option<Form> {
    let mut form = Form::default();
    for (name, kind) in shape.fields() {
        let value = match (kind, fields.get(name)) {
            // only a text can be null; a flag or a number is a value or is left out
            (_, None) | (Kind::Text, Some(Json::Null)) => continue,
            (Kind::Text, Some(Json::String(text))) => Value::Text(text.clone()),
            (Kind::Flag, Some(Json::Bool(flag))) => Value::Flag(*flag),
            (Kind::Number, Some(Json::Number(_))) => Value::Number,
            _ => return None,
        };
        form.put(name, value);
    }
    Some(form)
}

#[cfg(test)]
mod tests {
    use super::{super::shape::USER, *};
    use crate::world::Sent;

    #[test]
    fn fields_come_in_any_order_and_unknown_ones_do_not_matter() {
        let text = r#"{"Active":true,"New":[1],"Id":"a","City":null}"#;
        let form = one(text, &USER).unwrap().unwrap();
        assert_eq!((form.text("Id"), form.flag("Active")), ("a".to_owned(), true));
        assert_eq!(form.text("City"), "");
    }

    #[test]
    fn half_a_pair_is_a_character_like_others() {
        let text = r#"{"City":"\ud83d \ud83d\ude00 \\ud83d","Active":true}"#;
        let form = one(text, &USER).unwrap().unwrap();
        assert_eq!(form.text("City"), "\u{fffd} \u{1f600} \\ud83d");
        assert!(one(r#"{"City":"\"#, &USER).is_none());
    }

    #[test]
    fn a_wrong_type_cannot_be_read() {
        for bad in [r#"{"Active":"true"}"#, r#"{"Active":null}"#, r#"{"Id":7}"#, "[]", "7", "{"] {
            assert!(one(bad, &USER).is_none(), "{bad}");
        }
        for bad in [r#"{"Id":"a"}"#, r#"["a"]"#, r#"{"Users":[]}"#, "[{}"] {
            assert!(list(bad, &USER).is_none(), "{bad}");
        }
    }
}
