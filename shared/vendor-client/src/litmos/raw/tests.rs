use proptest::prelude::*;
use serde_json::json;

use super::*;

fn read(text: &str) -> RawRecord {
    RawRecord::read(text.as_bytes()).unwrap()
}

#[test]
fn nothing_changed_is_written_as_it_was_read() {
    for text in [
        "{}",
        r#"{"Id":"a","Name":"R&amp;D \u0026 \/ é ","Price":0.00,"Big":18446744073709551616,"N":1e5}"#,
        r#"{"b":null,"a":"","Odd":{"z":[1, 2.50],"a":{"LoginKeys":1}},"B":"&#39;"}"#,
        r#"{"Id":"a","JobTitle":"Fun \ud83d","\ude00 \u0041":"\ud83d\ude00"}"#,
    ] {
        assert_eq!(read(text).text(), text);
        let wrapped = format!(r#"{{"User": {text}}}"#);
        assert_eq!(read(&wrapped).text(), text);
        // As a gateway makes it of XML.
        let wrapped =
            format!(r#"{{"?xml": {{"@version": "1.0"}}, "@xmlns": "x", "User": {text}}}"#);
        assert_eq!(read(&wrapped).text(), text);
    }
}

#[test]
fn what_is_no_object_is_garbled() {
    for body in ["", "<html>", "[]", "null", "7", r#"{"Id":"a""#, r#"{"a":1}{"b":1}"#] {
        let record = RawRecord::read(body.as_bytes());
        assert!(matches!(record, Err(Undecodable::Garbled(_))), "{body}");
    }
}

#[test]
fn secrets_are_dropped_when_read_and_stand_empty_in_their_places() {
    let text = r#"{"Id":"a","LoginKey":"https:\/\/k","PASSWORD":null,"loginkey":[1],"Z":1}"#;
    let expected = r#"{"Id":"a","LoginKey":"","PASSWORD":"","loginkey":"","Z":1}"#;
    let record = read(text);
    assert_eq!((record.text().as_str(), record.changed().count()), (expected, 0));
}

#[test]
fn a_value_that_means_the_same_changes_nothing() {
    for (wire, same) in [
        (r#""R&amp;D ""#, json!("R&D")),
        (r#""""#, json!(null)),
        ("null", json!("")),
        ("0.00", json!(0)),
        ("true", json!(true)),
    ] {
        let text = format!(r#"{{"V":{wire}}}"#);
        let mut record = read(&text);
        record.set("v", &same);
        assert_eq!((record.text(), record.changed().count()), (text, 0));
    }
}

#[test]
fn a_change_that_is_taken_back_is_none() {
    let text = r#"{"V":"a&amp;b"}"#;
    let mut record = read(text);
    record.set("V", &json!("x"));
    assert_eq!(record.changed().collect::<Vec<_>>(), ["V"]);
    record.set("V", &json!("a&b"));
    assert_eq!((record.text().as_str(), record.changed().count()), (text, 0));
}

#[test]
fn each_spelling_of_a_name_is_changed_and_a_missing_one_is_added() {
    let mut record = read(r#"{"Name":"a","NAME":"b"}"#);
    record.set("name", &json!("<c> & \"d\""));
    record.set("New", &json!(true));
    let expected = r#"{"Name":"<c> & \"d\"","NAME":"<c> & \"d\"","New":true}"#;
    assert_eq!(record.text(), expected);
    assert_eq!(record.value("new"), Some(json!(true)));
}

/// JSON text in spellings that a writer of ours would not choose.
fn wire_value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|flag| flag.to_string()),
        "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,4})?([eE][+-]?[0-9]{1,2})?",
        r#""([a-zé<&;' ]|&amp;|&#39;|\\/|\\u00e9|\\"|\\n){0,12}""#,
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3)
                .prop_map(|items| format!("[{}]", items.join(" , "))),
            inner.prop_map(|value| format!(r#"{{ "LoginKeys" :{value}}}"#)),
        ]
    })
}

proptest! {
    #[test]
    fn only_the_fields_that_are_set_change(
        before in prop::collection::vec(("[a-m]{1,3}", wire_value()), 2..12),
        sets in prop::collection::vec(("[a-m]{1,3}|[n-z]", ".{0,12}"), 0..6),
    ) {
        let write = |fields: &[(String, String)]| {
            let members = fields.iter().map(|(name, value)| format!(r#""{name}":{value}"#));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        };
        let mut record = read(&write(&before));
        for (name, value) in &sets {
            record.set(name, &json!(value));
        }
        let after = read(&record.text());
        for (place, (name, value)) in before.iter().enumerate() {
            let field = &after.fields[place];
            prop_assert_eq!(&field.name, name);
            match sets.iter().rev().find(|(set, _)| set == name) {
                None => prop_assert_eq!(field.read.get(), value),
                Some((_, wanted)) => {
                    let found: Value = serde_json::from_str(field.read.get()).unwrap();
                    prop_assert!(same(&found, &json!(wanted)), "{:?} {:?}", found, wanted);
                }
            }
        }
        let added = &after.fields[before.len()..];
        prop_assert!(added.iter().all(|field| sets.iter().any(|(name, _)| *name == field.name)));
        prop_assert!(record.changed().all(|name| sets.iter().any(|(set, _)| set == name)));
    }

    #[test]
    fn no_body_is_too_odd(body in prop::collection::vec(any::<u8>(), 0..40)) {
        drop(RawRecord::read(&body));
    }
}
