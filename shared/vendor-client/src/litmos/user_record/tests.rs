use proptest::prelude::*;
use serde_json::json;

use super::*;

/// As a recording has it (Litmos reference 5.1.3), with fields that nobody knows.
const ADA: &str = concat!(
    r#"{"Id":"k3Qp_7aLm2x1","UserName":"ada@example.org","FirstName":"Ada ","LastName":"O&#39;Hara","#,
    r#""FullName":"Ada O&#39;Hara","Email":"ada@example.org","AccessLevel":"Learner","#,
    r#""DisableMessages":false,"Active":true,"LastLogin":"2024-03-06T08:00:01Z","#,
    r#""LoginKey":"","IsCustomUsername":false,"Password":"","SkipFirstLogin":false,"#,
    r#""CompanyName":"R&amp;D \/ Co","CustomField1":"Sales","Culture":"en-US","CustomField4":null,"#,
    r#""Points":0.0,"ManagerId":"0","Brand":"Default","Future":{"A":[1.50]},"ProfileType":null}"#,
);

fn ada() -> UserRecord {
    let body = ADA.replace(r#""LoginKey":"""#, r#""LoginKey":"https:\/\/x\/?loginkey=1111""#);
    UserRecord::read(body.as_bytes(), JsonDates::default()).unwrap()
}

/// What is written after a change, given what should be different.
fn written(change: impl FnOnce(&mut UserRecord), differences: &[(&str, &str)]) -> UserRecord {
    let mut record = ada();
    change(&mut record);
    let mut expected = ADA.to_owned();
    for (before, after) in differences {
        assert_eq!(expected.matches(before).count(), 1, "{before}");
        expected = expected.replace(before, after);
    }
    assert_eq!(record.body(), expected);
    record
}

#[test]
fn each_setter_changes_its_fields_and_no_other() {
    let record = written(|ada| ada.set_active(false), &[(r#""Active":true"#, r#""Active":false"#)]);
    assert_eq!(record.user().active, Some(false));
    let level = (r#""AccessLevel":"Learner""#, r#""AccessLevel":"Administrator""#);
    let record = written(|ada| ada.set_role("Administrator"), &[level]);
    assert_eq!(record.user().role.as_deref(), Some("Administrator"));
    let last = (r#""LastName":"O&#39;Hara""#, r#""LastName":"R & \"B\"""#);
    let record = written(|ada| ada.set_names(None, Some("R & \"B\"")), &[last]);
    assert_eq!(record.user().last_name.as_deref(), Some("R & \"B\""));
    written(|ada| ada.set_names(Some("Eve"), None), &[("\"Ada \"", "\"Eve\"")]);
    let mail = (r#""Email":"ada@example.org""#, r#""Email":"""#);
    let record = written(|ada| ada.set_email(""), &[mail]);
    assert_eq!(record.changed_fields().collect::<Vec<_>>(), ["Email"]);
    let manager = (r#""ManagerId":"0""#, r#""ManagerId":"-Zt5wQ9dN1s1""#);
    let record = written(|ada| ada.set_manager(Some("-Zt5wQ9dN1s1")), &[manager]);
    assert_eq!(record.user().manager_id.as_deref(), Some("-Zt5wQ9dN1s1"));
}

#[test]
fn attributes_are_told_as_they_are_meant() {
    let expected = json!({"DisableMessages": false, "SkipFirstLogin": false,
        "CompanyName": "R&D / Co", "CustomField1": "Sales", "Culture": "en-US",
        "CustomField4": null, "Brand": "Default", "ProfileType": null});
    assert_eq!(serde_json::to_value(ada().attributes()).unwrap(), expected);
}

#[test]
fn a_user_name_that_is_no_address_is_declared_as_such() {
    let name = |name| format!(r#""UserName":"{name}","FirstName""#);
    let (before, mail, other) = (name("ada@example.org"), name("a@b.c"), name("ada.o"));
    written(|ada| ada.set_user_name("a@b.c"), &[(&before, &mail)]);
    let custom = (r#""IsCustomUsername":false"#, r#""IsCustomUsername":true"#);
    written(|ada| ada.set_user_name("ada.o"), &[(&before, &other), custom]);
}

#[test]
fn what_is_there_already_changes_nothing() {
    let record = written(
        |ada| {
            ada.set_active(true);
            ada.set_role("Learner");
            ada.set_names(Some("Ada"), Some("O'Hara"));
            ada.set_email("ada@example.org");
            ada.set_user_name("ada@example.org");
            ada.set_manager(None);
            ada.set_attribute("CompanyName", &json!("R&D / Co")).unwrap();
            ada.set_attribute("CustomField4", &json!("")).unwrap();
        },
        &[],
    );
    assert_eq!(record.changed_fields().count(), 0);
}

#[test]
fn a_switch_that_is_text_stays_so_while_it_means_the_same() {
    let text = r#"{"Id":"a","Active":"True","ManagerId":""}"#;
    let mut record = UserRecord::read(text.as_bytes(), JsonDates::default()).unwrap();
    record.set_active(true);
    record.set_manager(None);
    assert_eq!(record.body(), text);
    record.set_active(false);
    assert_eq!(record.body(), text.replace(r#""True""#, "false"));
}

#[test]
fn attributes_are_set_by_their_wire_names() {
    let field = (r#""CustomField1":"Sales""#, r#""CustomField1":"Ops""#);
    written(|ada| ada.set_attribute("customfield1", &json!("Ops")).unwrap(), &[field]);
    let field = (r#""CustomField1":"Sales""#, r#""CustomField1":"""#);
    written(|ada| ada.set_attribute("CustomField1", &json!(null)).unwrap(), &[field]);
    let field = (r#""CustomField4":null"#, r#""CustomField4":"x""#);
    written(|ada| ada.set_attribute("CustomField4", &json!("x")).unwrap(), &[field]);
    let field = (r#""DisableMessages":false"#, r#""DisableMessages":true"#);
    written(|ada| ada.set_attribute("DisableMessages", &json!(true)).unwrap(), &[field]);
}

#[test]
fn no_attribute_is_a_way_around_a_setter() {
    use AttributeError::{NotAnAttribute, Unknown, WrongType};
    let mut ada = ada();
    for name in ["AccessLevel", "accesslevel", "ACTIVE", "Id", "LoginKey", "Password", "UserName"] {
        let error = ada.set_attribute(name, &json!("Account_Owner")).unwrap_err();
        assert_eq!(error, NotAnAttribute(name.to_owned()));
    }
    assert_eq!(ada.set_attribute("Shoe", &json!("9")), Err(Unknown("Shoe".to_owned())));
    for (name, value) in [
        ("DisableMessages", json!("true")),
        ("CustomField1", json!(7)),
        ("CustomField4", json!(["x"])),
        ("Future", json!({"AccessLevel": "Account_Owner"})),
    ] {
        let error = ada.set_attribute(name, &value).unwrap_err();
        assert!(matches!(error, WrongType { .. }), "{name} {error:?}");
    }
    assert_eq!((ada.body().as_str(), ada.changed_fields().count()), (ADA, 0));
}

#[test]
fn debug_output_shows_no_value() {
    let mut ada = ada();
    ada.set_role("Administrator");
    let shown = format!("{ada:?}");
    assert_eq!(shown, r#"UserRecord { user_id: "k3Qp_7aLm2x1", changed: ["AccessLevel"], .. }"#);
}

#[test]
fn an_error_in_place_of_a_record_says_itself() {
    let read = |body: &str| UserRecord::read(body.as_bytes(), JsonDates::default()).err();
    let Some(Undecodable::Unexpected(text)) = read(r#"{"Detail":"Gone"}"#) else { panic!() };
    assert_eq!(text, "an error instead of a record: Gone");
    assert!(matches!(read(r#"{"Name":"n","B":1}"#), Some(Undecodable::Unexpected(_))));
    assert!(matches!(read("<html>"), Some(Undecodable::Garbled(_))));
}

proptest! {
    #[test]
    fn a_custom_field_takes_any_text_and_the_rest_stays(text in ".{0,20}") {
        let mut ada = ada();
        ada.set_attribute("CustomField1", &json!(text)).unwrap();
        let (head, tail) = ADA.split_once(r#""Sales""#).unwrap();
        let body = ada.body();
        prop_assert!(body.starts_with(head) && body.ends_with(tail), "{}", body);
        let value = &body[head.len()..body.len() - tail.len()];
        prop_assert_eq!(serde_json::from_str::<String>(value).unwrap(), text);
    }
}
