//! Creating accounts and changing them by their id.

use percipio_simulator::{Options, Quirks, Simulator};
use serde_json::{Value, json};

use crate::client::{start, users, write};

fn id(simulator: &Simulator, place: usize) -> String {
    simulator.world().user_ids()[place].clone()
}

fn get(simulator: &Simulator, id: &str) -> Value {
    users(simulator, &format!("users/{id}")).json()
}

/// The value of a custom attribute.
fn attribute(user: &Value, name: &str) -> Value {
    let attributes = user["customAttributes"].as_array().unwrap();
    attributes.iter().find(|attribute| attribute["name"] == name).unwrap()["value"].clone()
}

#[test]
fn an_account_is_created_with_what_was_said_and_defaults_for_the_rest() {
    let simulator = start(Options::default());
    let manager = get(&simulator, &id(&simulator, 3));
    let body = json!({
        "externalUserId": "N-1", "email": "kim.oh@example.org", "firstName": "Kim",
        "lastName": "Oh", "loginName": "kim.oh", "role": "MANAGER", "sendWelcomeEmail": false,
        "password": "Secret-17", "customAttributes": [{ "name": "Geo", "value": "LATAM" }],
        "approvalManager": { "identifier": "EXTERNAL_ID", "value": manager["externalUserId"] },
    });
    let created = write(&simulator, "POST", "users", &body);
    assert_eq!(created.status, 201);
    let created = created.json();
    assert_eq!(created["approvalManager"], json!({ "id": manager["id"] }), "only the id");
    let user = get(&simulator, created["id"].as_str().unwrap());
    assert_eq!(user["approvalManager"]["externalId"], manager["externalUserId"]);
    assert_eq!((&user["isActive"], &user["role"]), (&json!(true), &json!("MANAGER")));
    assert_eq!(user["jobTitle"], Value::Null);
    assert_eq!(user["customAttributes"].as_array().unwrap().len(), 6);
    assert_eq!(attribute(&user, "Geo"), "LATAM");
    assert_eq!(simulator.world().user_ids().last().unwrap(), user["id"].as_str().unwrap());
    let writes = simulator.writes();
    assert_eq!((writes.len(), writes[0].applied, writes[0].mail), (1, true, false));
    assert_eq!(writes[0].created.as_deref(), user["id"].as_str());
    assert!(writes[0].body.get("password").is_none() && writes[0].body["role"] == "MANAGER");
}

#[test]
fn a_key_that_is_in_use_is_422_in_whatever_case() {
    let simulator = start(Options::default());
    let user = get(&simulator, &id(&simulator, 2));
    let other = id(&simulator, 8);
    for field in ["externalUserId", "loginName", "email"] {
        let taken = user[field].as_str().unwrap().to_uppercase();
        let mut body = json!({ "externalUserId": "N-1" });
        body[field] = json!(taken);
        let created = write(&simulator, "POST", "users", &body);
        assert_eq!((created.status, created.code()), (422, "field_not_unique".to_owned()));
        let changed =
            write(&simulator, "PATCH", &format!("users/{other}"), &json!({ field: taken }));
        assert_eq!(changed.status, 422, "{field}");
    }
    let own = json!({ "email": user["email"].as_str().unwrap().to_uppercase() });
    let path = format!("users/{}", user["id"].as_str().unwrap());
    assert_eq!(write(&simulator, "PATCH", &path, &own).status, 200, "its own mail address");
    assert_eq!(simulator.world().user_ids().len(), 200);
    assert!(simulator.writes().iter().take(6).all(|write| !write.applied));
}

#[test]
fn a_patch_changes_what_it_names_and_nothing_else() {
    let simulator = start(Options::default());
    let id = id(&simulator, 10);
    let path = format!("users/{id}");
    let before = get(&simulator, &id);
    let body = json!({
        "isActive": false, "role": "CONTENT_CURATOR", "jobTitle": "Boss", "jobRole": null,
        "customAttributes": [{ "name": "Cost Center", "value": "9" }], "sendWelcomeEmail": true,
    });
    let answer = write(&simulator, "PATCH", &path, &body);
    assert_eq!(answer.status, 200);
    let after = get(&simulator, &id);
    let mut expected = before.clone();
    for (name, value) in [
        ("isActive", json!(false)),
        ("role", json!("CONTENT_CURATOR")),
        ("jobTitle", json!("Boss")),
    ] {
        expected[name] = value;
    }
    expected["jobRole"] = Value::Null;
    expected["customAttributes"][0]["value"] = json!("9");
    expected["updatedAt"] = after["updatedAt"].clone();
    assert_eq!(after, expected);
    assert!(after["updatedAt"].as_str() > before["updatedAt"].as_str());
    assert!(!simulator.writes()[0].mail, "only a creation sends mail");
    assert_eq!(write(&simulator, "PATCH", &path, &json!({ "isActive": false })).status, 200);
    assert_eq!(get(&simulator, &id), after, "nothing changed, nothing bumped");
    assert_eq!(write(&simulator, "PATCH", &path, &json!({})).status, 200);
}

#[test]
fn a_patch_by_id_never_creates_and_erased_accounts_stay_as_they_are() {
    let simulator = start(Options::default());
    let erased = simulator.world().erased_user_ids()[0].clone();
    let nobody = "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01";
    let body = json!({ "isActive": true });
    let answer = |id: &str| write(&simulator, "PATCH", &format!("users/{id}"), &body);
    assert_eq!(answer(nobody).status, 404);
    let refused = answer(&erased);
    assert_eq!(refused.status, 422);
    assert_eq!(refused.code(), "updating_obfuscated_user_not_allowed");
    for method in ["DELETE", "PUT"] {
        let path = format!("users/{}", id(&simulator, 1));
        assert_eq!(write(&simulator, method, &path, &body).status, 404, "{method}");
    }
    assert_eq!(simulator.world().user_ids().len(), 200);
}

#[test]
fn a_null_and_a_list_of_attributes_mean_what_the_switches_say() {
    let simulator = start(Options::default());
    let id = id(&simulator, 10);
    let patch = |body: Value| {
        let answer = write(&simulator, "PATCH", &format!("users/{id}"), &body);
        assert_eq!(answer.status, 200);
        get(&simulator, &id)
    };
    let two = json!([{ "name": "Geo", "value": "EMEA" }, { "name": "Employee ID", "value": "7" }]);
    patch(json!({ "jobTitle": "Boss", "customAttributes": two }));
    simulator.set_quirks(Quirks {
        null_clears: false,
        attributes_replaced: true,
        ..Quirks::default()
    });
    let geo = json!([{ "name": "Geo", "value": null }]);
    let user = patch(json!({ "jobTitle": null, "customAttributes": geo }));
    assert_eq!(user["jobTitle"], "Boss");
    assert_eq!(
        (attribute(&user, "Geo"), attribute(&user, "Employee ID")),
        (Value::Null, Value::Null)
    );
}

#[test]
fn an_attribute_is_named_by_its_id_or_else_its_name() {
    let simulator = start(Options::default());
    let id = id(&simulator, 10);
    let geo = get(&simulator, &id)["customAttributes"].as_array().unwrap().clone();
    let geo = geo.iter().find(|attribute| attribute["name"] == "Geo").unwrap()["id"].clone();
    let patch = |attribute: Value| {
        let body = json!({ "customAttributes": [attribute] });
        write(&simulator, "PATCH", &format!("users/{id}"), &body).status
    };
    let both = json!({ "id": geo, "name": "Cost Center", "value": "by id" });
    assert_eq!(patch(both), 200);
    assert_eq!(attribute(&get(&simulator, &id), "Geo"), "by id");
    assert_ne!(attribute(&get(&simulator, &id), "Cost Center"), "by id");
    let unknown = json!({ "name": "geo", "value": "x" });
    assert_eq!(patch(unknown.clone()), 422);
    simulator.set_quirks(Quirks { unknown_attributes_refused: false, ..Quirks::default() });
    assert_eq!(patch(unknown), 200);
    assert_eq!(attribute(&get(&simulator, &id), "Geo"), "by id");
}
