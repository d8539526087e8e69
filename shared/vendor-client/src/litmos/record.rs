//! Litmos' way of writing values, and records written so (Litmos reference 1.6, 7.6, 7.7).

use jiff::Timestamp;

use super::dates::{self, JsonDates};
use super::text::meant;
use crate::record::{self, Dialect};

/// A record of Litmos.
pub(super) type Record = record::Record<JsonDates>;

impl Dialect for JsonDates {
    const SECRETS: &'static [&'static str] = &["LoginKey", "Password"];

    fn text(self, wire: &str) -> String {
        meant(wire)
    }

    fn instant(self, text: &str) -> Option<Timestamp> {
        dates::instant(text, self)
    }

    /// Dates of the vendor's own form are told in the usual one.
    fn attribute(self, wire: &str) -> String {
        let text = meant(wire);
        dates::json_date(&text, self).map_or(text, |date| date.to_string())
    }
}

/// Whether a field holds a live credential.
pub(super) fn is_secret(name: &str) -> bool {
    record::is_secret::<JsonDates>(name)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

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
