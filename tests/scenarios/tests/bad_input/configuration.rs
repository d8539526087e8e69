//! Configuration: what is missing or wrong is named by the first invocation, and by the next.

use scenarios::{Environment, Scenario};
use serde_json::json;

use crate::support::{EVERY, FIRST, assert_names, event, fails_twice, small};

/// A wrong value, or none.
type Case = (&'static str, Option<&'static str>);

/// What every function reads.
const ALL: &[Case] = &[
    ("ROLLCALL_CONNECTION", None),
    ("ROLLCALL_CONNECTION", Some("Acme/prod")),
    ("ROLLCALL_CONNECTION", Some("a-name-of-forty-one-characters-is-too-long")),
    ("ROLLCALL_VENDOR", None),
    ("ROLLCALL_VENDOR", Some("moodle")),
    ("ROLLCALL_BUCKET", None),
    ("ROLLCALL_BUCKET", Some(" ")),
    ("ROLLCALL_LIMITED_COURSES", Some("one,,two")),
    ("ROLLCALL_LIMITED_COURSES", Some("../one")),
    ("ROLLCALL_MAX_SHRINK_PERCENT", Some("-1")),
    ("ROLLCALL_MAX_SHRINK_PERCENT", Some("twenty")),
    ("ROLLCALL_MAX_DANGLING_PERCENT", Some("101")),
    ("ROLLCALL_MAX_DANGLING_PERCENT", Some("NaN")),
    ("ROLLCALL_SLICE_SECONDS", Some("0")),
    ("ROLLCALL_SLICE_SECONDS", Some("a minute")),
];

/// What a function reads that talks to the vendor.
const VENDOR: &[Case] = &[
    ("ROLLCALL_REGION", Some("mars")),
    ("ROLLCALL_LITMOS_SOURCE", None),
    ("ROLLCALL_SECRET_ID", None),
    ("ROLLCALL_REQUESTS_PER_MINUTE", None),
    ("ROLLCALL_REQUESTS_PER_MINUTE", Some("0")),
    ("ROLLCALL_REQUESTS_PER_MINUTE", Some("1000001")),
    ("ROLLCALL_REQUESTS_PER_MINUTE", Some("60.5")),
    ("ROLLCALL_BORROWED_REQUESTS_PER_MINUTE", Some("-1")),
    ("ROLLCALL_BASE_URL", Some("not a url")),
    ("ROLLCALL_BASE_URL", Some("http://api.litmos.example/v1.svc")),
    ("ROLLCALL_BASE_URL", Some("ftp://127.0.0.1/v1.svc")),
];

fn misconfigured((variable, value): Case) -> impl Fn(Environment) -> Environment {
    move |environment| match value {
        Some(value) => environment.set(variable, value),
        None => environment.without(variable),
    }
}

/// Calls a function with each mistake in turn.
fn assert_named(function: &str, cases: &[Case]) {
    let mut scenario = Scenario::new(small());
    let right = scenario.environment.clone();
    for case in cases {
        scenario.environment = misconfigured(*case)(right.clone());
        let error = fails_twice(&scenario.start(function), &event(FIRST));
        let form = if case.1.is_none_or(|value| value.trim().is_empty()) {
            "is missing"
        } else {
            "must be"
        };
        assert_names(&error, "InvalidConfiguration", &[&format!("{} {form}", case.0)]);
    }
    assert_eq!(scenario.connection.bucket.keys(""), [] as [String; 0]);
    assert_eq!(scenario.simulator.log().count(), 0);
}

#[test]
fn every_variable_is_checked() {
    assert_named("sync-users", ALL);
    assert_named("sync-users", VENDOR);
}

#[test]
fn publication_needs_no_vendor() {
    assert_named("publish-snapshot", ALL);
    let scenario = Scenario::new(small());
    for function in ["sync-users", "sync-teams", "sync-courses"] {
        scenario.finish(function, FIRST).unwrap();
    }
    let scenario = VENDOR.iter().fold(scenario, |scenario, (variable, _)| {
        scenario.with(|environment| environment.without(variable))
    });
    let answer = scenario.call("publish-snapshot", &event(FIRST)).unwrap();
    assert_eq!(answer["verdict"], "published");
}

#[test]
fn every_function_says_so() {
    let scenario = Scenario::new(small()).with(|e| e.without("ROLLCALL_BUCKET"));
    for function in EVERY {
        let event = if function == "check-connection" { json!({}) } else { event(FIRST) };
        let error = fails_twice(&scenario.start(function), &event);
        assert_names(&error, "InvalidConfiguration", &["ROLLCALL_BUCKET"]);
    }
}

#[test]
fn a_password_in_a_wrong_url_is_not_repeated() {
    let scenario = Scenario::new(small())
        .with(|e| e.set("ROLLCALL_BASE_URL", "https://lee:hunter2@api.litmos.example/v1.svc"));
    let error = scenario.call("sync-users", &event(FIRST)).unwrap_err();
    assert_names(&error, "InvalidConfiguration", &["ROLLCALL_BASE_URL"]);
    assert!(!error.error_message.contains("hunter2") && !scenario.logs().contains("hunter2"));
}
