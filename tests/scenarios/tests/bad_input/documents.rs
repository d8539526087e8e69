//! The pointer and the manifests: damaged, they are named and left as they are.

use scenarios::{FUNCTIONS, FunctionError, Scenario};
use serde_json::Value;

use crate::support::{
    FIRST, SECOND, assert_names, event, key, of_a_later_release, published, ruins,
};

const THIRD: &str = "20261123T220000Z";

fn with_a_second_run() -> Scenario {
    let scenario = published();
    for function in &FUNCTIONS[..3] {
        scenario.finish(function, SECOND).unwrap();
    }
    scenario
}

fn manifest(run_id: &str) -> String {
    format!("manifests/run_id={run_id}/manifest.json")
}

fn publish(scenario: &Scenario) -> Result<Value, FunctionError> {
    scenario.call("publish-snapshot", &event(SECOND))
}

#[test]
fn a_damaged_pointer_or_base_stops_publication_until_it_is_put_right() {
    let scenario = with_a_second_run();
    let bucket = &scenario.connection.bucket;
    let pointer = key(&scenario, "latest.json");
    let led_to = bucket.get(&pointer).unwrap();
    for damaged in [pointer.clone(), key(&scenario, &manifest(FIRST))] {
        let whole = bucket.get(&damaged).unwrap();
        for ruin in ruins(&whole) {
            bucket.put(&damaged, ruin.clone());
            assert_names(&publish(&scenario).unwrap_err(), "CheckpointCorrupt", &[&damaged]);
            assert_eq!(bucket.get(&damaged), Some(ruin), "it is left as it is");
            assert_eq!(scenario.manifest(SECOND), None);
        }
        bucket.put(&damaged, whole);
        assert_eq!(bucket.get(&pointer).as_ref(), Some(&led_to));
    }
    assert_eq!(publish(&scenario).unwrap()["verdict"], "published");
}

#[test]
fn a_pointer_to_a_run_that_is_not_there_is_not_followed() {
    let scenario = with_a_second_run();
    let bucket = &scenario.connection.bucket;
    bucket.delete(&key(&scenario, &manifest(FIRST)));
    let error = publish(&scenario).unwrap_err();
    assert_names(&error, "CheckpointCorrupt", &[&manifest(FIRST)]);
    assert_eq!(scenario.latest().as_deref(), Some(FIRST));
}

#[test]
fn a_damaged_part_of_the_base_stops_publication() {
    let scenario = with_a_second_run();
    let bucket = &scenario.connection.bucket;
    let part = key(&scenario, &format!("snapshots/teams/run_id={FIRST}/part-00000.parquet"));
    let whole = bucket.get(&part).unwrap();
    for ruin in ruins(&whole) {
        bucket.put(&part, ruin);
        assert_names(&publish(&scenario).unwrap_err(), "CheckpointCorrupt", &[&part]);
    }
    assert_eq!(scenario.latest().as_deref(), Some(FIRST));
    bucket.put(&part, whole);
    assert_eq!(publish(&scenario).unwrap()["verdict"], "published");
}

#[test]
fn a_damaged_manifest_of_ones_own_is_named() {
    let scenario = with_a_second_run();
    publish(&scenario).unwrap();
    let bucket = &scenario.connection.bucket;
    let damaged = key(&scenario, &manifest(SECOND));
    for ruin in ruins(&bucket.get(&damaged).unwrap()) {
        bucket.put(&damaged, ruin);
        assert_names(&publish(&scenario).unwrap_err(), "CheckpointCorrupt", &[&damaged]);
    }
    // Without its working state a function looks there for what it did.
    bucket.delete(&key(&scenario, &format!("runs/{SECOND}/sync-users/checkpoint.json")));
    let error = scenario.call("sync-users", &event(SECOND)).unwrap_err();
    assert_names(&error, "CheckpointCorrupt", &[&damaged]);
}

/// As after a step back to an earlier release.
#[test]
fn nothing_is_built_on_a_manifest_of_a_later_release() {
    let scenario = with_a_second_run();
    let bucket = &scenario.connection.bucket;
    let base = key(&scenario, &manifest(FIRST));
    let later = of_a_later_release(&bucket.get(&base).unwrap());
    bucket.put(&base, later);
    let error = publish(&scenario).unwrap_err();
    assert_names(&error, "CheckpointCorrupt", &[&base, "later release", "update the stack"]);
    assert_eq!(scenario.manifest(SECOND), None);
    bucket.delete(&key(&scenario, "runs/current.json"));
    let error = scenario.call("sync-users", &event(THIRD)).unwrap_err();
    assert_names(&error, "CheckpointCorrupt", &[&base, "later release", "update the stack"]);
    assert_eq!(scenario.latest().as_deref(), Some(FIRST));
}
