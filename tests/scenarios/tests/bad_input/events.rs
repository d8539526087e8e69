//! Events that are none: refused with the form, before anything is read or written.

use scenarios::Scenario;
use serde_json::{Value, json};

use crate::support::{FIRST, assert_names, fails_twice, objects, published};

/// Texts that are no run id.
const NO_RUN_IDS: [&str; 8] = [
    "",
    "20261121",
    "20261121T220000",
    "2026-11-21T22:00:00Z",
    "20261321T220000Z",
    "20261121T220000z",
    " 20261121T220000Z",
    "../20261121T220000Z",
];

fn no_run_events() -> Vec<Value> {
    vec![
        json!({}),
        Value::Null,
        json!([]),
        json!("20261121T220000Z"),
        json!({ "run_id": 20_261_121 }),
        json!({ "run_id": null }),
        json!({ "time": "2026-11-21T22:00:00Z" }),
        json!({ "detail-type": "Object Created", "time": "2026-11-21T22:00:00Z" }),
        json!({ "detail-type": "Scheduled Event", "time": "at ten" }),
        json!({ "Records": [{ "eventSource": "aws:sqs", "body": "{}" }] }),
    ]
}

#[track_caller]
fn assert_refused(scenario: &Scenario, function: &str, event: &Value, about: &str) {
    let error = scenario.start(function).invoke(event, scenarios::PLENTY).unwrap_err();
    assert_names(&error, "InvalidEvent", &[about]);
}

#[test]
fn what_is_no_run_event_is_refused_by_every_function_of_a_run() {
    let scenario = published();
    let (before, requests) = (objects(&scenario), scenario.simulator.log().count());
    for function in scenarios::FUNCTIONS {
        let process = scenario.start(function);
        for event in no_run_events() {
            let error = fails_twice(&process, &event);
            assert_names(&error, "InvalidEvent", &[]);
        }
        for text in NO_RUN_IDS {
            let error = fails_twice(&process, &json!({ "run_id": text }));
            assert_names(&error, "InvalidEvent", &["run_id", "20261121T220000Z"]);
        }
    }
    assert_eq!(objects(&scenario), before);
    assert_eq!(scenario.simulator.log().count(), requests);
}

#[test]
fn an_acceptance_must_say_who_and_why() {
    let scenario = published();
    let before = objects(&scenario);
    for accept in [
        json!(true),
        json!("lee"),
        json!({}),
        json!({ "by": "lee" }),
        json!({ "reason": "they left" }),
        json!({ "by": "", "reason": "they left" }),
        json!({ "by": "lee", "reason": "  " }),
        json!({ "by": 5, "reason": "they left" }),
    ] {
        let event = json!({ "run_id": FIRST, "accept": accept });
        assert_refused(&scenario, "publish-snapshot", &event, "accept");
    }
    assert_eq!(objects(&scenario), before);
}

#[test]
fn check_connection_takes_an_object() {
    let scenario = published();
    let requests = scenario.simulator.log().count();
    for event in [Value::Null, json!([]), json!("check"), json!(1)] {
        assert_refused(&scenario, "check-connection", &event, "{}");
    }
    assert_eq!(scenario.simulator.log().count(), requests);
}
