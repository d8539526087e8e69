//! Custom attributes by their names.

use percipio_simulator::{Permissions, Quirks};
use serde_json::{Value, json};

use crate::stage::Stage;

/// The names of the custom attributes.
fn attributes(record: &Value) -> Vec<String> {
    let attributes = record["customAttributes"].as_array().unwrap().iter();
    attributes.map(|attribute| attribute["name"].as_str().unwrap().to_owned()).collect()
}

/// Whether or not the vendor clears what a list leaves out.
#[tokio::test]
async fn an_attribute_is_set_or_emptied_and_the_others_stay() {
    for attributes_replaced in [false, true] {
        let stage = Stage::new();
        stage.simulator.set_quirks(Quirks { attributes_replaced, ..Quirks::default() });
        let id = stage.learner();
        let places = attributes(&stage.record(&id));
        for (value, stored) in [("Łódź", json!("Łódź")), ("", Value::Null)] {
            for (place, name) in places.iter().enumerate() {
                let mut expected = stage.record(&id);
                let is = expected["customAttributes"][place]["value"].take();
                expected["customAttributes"][place]["value"] = stored.clone();
                let account = json!({"attributes": {name.to_lowercase(): value}});
                let members = json!({"principal": {"user_id": id}, "account": account});
                let (outcome, writes) = stage.ask("update_account", members.clone()).await;
                assert_eq!(stage.record(&id), expected, "{outcome:#}");
                assert_eq!(writes.len(), usize::from(is != stored), "{outcome:#}");
                let again = stage.refused("update_account", members).await;
                assert_eq!(again, ("already_done".into(), String::new()));
            }
        }
    }
}

#[tokio::test]
async fn other_changes_do_not_mention_attributes() {
    let stage = Stage::new();
    stage.simulator.set_quirks(Quirks { attributes_replaced: true, ..Quirks::default() });
    let id = stage.learner();
    let principal = json!({"principal": {"user_id": id}});
    let (_, writes) = stage.ask("disable_account", principal).await;
    assert_eq!(writes[0].1, json!({"isActive": false}));
}

#[tokio::test]
async fn an_attribute_that_is_not_emptied_is_told() {
    let stage = Stage::new();
    stage.simulator.set_quirks(Quirks { null_clears: false, ..Quirks::default() });
    let id = stage.learner();
    let account = json!({"attributes": {"jobTitle": "Head"}});
    stage.ask("update_account", json!({"principal": {"user_id": id}, "account": account})).await;
    let account = json!({"attributes": {"jobTitle": ""}});
    let members = json!({"principal": {"user_id": id}, "account": account});
    let (outcome, _) = stage.ask("update_account", members).await;
    assert_eq!((&outcome["status"], &outcome["code"]), (&json!("failed"), &json!("not_applied")));
    assert_eq!(stage.record(&id)["jobTitle"], "Head");
}

#[tokio::test]
async fn an_attribute_that_is_not_known_is_named() {
    let stage = Stage::new();
    let (id, before) = (stage.learner(), stage.records());
    for (name, code) in [
        ("Favourite Colour", "unknown_attribute"),
        ("role", "unknown_attribute"),
        ("isInstructor", "unknown_attribute"),
        ("externalUserId", "unknown_attribute"),
        ("password", "invalid_request"),
    ] {
        let attributes = json!({name: "x"});
        for (operation, members) in [
            ("create_account", json!({"account": {"user_name": "dee", "attributes": attributes}})),
            (
                "update_account",
                json!({"principal": {"user_id": id}, "account": {"attributes": attributes}}),
            ),
        ] {
            let refused = stage.refused(operation, members).await;
            assert_eq!(refused, ("rejected".into(), code.into()), "{name}");
        }
    }
    assert!(stage.records() == before);
}

/// The names come from a service of its own, or, if that may not be used, from an account.
#[tokio::test]
async fn a_new_account_has_attributes_whoever_tells_their_names() {
    for (common, status) in [(true, 403), (false, 403), (false, 401)] {
        let stage = Stage::new();
        let permissions = Permissions { common, ..Permissions::default() };
        stage.simulator.set_permissions(permissions);
        let quirks = Quirks { missing_permission_status: status, ..Quirks::default() };
        stage.simulator.set_quirks(quirks);
        let id = stage.learner();
        let name = attributes(&stage.record(&id)).remove(1);
        for (number, manager) in [Value::Null, stage.name(&id).into()].into_iter().enumerate() {
            let user_name = format!("dee-{number}");
            let account = json!({"user_name": user_name, "manager": manager,
                "attributes": {name.to_uppercase(): "Zürich", "loginName": user_name}});
            let (outcome, writes) = stage.ask("create_account", json!({"account": account})).await;
            assert_eq!(outcome["status"], "succeeded", "{outcome:#}");
            let expected = json!([{"name": name, "value": "Zürich"}]);
            assert_eq!(writes[0].1["customAttributes"], expected);
            assert_eq!(writes[0].1["loginName"], json!(user_name));
        }
    }
}
