//! One record of an answer, read tolerantly (Litmos reference 7.7).

use jiff::Timestamp;
use serde_json::{Map, Number, Value};

use super::dates::{self, JsonDates};
use super::text::meant;

/// Live credentials: they leave no trace beyond the parser.
const SECRETS: [&str; 2] = ["LoginKey", "Password"];

/// A record with an id. Names are compared without regard to case, since the vendor's own spellings
/// differ (7.6); `null` and `""` are both "nothing" (1.6). A value that cannot be read is nothing
/// too, and noted.
#[derive(Debug)]
pub(super) struct Record {
    id: String,
    fields: Map<String, Value>,
    dates: JsonDates,
    unreadable: Vec<&'static str>,
}

impl Record {
    /// `Err` says what is wrong with the row.
    pub(super) fn new(value: Value, dates: JsonDates) -> Result<Self, &'static str> {
        let Value::Object(mut fields) = value else {
            return Err("not an object");
        };
        fields.retain(|name, _| !is_secret(name));
        let id = field(&fields, &["Id"]).and_then(id_text).ok_or("no id")?;
        Ok(Self { id, fields, dates, unreadable: Vec::new() })
    }

    pub(super) fn id(&self) -> String {
        self.id.clone()
    }

    /// Fields whose value could not be read so far.
    pub(super) fn unreadable(&self) -> &[&'static str] {
        &self.unreadable
    }

    /// An id of another record; `"0"` is none (7.3).
    pub(super) fn reference(&self, names: &[&str]) -> Option<String> {
        field(&self.fields, names).and_then(id_text).filter(|id| id != "0")
    }

    pub(super) fn text(&mut self, names: &[&'static str]) -> Option<String> {
        match field(&self.fields, names)? {
            Value::String(text) => Some(meant(text)).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => self.cannot_read(names),
        }
    }

    pub(super) fn flag(&mut self, names: &[&'static str]) -> Option<bool> {
        let value = field(&self.fields, names)?;
        let text = value.as_str().map_or_else(|| value.to_string(), meant).to_ascii_lowercase();
        match text.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            "" => None,
            _ => self.cannot_read(names),
        }
    }

    pub(super) fn number(&mut self, names: &[&'static str]) -> Option<f64> {
        let number = match field(&self.fields, names)? {
            Value::String(text) if text.trim().is_empty() => return None,
            Value::String(text) => text.trim().parse().ok(),
            value => value.as_f64(),
        };
        number.filter(|number: &f64| number.is_finite()).or_else(|| self.cannot_read(names))
    }

    pub(super) fn instant(&mut self, names: &[&'static str]) -> Option<Timestamp> {
        let text = match field(&self.fields, names)? {
            Value::String(text) => meant(text),
            _ => return self.cannot_read(names),
        };
        if text.is_empty() {
            return None;
        }
        dates::instant(&text, self.dates).or_else(|| self.cannot_read(names))
    }

    /// Everything but these fields and what is empty, as JSON text with sorted names.
    pub(super) fn others(&self, known: &[&str]) -> Option<String> {
        let is_known = |name: &str| known.iter().any(|known| known.eq_ignore_ascii_case(name));
        let others = self.fields.iter().filter(|(name, _)| !is_known(name));
        let others = others.map(|(name, value)| (name.clone(), tidy(value, self.dates)));
        let others: Map<_, _> = others.filter(|(_, value)| !is_nothing(value)).collect();
        if others.is_empty() {
            return None;
        }
        let mut others = Value::Object(others);
        // Sorted anyway, unless some crate of the build asks serde_json to keep the wire's order.
        others.sort_all_objects();
        Some(others.to_string())
    }

    fn cannot_read<T>(&mut self, names: &[&'static str]) -> Option<T> {
        self.unreadable.extend(names.first());
        None
    }
}

/// The first of these fields that holds something.
fn field<'a>(fields: &'a Map<String, Value>, names: &[&str]) -> Option<&'a Value> {
    names.iter().find_map(|wanted| {
        let mut same = fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        same.find_map(|(_, value)| (!is_nothing(value)).then_some(value))
    })
}

/// An id as it stands; a number in full, never by way of a float.
fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::String(id) => Some(id.trim().to_owned()).filter(|id| !id.is_empty()),
        Value::Number(id) if !id.is_f64() => Some(id.to_string()),
        _ => None,
    }
}

/// A value with its strings as they are meant, dates of the vendor's own form in the usual one, and
/// without secrets.
fn tidy(value: &Value, reading: JsonDates) -> Value {
    match value {
        Value::String(text) => {
            let text = meant(text);
            let date = dates::json_date(&text, reading);
            Value::String(date.map_or(text, |date| date.to_string()))
        }
        Value::Array(items) => items.iter().map(|item| tidy(item, reading)).collect(),
        Value::Object(fields) => {
            let open = fields.iter().filter(|(name, _)| !is_secret(name));
            open.map(|(name, value)| (name.clone(), tidy(value, reading))).collect()
        }
        Value::Number(number) => whole(number).map_or_else(|| value.clone(), Value::from),
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

/// `0` for `0.0`: the vendor prints the same number now one way, now the other (5.1.2, `Points`),
/// and that is no change.
fn whole(number: &Number) -> Option<i64> {
    let float = number.as_f64().filter(|_| number.is_f64())?;
    // Up to here every whole float is exactly one integer.
    let exact = float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole and small enough")]
    exact.then_some(float as i64)
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(str::is_empty)
}

/// Whether a field holds a live credential.
pub(super) fn is_secret(name: &str) -> bool {
    SECRETS.iter().any(|secret| secret.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(value: Value) -> Record {
        Record::new(value, JsonDates::default()).unwrap()
    }

    #[test]
    fn ids_are_kept_to_the_letter() {
        let largest = u64::MAX;
        for (wire, id) in [
            (json!("-bA_Q8jb"), "-bA_Q8jb".to_owned()),
            (json!(" a&amp;B "), "a&amp;B".to_owned()),
            (json!(9_007_199_254_740_993_u64), "9007199254740993".to_owned()),
            (json!(largest), largest.to_string()),
        ] {
            assert_eq!(record(json!({ "id": wire })).id(), id);
        }
        for wire in [json!(""), json!(" "), Value::Null, json!(1.5), json!(1e23), json!({"a": 1})] {
            assert_eq!(
                Record::new(json!({ "Id": wire }), JsonDates::default()).err(),
                Some("no id")
            );
        }
    }

    #[test]
    fn names_match_in_any_case_and_the_first_that_holds_something_counts() {
        let mut row = record(
            json!({"Id": 1, "USERNAME": "", "Username": null, "userName": "a", "Alias": "b"}),
        );
        assert_eq!(row.text(&["UserName", "Alias"]).as_deref(), Some("a"));
        assert_eq!(row.text(&["Missing", "alias"]).as_deref(), Some("b"));
    }

    #[test]
    fn nothing_has_many_forms() {
        for nothing in [Value::Null, json!(""), json!("  ")] {
            let mut row = record(json!({"Id": 1, "V": nothing}));
            assert_eq!((row.text(&["V"]), row.flag(&["V"])), (None, None));
            assert_eq!((row.number(&["V"]), row.instant(&["V"])), (None, None));
            assert_eq!((row.reference(&["V"]), row.others(&["Id"])), (None, None));
            assert!(row.unreadable().is_empty());
        }
        for none in [json!("0"), json!(0)] {
            assert_eq!(record(json!({"Id": 1, "V": none})).reference(&["V"]), None);
        }
        assert_eq!(record(json!({"Id": 1, "V": "k"})).reference(&["V"]).as_deref(), Some("k"));
    }

    #[test]
    fn flags_and_numbers_come_as_text_too() {
        for (wire, flag) in [
            (json!(true), true),
            (json!("True"), true),
            (json!("true"), true),
            (json!(1), true),
            (json!("1"), true),
            (json!(false), false),
            (json!("FALSE"), false),
            (json!(0), false),
        ] {
            assert_eq!(record(json!({"Id": 1, "V": wire})).flag(&["V"]), Some(flag), "{wire}");
        }
        for (wire, number) in [(json!(50.5), 50.5), (json!(7), 7.0), (json!(" 12.50 "), 12.5)] {
            assert_eq!(record(json!({"Id": 1, "V": wire})).number(&["V"]), Some(number), "{wire}");
        }
        assert_eq!(record(json!({"Id": 1, "V": 12})).text(&["V"]).as_deref(), Some("12"));
    }

    #[test]
    fn what_cannot_be_read_is_nothing_and_noted() {
        for wire in [json!("odd"), json!({"a": 1}), json!("NaN")] {
            let mut row = record(json!({"Id": 1, "V": wire}));
            assert_eq!(
                (row.flag(&["V"]), row.number(&["V"]), row.instant(&["V"])),
                (None, None, None)
            );
            assert_eq!(row.unreadable(), ["V"; 3]);
        }
        let mut row = record(json!({"Id": 1, "V": [1]}));
        assert_eq!((row.text(&["V"]), row.unreadable()), (None, &["V"][..]));
    }

    #[test]
    fn the_others_are_canonical() {
        let row = record(json!({
            "Id": 1, "Zed": "R&amp;D ", "Points": 0.0, "Price": 9.5, "Big": u64::MAX, "On": false,
            "Empty": "", "Null": null, "Blank": " ", "Due": "/Date(1557105155990-0700)/",
            "Nested": {"b": [" x "], "a": {"loginkey": "k", "c": null}}, "CODE": "known",
        }));
        let expected = concat!(
            r#"{"Big":18446744073709551615,"Due":"2019-05-06T01:12:35.99Z","#,
            r#""Nested":{"a":{"c":null},"b":["x"]},"On":false,"Points":0,"Price":9.5,"Zed":"R&D"}"#,
        );
        assert_eq!(row.others(&["Id", "Code"]).as_deref(), Some(expected));
    }

    #[test]
    fn secrets_leave_no_trace() {
        let row =
            record(json!({"Id": 1, "LoginKey": "k", "password": "p", "LOGINKEY": "q", "A": 1}));
        assert_eq!(row.others(&["Id"]).as_deref(), Some(r#"{"A":1}"#));
        assert!(!format!("{row:?}").contains("LoginKey"));
    }
}
