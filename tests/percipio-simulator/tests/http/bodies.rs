//! Which bodies of writes are refused.

use percipio_simulator::{Options, Quirks};
use serde_json::{Value, json};

use crate::client::{exchange, path, request, start, write};

#[test]
fn a_creation_that_cannot_be_right_is_422_and_creates_nobody() {
    let simulator = start(Options::default());
    let good = json!({ "externalUserId": "N-1", "loginName": "n1" });
    for (field, value, code) in [
        ("externalUserId", json!(null), "required_field_missing"),
        ("externalUserId", json!(" "), "required_field_missing"),
        ("externalUserId", json!(17), "is_an_invalid_field"),
        ("externalUserId", json!("x".repeat(256)), "field_too_long"),
        ("loginName", json!("x".repeat(129)), "field_too_long"),
        ("loginName", json!("ana ruiz"), "invalid_login_name_format"),
        ("email", json!("nobody"), "invalid_email_format"),
        ("isActive", json!("true"), "is_an_invalid_field"),
        ("isActive", json!(null), "is_an_invalid_field"),
        ("role", json!("Learner"), "is_an_invalid_field"),
        ("role", json!(null), "required_field_missing"),
        ("isInstructor", json!(1), "is_an_invalid_field"),
        ("password", json!("short"), "complexity_too_low"),
        ("customAttributes", json!({ "Geo": "EMEA" }), "is_an_invalid_field"),
        ("customAttributes", json!([{ "name": "Geo" }]), "is_an_invalid_field"),
        ("customAttributes", json!([{ "name": "Geo", "value": 7 }]), "is_an_invalid_field"),
        ("approvalManager", json!({}), "is_an_invalid_field"),
        ("approvalManager", json!({ "id": "a", "externalId": "b" }), "is_an_invalid_field"),
        ("approvalManager", json!({ "identifier": "EMAIL", "value": "b" }), "is_an_invalid_field"),
        (
            "directHrManager",
            json!({ "identifier": "EXTERNAL_ID", "value": "b" }),
            "manager_not_found",
        ),
        ("id", json!("6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01"), "is_an_invalid_field"),
        ("manager", json!("x"), "is_an_invalid_field"),
    ] {
        let mut body = good.clone();
        body[field] = value.clone();
        let answer = write(&simulator, "POST", "users", &body);
        assert_eq!((answer.status, &*answer.code()), (422, code), "{field} {value}");
    }
    let body = json!({ "externalUserId": "N-1", "password": "Secret-17" });
    let answer = write(&simulator, "POST", "users", &body);
    assert_eq!(answer.code(), "is_required_when_password_provided");
    assert_eq!(write(&simulator, "POST", "users", &json!({})).code(), "required_field_missing");
    assert_eq!(simulator.world().user_ids().len(), 200);
    assert_eq!(write(&simulator, "POST", "users", &good).status, 201);
}

#[test]
fn what_nobody_knows_is_taken_if_the_switches_say_so() {
    let quirks =
        Quirks { unknown_fields_refused: false, unknown_roles_refused: false, ..Quirks::default() };
    let simulator = start(Options { quirks, ..Options::default() });
    let body = json!({ "externalUserId": "N-1", "role": "Any", "manager": "x" });
    let answer = write(&simulator, "POST", "users", &body);
    assert_eq!((answer.status, &answer.json()["role"]), (201, &json!("Any")));
    simulator.set_quirks(Quirks::default());
    let known = json!({ "externalUserId": "N-2", "role": "REGIONAL_TRAINING_ADMIN" });
    assert_eq!(write(&simulator, "POST", "users", &known).status, 201, "the organisation's own");
}

#[test]
fn only_labelled_json_objects_are_read() {
    let simulator = start(Options::default());
    let path = path(&simulator, "user-management/v1", "users");
    let status = |kind: &str, body: &str| {
        let mut request = request(&simulator, "POST", &path, body);
        request.headers_mut().insert("content-type", kind.parse().unwrap());
        exchange(&simulator, request).unwrap().status
    };
    let good = r#"{"externalUserId":"N-1"}"#;
    assert_eq!(status("text/plain", good), 400);
    assert_eq!(status("application/json", "[]"), 400);
    assert_eq!(status("application/json", ""), 400);
    assert_eq!(status("application/json; charset=utf-8", good), 201);
    assert_eq!(simulator.writes()[2].body, Value::Null);
}

#[test]
fn mail_is_sent_only_if_it_is_asked_for_and_there_is_an_address() {
    let simulator = start(Options::default());
    let create = |body: Value| {
        assert_eq!(write(&simulator, "POST", "users", &body).status, 201);
        simulator.writes().last().unwrap().mail
    };
    assert!(!create(json!({ "externalUserId": "N-1", "email": "a@b.example" })));
    assert!(!create(json!({ "externalUserId": "N-2", "sendWelcomeEmail": true })));
    let asked =
        json!({ "externalUserId": "N-3", "email": "c@b.example", "sendWelcomeEmail": true });
    assert!(create(asked));
}
