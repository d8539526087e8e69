//! What the tests of publication have in common.

mod comparison;
mod unpublished;

use std::collections::BTreeMap;

use litmos_simulator::Options;
use scenarios::{FUNCTIONS, FunctionError, Scenario};
use serde_json::{Value, json};

pub(crate) use comparison::{changes, differences};
pub(crate) use unpublished::{Unpublished, WRITES, written};

pub(crate) const FIRST: &str = "20261121T220000Z";
pub(crate) const SECOND: &str = "20261122T220000Z";
pub(crate) const THIRD: &str = "20261123T220000Z";
pub(crate) const FOURTH: &str = "20261124T220000Z";

/// A world in which a run takes few requests.
pub(crate) fn small() -> Options {
    Options { users: 40, teams: 2, courses: 3, ..Options::default() }
}

/// A connection with a published run.
pub(crate) fn published(options: Options) -> Scenario {
    let scenario = Scenario::new(options);
    assert_verdict(&scenario.run(FIRST).unwrap(), "published", &[]);
    scenario
}

/// A run up to its publication.
pub(crate) fn sync(scenario: &Scenario, run_id: &str) {
    for function in &FUNCTIONS[..3] {
        scenario.finish(function, run_id).unwrap();
    }
}

pub(crate) fn publish(scenario: &Scenario, run_id: &str) -> Result<Value, FunctionError> {
    scenario.call("publish-snapshot", &json!({ "run_id": run_id }))
}

pub(crate) fn accept(scenario: &Scenario, run_id: &str, by: &str) -> Result<Value, FunctionError> {
    let accept = json!({ "by": by, "reason": "the contractors left" });
    scenario.call("publish-snapshot", &json!({ "run_id": run_id, "accept": accept }))
}

/// Asserts on an answer's verdict and the codes of its reasons, in their order.
#[track_caller]
pub(crate) fn assert_verdict(answer: &Value, verdict: &str, codes: &[&str]) {
    let reasons = answer["reasons"].as_array().into_iter().flatten().map(|r| r.as_str().unwrap());
    let found: Vec<_> = reasons.map(|reason| reason.split(':').next().unwrap()).collect();
    assert_eq!((answer["verdict"].as_str(), &*found), (Some(verdict), codes), "{answer:#}");
}

#[track_caller]
pub(crate) fn assert_fails(answer: Result<Value, FunctionError>, error_type: &str, about: &str) {
    let error = answer.expect_err("the function should have failed");
    assert_eq!(error.error_type, error_type, "{error}");
    assert!(error.error_message.contains(about), "{error} does not name {about}");
}

/// A whole key of the connection.
pub(crate) fn key(scenario: &Scenario, below: &str) -> String {
    format!("{}/{below}", scenario.connection.name)
}

/// An object's content, by its key below the connection's name.
pub(crate) fn object(scenario: &Scenario, below: &str) -> Option<Vec<u8>> {
    scenario.connection.bucket.get(&key(scenario, below))
}

/// Everything below a prefix of the connection.
pub(crate) fn objects(scenario: &Scenario, below: &str) -> BTreeMap<String, Vec<u8>> {
    let bucket = &scenario.connection.bucket;
    let keys = bucket.keys(&key(scenario, below)).into_iter();
    keys.map(|key| (key.clone(), bucket.get(&key).expect("it was listed"))).collect()
}

/// Renames somebody, so that the next run has changes.
pub(crate) fn rename_somebody(scenario: &Scenario, name: &str) {
    let world = scenario.simulator.world();
    assert!(world.rename_user(&world.user_ids()[1], name, "Ny"));
}

/// Asserts that a run's folders hold the parts of its manifest, as they are described, and nothing
/// else.
#[track_caller]
pub(crate) fn assert_parts_are_whole(scenario: &Scenario, run_id: &str) {
    let manifest = scenario.manifest(run_id).expect("the run is judged");
    for (table, listed) in manifest["tables"].as_object().unwrap() {
        let there = objects(scenario, &format!("snapshots/{table}/run_id={run_id}/"));
        let parts = listed["parts"].as_array().unwrap();
        let keys: Vec<_> = parts.iter().map(|part| part["key"].as_str().unwrap()).collect();
        assert!(
            there.keys().eq(&keys),
            "{table}: {keys:?} are listed, {:?} lie there",
            there.keys()
        );
        for (part, bytes) in parts.iter().zip(there.values()) {
            assert_eq!(
                (&part["bytes"], &part["sha256"]),
                (&json!(bytes.len()), &json!(sha256(bytes)))
            );
        }
        let rows: u64 = parts.iter().map(|part| part["rows"].as_u64().unwrap()).sum();
        assert_eq!(listed["rows"], rows, "{table}");
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
