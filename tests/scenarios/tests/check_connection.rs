//! `check-connection`: what is in order, what is not and what to do about it, and what the tenant
//! has.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use litmos_simulator::{Fault, Options, Rule};
use scenarios::{PLENTY, Scenario};
use serde_json::{Value, json};

/// The checks, in the order of the answer.
const CHECKS: [&str; 5] =
    ["credentials", "read_users", "read_teams", "read_courses", "snapshot_bucket"];

fn check(scenario: &Scenario) -> Value {
    scenario.call("check-connection", &json!({})).unwrap()
}

/// Asserts that all is well but for these checks, and that each says something.
#[track_caller]
fn assert_failed(answer: &Value, failed: &[&str]) {
    let checks = answer["checks"].as_array().unwrap();
    let names: Vec<_> = checks.iter().map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!(names, CHECKS, "{answer:#}");
    let not_ok = checks.iter().filter(|check| check["ok"] != true);
    let not_ok: Vec<_> = not_ok.map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!((not_ok, &answer["ok"]), (failed.to_vec(), &json!(failed.is_empty())), "{answer:#}");
    assert!(
        checks.iter().all(|check| !check["message"].as_str().unwrap().is_empty()),
        "{answer:#}"
    );
}

fn message<'a>(answer: &'a Value, name: &str) -> &'a str {
    let checks = answer["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).unwrap()["message"].as_str().unwrap()
}

#[test]
fn all_is_well_and_this_is_what_the_tenant_has() {
    let scenario = Scenario::new(Options::default());
    let answer = check(&scenario);
    assert_failed(&answer, &[]);
    assert_eq!(answer["vendor"], "litmos");
    assert_eq!(answer["counts"], json!({ "users": 200 }), "the vendor counts nothing else");
    assert_eq!(message(&answer, "read_teams"), "10 teams read");
    let attributes = answer["schema"]["user_attributes"].as_array().unwrap();
    // Built in, legacy custom fields, and the advanced ones by their labels.
    for name in ["City", "FullName", "CustomField1", "CustomField2", "Department", "Cost centre"] {
        assert!(attributes.contains(&json!(name)), "{name} is not in {attributes:?}");
    }
    for secret in ["LoginKey", "Password"] {
        assert!(!attributes.contains(&json!(secret)), "{secret} is in {attributes:?}");
    }
    let mut roles: Vec<_> = scenario.truth("users").iter().map(|u| u["role"].clone()).collect();
    roles.sort_by_key(ToString::to_string);
    roles.dedup();
    assert_eq!(answer["schema"]["roles"], json!(roles));
    assert!(scenario.connection.bucket.keys("").iter().all(|key| key.contains("/runs/")));
}

#[test]
fn a_wrong_key_is_no_error_but_something_to_act_on() {
    let scenario = Scenario::new(Options::default());
    scenario.simulator.set_api_key("another");
    let answer = check(&scenario);
    assert_failed(&answer, &CHECKS[..4]);
    let told = message(&answer, "credentials");
    assert!(told.contains("API key") && told.contains("refuse"), "{told}");
    let logs = scenario.logs();
    assert!(!format!("{answer}{logs}").contains("00000000-1111"), "the key is shown");
    let records = logs.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let refused: Vec<_> =
        records.filter_map(|record| record["CredentialsRefused"].as_u64()).collect();
    assert_eq!(refused, [1], "somebody is told");
}

#[test]
fn a_wrong_key_is_told_though_the_one_before_is_still_good() {
    let scenario = Scenario::new(Options::default());
    let process = scenario.start("check-connection");
    assert_failed(&process.invoke(&json!({}), PLENTY).unwrap(), &[]);
    scenario.connection.secret.update(&json!({ "api_key": "mistyped" }).to_string());
    assert_failed(&process.invoke(&json!({}), PLENTY).unwrap(), &CHECKS[..4]);
}

#[test]
fn a_malformed_or_missing_secret_is_told_by_the_same_check() {
    let scenario = Scenario::new(Options::default());
    scenario.connection.secret.update("hunter2");
    let malformed = check(&scenario);
    scenario.connection.secret.delete();
    for answer in [malformed, check(&scenario)] {
        assert_failed(&answer, &CHECKS[..4]);
        let told = message(&answer, "credentials");
        assert!(told.contains("ROLLCALL_SECRET_ID") && !told.contains("hunter2"), "{told}");
    }
}

#[test]
fn what_may_not_be_read_fails_alone() {
    for (call, failed) in
        [("/users/details", "read_users"), ("/teams?", "read_teams"), ("/courses?", "read_courses")]
    {
        let scenario = Scenario::new(Options::default());
        scenario.simulator.faults().add(Rule::new(Fault::Forbidden).on(call));
        let answer = check(&scenario);
        assert_failed(&answer, &[failed]);
        let told = message(&answer, failed);
        assert!(told.contains("forbids") && told.contains(call.trim_end_matches('?')), "{told}");
    }
}

#[test]
fn custom_fields_that_may_not_be_read_are_a_note() {
    for (call, noted) in
        [("/usercustomfields", "read_users"), ("/coursecustomfields", "read_courses")]
    {
        let scenario = Scenario::new(Options::default());
        scenario.simulator.faults().add(Rule::new(Fault::Forbidden).on(call));
        let answer = check(&scenario);
        assert_failed(&answer, &[]);
        let told = message(&answer, noted);
        assert!(told.contains("no run needs") && told.contains("forbids"), "{told}");
    }
}

#[test]
fn a_grantable_role_that_nobody_knows_is_a_note() {
    for (roles, noted) in [("learner,Account_Owner", false), ("Learner,Trainer", true)] {
        let scenario = Scenario::new(Options::default())
            .with(|environment| environment.set("ROLLCALL_GRANTABLE_ROLES", roles));
        let answer = check(&scenario);
        assert_failed(&answer, &[]);
        let told = message(&answer, "read_users");
        assert_eq!(told.ends_with("has: Trainer"), noted, "{told}");
    }
}

#[test]
fn a_bucket_that_is_not_there_fails_alone() {
    let scenario = Scenario::new(Options::default())
        .with(|environment| environment.set("ROLLCALL_BUCKET", "no-such-bucket"));
    let answer = check(&scenario);
    assert_failed(&answer, &["snapshot_bucket"]);
    let told = message(&answer, "snapshot_bucket");
    assert!(told.contains("no-such-bucket") && told.contains("NoSuchBucket"), "{told}");
}

#[test]
fn a_vendor_that_is_down_or_silent_is_told_within_the_invocation() {
    // The function keeps ten seconds for its answer.
    let limit = Duration::from_secs(11);
    for (fault, told) in
        [(Fault::Unavailable, "503"), (Fault::Slow { ms: 60_000 }, "did not answer in time")]
    {
        let scenario = Scenario::new(Options::default());
        scenario.simulator.faults().add(Rule::new(fault));
        let began = Instant::now();
        let answer = scenario.start("check-connection").invoke(&json!({}), limit).unwrap();
        assert!(began.elapsed() < limit);
        assert_failed(&answer, &CHECKS[..4]);
        assert!(message(&answer, "credentials").contains(told), "{answer:#}");
    }
}

#[test]
fn a_bucket_that_does_not_answer_is_told_within_the_invocation() {
    // Connections wait in the queue of a listener that accepts none.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let scenario = Scenario::new(Options::default())
        .with(|environment| environment.set("AWS_ENDPOINT_URL_S3", &endpoint));
    let process = scenario.start("check-connection");
    let answer = process.invoke(&json!({}), Duration::from_secs(13)).unwrap();
    assert_failed(&answer, &["snapshot_bucket"]);
}
