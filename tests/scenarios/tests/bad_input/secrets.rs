//! The secret: what is wrong with it is said by its form, never by its content.

use std::time::{Duration, Instant};

use scenarios::Scenario;
use serde_json::json;

use crate::support::{FIRST, assert_names, event, fails_twice, nobody_listens_here, small};

const MALFORMED: [&str; 8] = [
    "hunter2",
    "{}",
    r#""hunter2""#,
    r#"{"api_token": "hunter2"}"#,
    r#"{"api_key": ""}"#,
    r#"{"api_key": 1234567}"#,
    r#"{"api_key": null}"#,
    r#"{"api_key": "hunter2 "#,
];

#[test]
fn a_malformed_secret_is_described_and_not_shown() {
    let scenario = Scenario::new(small());
    for content in MALFORMED {
        scenario.connection.secret.update(content);
        let error = scenario.call("sync-users", &event(FIRST)).unwrap_err();
        assert_names(&error, "SecretUnavailable", &["ROLLCALL_SECRET_ID", "api_key"]);
        let shown = ["hunter2", "1234567"]
            .iter()
            .any(|secret| error.error_message.contains(secret) || scenario.logs().contains(secret));
        assert!(!shown, "{error}");
    }
    assert_eq!(scenario.simulator.log().count(), 0);
}

#[test]
fn a_secret_that_is_put_right_is_taken_by_the_same_process() {
    let scenario = Scenario::new(small());
    let secret = &scenario.connection.secret;
    secret.update("hunter2");
    let process = scenario.start("sync-users");
    fails_twice(&process, &event(FIRST));
    secret.update(&json!({ "api_key": scenario.simulator.api_key() }).to_string());
    let answer = process.invoke(&event(FIRST), scenarios::PLENTY).unwrap();
    assert_eq!(answer["status"], "complete");
}

#[test]
fn a_secret_that_is_not_there_is_named() {
    let scenario = Scenario::new(small());
    scenario.connection.secret.delete();
    let id = scenario.connection.secret.id();
    let error = fails_twice(&scenario.start("sync-users"), &event(FIRST));
    assert_names(&error, "SecretUnavailable", &["ROLLCALL_SECRET_ID", id]);
}

#[test]
fn secrets_out_of_reach_are_said_before_long() {
    let scenario = Scenario::new(small())
        .with(|e| e.set("AWS_ENDPOINT_URL_SECRETS_MANAGER", &nobody_listens_here()));
    let began = Instant::now();
    let error = scenario.call("sync-users", &event(FIRST)).unwrap_err();
    // It may pass: the run waits, and nobody is told to mend the secret.
    assert_names(&error, "VendorUnavailable", &["ROLLCALL_SECRET_ID"]);
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
}

#[test]
fn a_key_that_the_vendor_refuses_is_the_vendors_word() {
    let scenario = Scenario::new(small());
    scenario.simulator.set_api_key("another");
    let error = fails_twice(&scenario.start("sync-users"), &event(FIRST));
    assert_names(&error, "VendorUnauthorized", &["API key"]);
}
