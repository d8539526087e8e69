//! What an operator sees: one line that explains each outcome, and the numbers.

use jiff::{SignedDuration, Timestamp};
use litmos_simulator::{Fault, Rule};
use scenarios::{Provisioning, QueueRecord, grant, revoke, text};
use serde_json::{Value, json};

fn explained(world: &Provisioning, request_id: &str) -> Vec<Value> {
    let lines = world.log_records().into_iter();
    lines
        .filter(|line| {
            line["message"] == "explain" && line["provisioning_request_id"] == request_id
        })
        .collect()
}

/// The outcomes that were counted, by operation and status.
fn counted(world: &Provisioning) -> Vec<(String, String, f64)> {
    let records = world.log_records().into_iter();
    let counts = records.filter(|record| record["Outcomes"].is_number()).map(|record| {
        let dimensions = &record["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0];
        assert_eq!(*dimensions, json!(["connection", "function", "operation", "status"]));
        assert_eq!(record["_aws"]["CloudWatchMetrics"][0]["Namespace"], "Rollcall");
        let count = record["Outcomes"].as_f64().unwrap();
        (text(&record["operation"]), text(&record["status"]), count)
    });
    counts.collect()
}

fn sum(world: &Provisioning, metric: &str) -> f64 {
    world.log_records().iter().filter_map(|record| record[metric].as_f64()).sum()
}

#[test]
fn each_outcome_is_explained_and_counted() {
    let world = Provisioning::new();
    let (ana, what) = (&world.cast.ana, format!("team:{}:member", world.cast.north));
    let asked = [
        grant(ana, &what),
        grant(ana, &what),
        grant(ana, "role:Administrator"),
        revoke(ana, &what),
    ];
    let expected = ["succeeded", "already_done", "rejected", "succeeded"];
    for (asked, status) in asked.iter().zip(expected) {
        let outcome = world.ask(asked);
        let id = text(&asked["request_id"]);
        let [line] = &*explained(&world, &id) else { panic!("{id}: {}", world.logs()) };
        assert_eq!(
            (&line["status"], &line["code"]),
            (&json!(status), &outcome["code"].clone()),
            "{line:#}"
        );
        assert_eq!(line["operation"], asked["operation"]);
        assert_eq!(line["entitlement"], asked["entitlement"]);
        assert_eq!(line["user_id"], ana.id, "what matched");
        assert!(!text(&line["was_there"]).is_empty(), "what was there: {line:#}");
    }
    let count = |operation: &str, status: &str| -> f64 {
        let all = counted(&world).into_iter();
        all.filter(|(o, s, _)| o == operation && s == status).map(|(_, _, count)| count).sum()
    };
    for (operation, status) in [
        ("grant", "succeeded"),
        ("grant", "already_done"),
        ("grant", "rejected"),
        ("revoke", "succeeded"),
    ] {
        assert_eq!(count(operation, status), 1.0, "{operation} {status}");
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    let requests = world.scenario.requests() as f64;
    assert_eq!(sum(&world, "RequestsSent"), requests);
    assert_eq!((sum(&world, "OutcomesFailed"), sum(&world, "Transient")), (0.0, 0.0));
}

#[test]
fn what_fails_is_counted() {
    let world = Provisioning::new();
    let what = format!("team:{}:member", world.cast.north);
    world.vendor().faults().add(Rule::new(Fault::Forbidden).method("POST"));
    world.ask(&grant(&world.cast.ana, &what));
    assert_eq!(sum(&world, "OutcomesFailed"), 1.0);
    world.vendor().faults().clear();
    world.vendor().faults().add(Rule::new(Fault::Unavailable).times(20));
    world.send(&grant(&world.cast.bo, &what));
    assert_eq!(world.deliver().unwrap().retried.len(), 1);
    assert_eq!(sum(&world, "Transient"), 1.0);
    assert!(sum(&world, "RequestsRetried") >= 1.0);
    assert!(sum(&world, "RequestsRefused") >= 1.0);
}

/// A refused key is told apart from an outage: somebody has to do something.
#[test]
fn a_refused_key_is_counted() {
    let world = Provisioning::new();
    world.vendor().set_api_key("another");
    world.send(&grant(&world.cast.ana, &format!("team:{}:member", world.cast.north)));
    assert_eq!(world.deliver().unwrap().retried.len(), 1);
    assert_eq!(sum(&world, "CredentialsRefused"), 1.0);
    assert_eq!(world.take_outcomes(), [] as [Value; 0]);
}

/// SQS's own age of the oldest message leaves out what was taken up three times.
#[test]
fn how_long_a_request_has_waited_is_told_at_each_try() {
    let world = Provisioning::new();
    world.vendor().faults().add(Rule::new(Fault::Unavailable));
    let asked = grant(&world.cast.ana, &format!("team:{}:member", world.cast.north));
    let sent = Timestamp::now() - SignedDuration::from_hours(2);
    let blocked = QueueRecord::made_up(asked.to_string()).sent_at(sent).receives(120);
    assert_eq!(world.hand_over(&[blocked]).len(), 1);
    let waited = sum(&world, "QueueWaitSeconds");
    assert!((7_200.0..7_300.0).contains(&waited), "{waited}");
}
