//! Litmos' way of writing values, and records written so (Litmos reference 1.6, 7.6, 7.7).

use jiff::Timestamp;

use super::dates::{self, JsonDates};
use super::text::meant;
use crate::dates::is_no_date;
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

    /// Dates of the vendor's own form are told in the usual one, "no date" as nothing.
    fn attribute(self, wire: &str) -> String {
        let text = meant(wire);
        match dates::json_date(&text, self) {
            Some(date) if is_no_date(date) => String::new(),
            Some(date) => date.to_string(),
            None => text,
        }
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
        for nothing in [Value::Null, json!(""), json!("  "), json!({"@i:nil": "true"})] {
            let mut row = record(json!({"Id": 1, "V": nothing}));
            assert_eq!((row.text(&["V"]), row.flag(&["V"])), (None, None));
            assert_eq!((row.percent(&["V"]), row.instant(&["V"])), (None, None));
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
            assert_eq!(record(json!({"Id": 1, "V": wire})).percent(&["V"]), Some(number), "{wire}");
        }
        assert_eq!(record(json!({"Id": 1, "V": 12})).text(&["V"]).as_deref(), Some("12"));
    }

    #[test]
    fn dates_before_1901_are_no_dates() {
        for none in [
            "/Date(-62135596800000)/",
            "/Date(-62135568000000-0800)/",
            "/Date(-62135596800000+0530)/",
            "0001-01-01T00:00:00",
            "0001-01-01T00:00:00.0000000Z",
            "0001-01-01T00:00:00+05:30",
            "0001-01-01",
            "1753-01-01T00:00:00",
            "1899-12-30T00:00:00Z",
            "1900-01-01T00:00:00",
        ] {
            let mut row = record(json!({"Id": 1, "V": none}));
            assert_eq!((row.instant(&["V"]), row.unreadable().len()), (None, 0), "{none}");
        }
        let row = record(json!({"Id": 1, "V": "/Date(-62135596800000)/"}));
        assert_eq!(row.others(&["Id"]), None);
        let mut row = record(json!({"Id": 1, "V": "1901-01-01T00:00:00"}));
        assert!(row.instant(&["V"]).is_some());
    }

    #[test]
    fn a_percentage_is_a_number_from_0_to_100() {
        for (wire, percent) in [
            (json!(0.0), 0.0_f64),
            (json!(-0.0), 0.0),
            (json!("50,0"), 50.0),
            (json!(" 50 % "), 50.0),
            (json!("99.5%"), 99.5),
            (json!(100), 100.0),
        ] {
            let mut row = record(json!({"Id": 1, "V": wire}));
            let read = row.percent(&["V"]).map(f64::to_bits);
            assert_eq!((read, row.unreadable().len()), (Some(percent.to_bits()), 0), "{wire}");
        }
        for wire in [
            json!(-1.0),
            json!(150.0),
            json!("1,234"),
            json!("1.234,5"),
            json!("half"),
            json!(true),
        ] {
            let mut row = record(json!({"Id": 1, "V": wire}));
            assert_eq!((row.percent(&["V"]), row.unreadable()), (None, &["V"][..]), "{wire}");
        }
        let mut row = record(json!({"Id": 1, "V": null}));
        assert_eq!((row.percent(&["V"]), row.unreadable().len()), (None, 0));
    }

    #[test]
    fn what_cannot_be_read_is_nothing_and_noted() {
        for wire in [json!("odd"), json!({"a": 1}), json!("NaN")] {
            let mut row = record(json!({"Id": 1, "V": wire}));
            assert_eq!(
                (row.flag(&["V"]), row.percent(&["V"]), row.instant(&["V"])),
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

    /// As .NET prints doubles: the shortest text that reads back.
    #[test]
    fn a_number_stays_what_it_is_however_often_it_goes_through_json() {
        for n in 1..4_000_u32 {
            let exact = f64::from(n) * 100.0 / 7.0 / 1000.0;
            let row: Value = serde_json::from_str(&format!(r#"{{"Id":1,"V":{exact}}}"#)).unwrap();
            let told: Value = serde_json::from_str(&record(row).others(&["Id"]).unwrap()).unwrap();
            assert_eq!(told["V"].as_f64().map(f64::to_bits), Some(exact.to_bits()));
        }
    }

    #[test]
    fn secrets_leave_no_trace() {
        let row =
            record(json!({"Id": 1, "LoginKey": "k", "password": "p", "LOGINKEY": "q", "A": 1}));
        assert_eq!(row.others(&["Id"]).as_deref(), Some(r#"{"A":1}"#));
        assert!(!format!("{row:?}").contains("LoginKey"));
    }
}
