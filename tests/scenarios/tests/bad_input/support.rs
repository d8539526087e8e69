//! What the tests of bad input have in common.

use std::{collections::BTreeMap, net::TcpListener};

use litmos_simulator::Options;
use scenarios::{Function, FunctionError, PLENTY, Scenario};
use serde_json::{Value, json};

pub(crate) const FIRST: &str = "20261121T220000Z";
pub(crate) const SECOND: &str = "20261122T220000Z";
/// Every function of this release.
pub(crate) const EVERY: [&str; 7] = [
    "sync-users",
    "sync-teams",
    "sync-courses",
    "publish-snapshot",
    "check-connection",
    "provision",
    "expire-grants",
];

/// A world in which a run takes few requests.
pub(crate) fn small() -> Options {
    Options { users: 40, teams: 2, courses: 3, ..Options::default() }
}

/// A connection with a published run.
pub(crate) fn published() -> Scenario {
    let scenario = Scenario::new(small());
    assert_eq!(scenario.run(FIRST).unwrap()["verdict"], "published");
    scenario
}

/// The event of a run.
pub(crate) fn event(run_id: &str) -> Value {
    json!({ "run_id": run_id })
}

/// Hands a process an event twice, as an environment that failed once is used again, and gives
/// the error, which must be the same.
#[track_caller]
pub(crate) fn fails_twice(process: &Function, event: &Value) -> FunctionError {
    let [first, second] = [(); 2].map(|()| process.invoke(event, PLENTY).unwrap_err());
    assert_eq!(first, second);
    first
}

#[track_caller]
pub(crate) fn assert_names(error: &FunctionError, error_type: &str, about: &[&str]) {
    assert_eq!(error.error_type, error_type, "{error}");
    for name in about {
        assert!(error.error_message.contains(name), "{error} does not name {name}");
    }
}

/// A whole key of the connection.
pub(crate) fn key(scenario: &Scenario, below: &str) -> String {
    format!("{}/{below}", scenario.connection.name)
}

/// Everything in the connection's bucket.
pub(crate) fn objects(scenario: &Scenario) -> BTreeMap<String, Vec<u8>> {
    let bucket = &scenario.connection.bucket;
    bucket.keys("").into_iter().map(|key| (key.clone(), bucket.get(&key).unwrap())).collect()
}

/// Garbage, or what is left of a document after something went wrong with it.
pub(crate) fn ruins(document: &[u8]) -> Vec<Vec<u8>> {
    vec![
        Vec::new(),
        b"\0\x9f garbage".to_vec(),
        b"{}".to_vec(),
        b"[1, 2]".to_vec(),
        document[..document.len() / 2].to_vec(),
    ]
}

/// The document as a release to come might write it.
pub(crate) fn of_a_later_release(document: &[u8]) -> Vec<u8> {
    let mut later: Value = serde_json::from_slice(document).expect("a document is JSON");
    assert!(later["version"].is_u64(), "{later} has no version");
    later["version"] = 99.into();
    later.to_string().into()
}

/// An endpoint that refuses connections.
pub(crate) fn nobody_listens_here() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free loopback port");
    format!("http://{}", listener.local_addr().expect("a bound socket has an address"))
}
