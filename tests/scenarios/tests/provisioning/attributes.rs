//! Custom fields and other attributes: by their names, and no way around the fields that have a
//! meaning.

use scenarios::{Provisioning, request};
use serde_json::{Value, json};

use crate::support::{assert_rejects, is, verdict};

fn setting(world: &Provisioning, attribute: &str, value: &str) -> Value {
    let account = json!({ "attributes": { attribute: value } });
    request("update_account", json!({ "principal": world.cast.ana.by_id(), "account": account }))
}

fn making(attribute: &str, value: &str) -> Value {
    let account = json!({
        "user_name": "dee.nomail", "last_name": "Ek", "attributes": { attribute: value },
    });
    request("create_account", json!({ "account": account }))
}

#[test]
fn what_is_no_attribute_is_named() {
    let world = Provisioning::new();
    for name in ["Department", "CustomField11", "customField 1", "Łódź", "__proto__", "a/b"] {
        assert_rejects(&world, &setting(&world, name, "x"), "unknown_attribute", name);
        assert_rejects(&world, &making(name, "x"), "unknown_attribute", name);
    }
}

/// Fields that have a place of their own in a request, or that only the vendor writes.
#[test]
fn no_attribute_is_a_way_around_a_field() {
    let world = Provisioning::new();
    for name in [
        "AccessLevel",
        "accesslevel",
        "ACCESSLEVEL",
        "Active",
        "UserName",
        "Email",
        "FirstName",
        "LastName",
        "ManagerId",
        "Id",
        "OriginalId",
        "Points",
        "CreatedDate",
        "LastLogin",
        "IsCustomUsername",
        "FullName",
    ] {
        let value = "Administrator";
        assert_rejects(&world, &setting(&world, name, value), "unknown_attribute", name);
        assert_rejects(&world, &making(name, value), "unknown_attribute", name);
    }
    assert_eq!(world.role(&world.cast.ana.id), "Learner");
}

#[test]
fn an_attribute_is_cleared_by_an_empty_text() {
    let world = Provisioning::new();
    let ana = &world.cast.ana;
    let outcome = world.ask(&setting(&world, "CustomField9", "something"));
    assert_eq!(verdict(&outcome), is("succeeded", None));
    assert_eq!(world.account(&ana.id)["CustomField9"], "something");
    let outcome = world.ask(&setting(&world, "CustomField9", ""));
    assert_eq!(verdict(&outcome), is("succeeded", None));
    assert_eq!(world.account(&ana.id)["CustomField9"], Value::Null);
    let outcome = world.ask(&setting(&world, "CustomField9", ""));
    assert_eq!(verdict(&outcome), is("already_done", None));
}

#[test]
fn a_switch_is_true_or_false() {
    let world = Provisioning::new();
    for value in ["true", "false"] {
        let outcome = world.ask(&setting(&world, "DisableMessages", value));
        assert!(matches!(&*verdict(&outcome).0, "succeeded" | "already_done"), "{outcome:#}");
        let muted = &world.account(&world.cast.ana.id)["DisableMessages"];
        assert_eq!(muted.to_string(), value);
    }
    let wrong = setting(&world, "DisableMessages", "yes");
    assert_rejects(&world, &wrong, "invalid_request", "account.attributes.DisableMessages");
}
