//! Delta runs: few requests, a whole snapshot, and out of the way of full runs.

#![expect(clippy::unwrap_used, reason = "a test may")]

use litmos_simulator::{Options, Possession};
use rollcall_roster::Timestamp;
use scenarios::{FUNCTIONS, FunctionError, Scenario, TABLES};
use serde_json::{Value, json};

const FULL: &str = "20261121T020000Z";
const DELTA: &str = "20261121T023000Z";
const LATER: &str = "20261121T033000Z";

fn published() -> Scenario {
    let scenario = Scenario::new(Options { users: 400, ..Options::default() });
    assert_eq!(scenario.run(FULL).unwrap()["verdict"], "published");
    scenario
}

#[track_caller]
fn assert_fails(outcome: Result<Value, FunctionError>, error_type: &str, about: &str) {
    let error = outcome.unwrap_err();
    assert_eq!(error.error_type, error_type, "{error:?}");
    assert!(error.error_message.contains(about), "{error:?}");
}

/// What a change row says of a table's key.
fn change_of(scenario: &Scenario, run_id: &str, table: &str, key: &[&str]) -> Value {
    let key = json!(key).to_string();
    let rows = scenario.table("changes", run_id);
    let row = rows.iter().find(|row| row["table"] == table && row["key"] == *key);
    row.map_or(Value::Null, |row| row["change"].clone())
}

#[test]
fn a_delta_run_gives_a_whole_snapshot_for_a_few_requests() {
    let scenario = published();
    let world = scenario.simulator.world();
    let full = scenario.requests();
    let (users, teams) = (world.user_ids(), world.team_ids());
    assert!(world.rename_user(&users[1], "Zażółć", "<gęślą>"));
    assert!(world.possess(&users[2], Possession::Member, &teams[0], true));
    let answer = scenario.delta_run(DELTA).unwrap();
    assert_eq!(answer["verdict"], "published", "{answer:#}");
    assert!(scenario.requests() - full <= 10, "{} after {full}", scenario.requests() - full);
    assert_eq!(scenario.latest().as_deref(), Some(DELTA));
    for table in TABLES {
        let (before, after) = (scenario.table(table, FULL), scenario.table(table, DELTA));
        let added = usize::from(table == "team_members");
        assert_eq!(after.len(), before.len() + added, "{table}");
    }
    let named = scenario.table("users", DELTA).into_iter().find(|row| row["user_id"] == users[1]);
    assert_eq!(named.unwrap()["last_name"], "<gęślą>");
    assert_eq!(change_of(&scenario, DELTA, "users", &[&users[1]]), "changed");
    let pair = [teams[0].as_str(), users[2].as_str()];
    assert_eq!(change_of(&scenario, DELTA, "team_members", &pair), "added");
    let manifest = scenario.manifest(DELTA).unwrap();
    assert_eq!((&manifest["mode"], &manifest["base_run_id"]), (&json!("delta"), &json!(FULL)));
    assert_eq!(manifest["full_run"]["run_id"], FULL);
    assert!(manifest["full_run"]["age_seconds"].is_u64(), "{manifest:#}");
}

#[test]
fn a_full_run_after_it_tells_what_it_had_missed() {
    let scenario = published();
    let world = scenario.simulator.world();
    scenario.delta_run(DELTA).unwrap();
    let users = world.user_ids();
    assert!(world.remove_user(&users[9]) && world.rename_user(&users[10], "Seen", "Later"));
    scenario.run(LATER).unwrap();
    let named = scenario.table("users", LATER).into_iter().find(|row| row["user_id"] == users[10]);
    let named = named.unwrap();
    assert_eq!(named["last_name"], "Later");
    assert!(named["updated_at"].is_string(), "what only lists of changes tell: {named}");
    let rows = scenario.table("changes", LATER);
    let missed = |id: &String| {
        let key = json!([id]).to_string();
        let row = rows.iter().find(|row| row["table"] == "users" && row["key"] == *key).unwrap();
        row["missed_by_delta"].clone()
    };
    assert_eq!((missed(&users[9]), missed(&users[10])), (json!(true), json!(false)));
    let manifest = scenario.manifest(LATER).unwrap();
    assert_eq!(manifest["missed_by_delta"]["users"]["removed"], 1);
    assert_eq!(manifest["carried_from"], DELTA);
    assert!(scenario.logs().contains("users.missed_by_delta"), "a metric tells it too");
}

/// Whatever is asked for does not happen, and leaves nothing behind.
#[track_caller]
fn assert_steps_aside(scenario: &Scenario, about: &str) {
    let requests = scenario.requests();
    let event = json!({ "run_id": LATER, "mode": "delta" });
    assert_fails(scenario.call("sync-users", &event), "RunConflict", about);
    assert_eq!(scenario.requests(), requests);
    let name = &scenario.connection.name;
    assert_eq!(scenario.connection.bucket.keys(&format!("{name}/runs/{LATER}/")), [""; 0]);
}

#[test]
fn a_delta_run_steps_aside_where_another_run_is_under_way() {
    let scenario = published();
    let current = json!({ "run_id": DELTA, "renewed_at": Timestamp::now() });
    let key = format!("{}/runs/current.json", scenario.connection.name);
    scenario.connection.bucket.put(&key, current.to_string());
    assert_steps_aside(&scenario, DELTA);
    assert_eq!(scenario.document("runs/current.json"), Some(current));
}

#[test]
fn a_delta_run_steps_aside_while_a_full_run_is_quarantined() {
    let scenario = published();
    scenario.simulator.world().shrink_users(200);
    assert_eq!(scenario.run(DELTA).unwrap()["verdict"], "quarantined");
    assert_steps_aside(&scenario, DELTA);
    assert_eq!(scenario.document("runs/current.json"), None, "others may go on");
    let accept = json!({ "by": "lee@example.org", "reason": "the contractors left" });
    let accept = json!({ "run_id": DELTA, "accept": accept });
    assert_eq!(scenario.call("publish-snapshot", &accept).unwrap()["verdict"], "published");
    assert_eq!(scenario.delta_run(LATER).unwrap()["verdict"], "published");
}

#[test]
fn a_run_stays_what_it_was_begun_as() {
    let scenario = published();
    let event = |run_id: &str, mode: &str| json!({ "run_id": run_id, "mode": mode });
    scenario.call("sync-users", &event(DELTA, "delta")).unwrap();
    assert_fails(scenario.call("sync-users", &event(DELTA, "full")), "InvalidEvent", "delta run");
    assert_fails(scenario.call("sync-teams", &event(DELTA, "full")), "InvalidEvent", "delta run");
    // Gone on with by hand, nobody need know what it is.
    assert_eq!(scenario.run(DELTA).unwrap()["verdict"], "published");
    assert_eq!(scenario.manifest(DELTA).unwrap()["mode"], "delta");
    scenario.call("sync-users", &event(LATER, "full")).unwrap();
    assert_fails(scenario.call("sync-users", &event(LATER, "delta")), "RunConflict", "full run");
}

#[test]
fn a_first_run_may_be_asked_for_as_a_delta_and_says_that_it_is_none() {
    let scenario = Scenario::new(Options::default());
    let answer = scenario.delta_run(DELTA).unwrap();
    let reasons = answer["reasons"].to_string();
    assert!(reasons.contains("fell_back: ") && reasons.contains("no published run"), "{reasons}");
    assert_eq!(scenario.manifest(DELTA).unwrap()["mode"], "full");
    scenario.assert_tables_are_true(DELTA);
}

#[test]
fn what_is_no_kind_of_run_is_refused() {
    let scenario = Scenario::new(Options::default());
    for function in FUNCTIONS {
        let event = json!({ "run_id": FULL, "mode": "incremental" });
        assert_fails(scenario.call(function, &event), "InvalidEvent", "mode");
    }
    assert_eq!(scenario.requests(), 0);
}

#[test]
fn killed_after_any_request_a_delta_run_ends_the_same() {
    let scenario = published();
    scenario.simulator.world().churn(5, 5.0);
    scenario.delta_run(DELTA).unwrap();
    // The same again from the same base: readers are led back to it.
    let bucket = &scenario.connection.bucket;
    let name = &scenario.connection.name;
    let latest = json!({ "run_id": FULL, "manifest": format!("{name}/manifests/run_id={FULL}/manifest.json") });
    bucket.put(&format!("{name}/latest.json"), latest.to_string());
    let event = json!({ "run_id": LATER, "mode": "delta" });
    for function in FUNCTIONS {
        for after in 1..4 {
            let until = scenario.requests() + after;
            let process = scenario.start(function);
            let killed = process
                .invoke_and_kill_when(&event, scenarios::PLENTY, || scenario.requests() >= until);
            if killed.is_some_and(|answer| answer.is_ok()) {
                break;
            }
        }
    }
    assert_eq!(scenario.delta_run(LATER).unwrap()["verdict"], "published");
    assert_eq!(parts(&scenario, LATER), parts(&scenario, DELTA));
}

/// The hashes of a run's parts.
fn parts(scenario: &Scenario, run_id: &str) -> Vec<Value> {
    scenario.listed_parts(run_id).into_values().map(|(_, hash)| hash).collect()
}
