//! What several of these tests need.

use std::{collections::BTreeMap, sync::LazyLock};

use litmos_simulator::Options;
use scenarios::{SYNC_FUNCTIONS, Scenario};
use serde_json::{Value, json};

/// The run that the tests make.
pub(crate) const RUN: &str = "20261121T220000Z";

/// The event that starts or continues it.
pub(crate) fn event() -> Value {
    json!({ "run_id": RUN })
}

/// An undisturbed run, its tables compared with the truth.
pub(crate) struct Undisturbed {
    pub(crate) parts: BTreeMap<String, (Value, Value)>,
    pub(crate) requests: usize,
}

/// An organisation of few things: enough to stage more than once.
pub(crate) fn small() -> Options {
    Options { users: 60, teams: 4, courses: 14, ..Options::default() }
}

/// The undisturbed run of the small organisation.
pub(crate) static SMALL: LazyLock<Undisturbed> = LazyLock::new(|| undisturbed(small()));

/// An organisation that takes many requests, each of few rows.
pub(crate) fn wide() -> Options {
    Options { users: 60, teams: 50, courses: 110, ..Options::default() }
}

/// The undisturbed run of the wide organisation.
pub(crate) static WIDE: LazyLock<Undisturbed> = LazyLock::new(|| undisturbed(wide()));

/// Makes an undisturbed run of such an organisation.
pub(crate) fn undisturbed(options: Options) -> Undisturbed {
    let scenario = Scenario::new(options);
    let answer = scenario.run(RUN).expect("nothing disturbs it");
    assert_eq!(answer["verdict"], "published", "{answer:#}");
    scenario.assert_tables_are_true(RUN);
    Undisturbed { parts: scenario.listed_parts(RUN), requests: scenario.requests() }
}

/// Finishes the sync functions, publishes, and asserts that the outcome is as if nothing had been.
pub(crate) fn assert_ends_as(scenario: &Scenario, undisturbed: &Undisturbed) {
    for function in SYNC_FUNCTIONS {
        if let Err(error) = scenario.finish(function, RUN) {
            panic!("{function}: {error}");
        }
    }
    assert_published_as(scenario, undisturbed);
}

/// Publishes the finished run, and asserts that the outcome is as if nothing had been.
pub(crate) fn assert_published_as(scenario: &Scenario, undisturbed: &Undisturbed) {
    let answer = scenario.call("publish-snapshot", &event()).expect("the run is complete");
    assert_eq!(answer["verdict"], "published", "{answer:#}");
    assert_eq!(scenario.listed_parts(RUN), undisturbed.parts);
    let listed: Vec<_> = undisturbed.parts.keys().cloned().collect();
    assert_eq!(scenario.stored_parts(RUN), listed, "what lies in the run's folders");
}

/// The requests that the manifest counts: all, and those that were repeats.
pub(crate) fn counted(scenario: &Scenario) -> (u64, u64) {
    let manifest = scenario.manifest(RUN).expect("the run is judged");
    let count = |of: &str| {
        let function = |function: &&str| manifest["requests"][*function][of].as_u64();
        SYNC_FUNCTIONS.iter().filter_map(function).sum()
    };
    (count("sent"), count("retried"))
}

/// The reason of the manifest that begins with this code.
pub(crate) fn reason(scenario: &Scenario, code: &str) -> Option<String> {
    let manifest = scenario.manifest(RUN).expect("the run is judged");
    let reasons = manifest["reasons"].as_array().expect("reasons are a list").clone();
    let reasons = reasons.iter().map(scenarios::text);
    reasons.into_iter().find(|reason| reason.starts_with(&format!("{code}:")))
}

/// How often each request was sent, by path and query.
pub(crate) fn per_request(scenario: &Scenario) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for entry in scenario.simulator.log().entries() {
        *counts.entry(format!("{}?{}", entry.path, entry.query)).or_default() += 1;
    }
    counts
}

/// How many requests there were for a path below the base.
pub(crate) fn requests_for(scenario: &Scenario, path: &str) -> usize {
    let per_path = scenario.simulator.log().per_path();
    per_path.get(&format!("/v1.svc{path}")).copied().unwrap_or_default()
}
