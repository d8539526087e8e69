//! The manifest and the pointer, as documents.

use litmos_simulator::{Fault, Options, Rule};
use scenarios::{FUNCTIONS, Scenario};
use serde_json::{Value, json};

use crate::support::{FIRST, SECOND, assert_parts_are_whole, assert_verdict, key, small};

/// The columns that a run over Litmos' lists can tell.
const KNOWN: [(&str, &[&str]); 6] = [
    ("changes", &["table", "change", "key", "before", "after", "missed_by_delta"]),
    ("courses", &["course_id", "code", "name", "active", "kind", "attributes"]),
    (
        "enrolments",
        &["course_id", "user_id", "status", "percent_complete", "due_at", "compliant_till"],
    ),
    ("team_members", &["team_id", "user_id", "is_leader", "is_admin"]),
    ("teams", &["team_id", "name", "code", "parent_team_id"]),
    (
        "users",
        &[
            "user_id",
            "user_name",
            "first_name",
            "last_name",
            "email",
            "active",
            "role",
            "brand",
            "manager_id",
            "created_at",
            "last_login_at",
            "attributes",
        ],
    ),
];

fn tables(scenario: &Scenario, run_id: &str) -> Value {
    let table = |(name, known): (&str, &[&str])| {
        let rows = scenario.table(name, run_id).len();
        let key = key(scenario, &format!("snapshots/{name}/run_id={run_id}/part-00000.parquet"));
        let bytes = scenario.connection.bucket.get(&key).unwrap();
        let sha256 = crate::support::sha256(&bytes);
        let part = json!({ "key": key, "rows": rows, "bytes": bytes.len(), "sha256": sha256 });
        (name.to_owned(), json!({ "rows": rows, "known_columns": known, "parts": [part] }))
    };
    KNOWN.into_iter().map(table).collect::<serde_json::Map<_, _>>().into()
}

#[test]
fn a_first_runs_manifest_is_this_document() {
    let scenario = Scenario::new(Options { teams: 3, ..small() });
    scenario.simulator.faults().add(Rule::new(Fault::GatewayTimeout).on("/teams?").times(1));
    let mut requests = serde_json::Map::new();
    for function in &FUNCTIONS[..3] {
        scenario.simulator.reset_log();
        let (answer, _) = scenario.finish(function, FIRST).unwrap();
        let retried = u64::from(*function == "sync-teams");
        let counts = json!({ "sent": scenario.simulator.log().count(), "retried": retried });
        assert_eq!(answer["requests"], counts, "{function}");
        requests.insert((*function).to_owned(), counts);
    }
    let answer = scenario.call("publish-snapshot", &json!({ "run_id": FIRST })).unwrap();
    assert_verdict(&answer, "published", &[]);

    let manifest = scenario.manifest(FIRST).unwrap();
    let [started, finished] = ["started_at", "finished_at"].map(|at| manifest[at].clone());
    assert!(started.as_str().unwrap() < finished.as_str().unwrap(), "{started} {finished}");
    assert_eq!(
        manifest,
        json!({
            "version": 1,
            "connection": scenario.connection.name,
            "vendor": "litmos",
            "account": {
                "vendor": "litmos",
                "region": "us",
                "account": "rollcall-tests",
                "base_url": scenario.simulator.base_url(),
            },
            "run_id": FIRST,
            "mode": "full",
            "started_at": started,
            "finished_at": finished,
            "base_run_id": null,
            "full_run": { "run_id": FIRST, "started_at": started, "age_seconds": 0 },
            "page_cap": null,
            "longest_page": 40,
            "carried_from": null,
            "missed_by_delta": null,
            "unreadable": {},
            "memberships_unsure": [],
            "verdict": "published",
            "reasons": [],
            "scope": { "limited_courses": null },
            "tables": tables(&scenario, FIRST),
            "requests": requests,
        })
    );
}

#[test]
fn the_pointer_is_this_document() {
    let scenario = Scenario::new(small());
    for run_id in [FIRST, SECOND] {
        scenario.run(run_id).unwrap();
        let manifest = key(&scenario, &format!("manifests/run_id={run_id}/manifest.json"));
        let latest = scenario.document("latest.json");
        assert_eq!(latest, Some(json!({ "run_id": run_id, "manifest": manifest })));
    }
}

#[test]
fn the_manifest_lists_exactly_what_lies_there() {
    let scenario = Scenario::new(Options { teams: 0, courses: 0, ..small() });
    scenario.run(FIRST).unwrap();
    assert_parts_are_whole(&scenario, FIRST);
    let manifest = scenario.manifest(FIRST).unwrap();
    for table in ["changes", "courses", "enrolments", "team_members", "teams"] {
        let parts = manifest["tables"][table]["parts"].as_array().unwrap();
        assert_eq!(parts.len(), 1, "{table}: also without rows");
    }
}
