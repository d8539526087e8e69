//! History is never rewritten: what is create-only stays as it is, whatever is called again.

use std::collections::BTreeMap;

use litmos_simulator::Options;
use scenarios::{FUNCTIONS, Scenario};
use serde_json::json;

use crate::support::{
    FIRST, SECOND, THIRD, accept, assert_verdict, objects, publish, published, small,
};

fn history(scenario: &Scenario) -> BTreeMap<String, Vec<u8>> {
    let folders = ["snapshots/", "manifests/", "acceptances/"];
    folders.into_iter().flat_map(|folder| objects(scenario, folder)).collect()
}

/// A connection with a published run, and one that was quarantined and accepted.
fn with_a_past() -> Scenario {
    let scenario = published(Options { users: 60, ..small() });
    scenario.simulator.world().shrink_users(40);
    assert_eq!(scenario.run(SECOND).unwrap()["verdict"], "quarantined");
    accept(&scenario, SECOND, "lee@example.org").unwrap();
    scenario
}

fn call_everything_again(scenario: &Scenario) {
    for run_id in [FIRST, SECOND] {
        for function in &FUNCTIONS[..3] {
            let again = scenario.call(function, &json!({ "run_id": run_id })).unwrap();
            assert_eq!(again["status"], "complete", "{function}: {again:#}");
        }
        assert_eq!(publish(scenario, run_id).unwrap()["verdict"], "published");
        assert_eq!(accept(scenario, run_id, "kim").unwrap()["verdict"], "published");
    }
}

#[test]
fn calling_everything_again_changes_nothing_though_the_world_has_changed() {
    let scenario = with_a_past();
    let world = scenario.simulator.world();
    assert!(world.rename_user(&world.user_ids()[0], "Anna", "Ny"));
    let (before, requests) = (objects(&scenario, ""), scenario.simulator.log().count());
    call_everything_again(&scenario);
    assert_eq!(objects(&scenario, ""), before);
    assert_eq!(scenario.simulator.log().count(), requests, "the vendor is not asked");
}

#[test]
fn it_stays_so_when_the_working_state_is_gone() {
    let scenario = with_a_past();
    let answers: Vec<_> = FUNCTIONS
        .map(|function| scenario.call(function, &json!({ "run_id": FIRST })).unwrap())
        .into();
    for key in objects(&scenario, "runs/").keys() {
        scenario.connection.bucket.delete(key);
    }
    let (before, requests) = (objects(&scenario, ""), scenario.simulator.log().count());
    call_everything_again(&scenario);
    assert_eq!(objects(&scenario, ""), before);
    assert_eq!(scenario.simulator.log().count(), requests, "the vendor is not asked");
    for (function, answer) in FUNCTIONS.iter().zip(answers) {
        let again = scenario.call(function, &json!({ "run_id": FIRST })).unwrap();
        assert_eq!(again, answer, "{function}");
    }
}

#[test]
fn the_next_run_only_adds() {
    let scenario = with_a_past();
    let before = history(&scenario);
    let world = scenario.simulator.world();
    assert!(world.rename_user(&world.user_ids()[0], "Anna", "Ny"));
    assert_verdict(&scenario.run(THIRD).unwrap(), "published", &[]);
    let mut after = history(&scenario);
    after.retain(|key, _| before.contains_key(key));
    assert_eq!(after, before);
}
