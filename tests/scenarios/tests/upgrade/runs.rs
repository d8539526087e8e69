//! Runs that were under way.

use std::thread;

use scenarios::{
    Recorded, SYNC_FUNCTIONS, Scenario, Vendor,
    situations::{FIRST, LITMOS, PERCIPIO, SECOND, Situation},
};
use serde_json::json;

const THIRD: &str = "20261122T030000Z";

/// The vendor of a situation, and the bucket as a release has left it.
fn restored<V: Vendor>(release: &str, situation: &Situation<V>) -> Scenario<V> {
    let scenario = (situation.world)();
    Recorded::of(release, situation.name).restore(&scenario.connection);
    assert_eq!(scenario.latest().as_deref(), Some(FIRST));
    scenario
}

/// The next run builds on what another release has published.
fn assert_goes_on<V: Vendor>(scenario: &Scenario<V>) {
    assert_eq!(scenario.latest().as_deref(), Some(SECOND));
    let answer = scenario.delta_run(THIRD).unwrap();
    assert_eq!(answer["verdict"], "published", "{answer:#}");
    let manifest = scenario.manifest(THIRD).unwrap();
    assert_eq!(manifest["base_run_id"], SECOND);
    assert_eq!(scenario.table("users", THIRD).len(), scenario.table("users", SECOND).len());
}

fn assert_is_finished<V: Vendor>(release: &str, situation: &Situation<V>) {
    let scenario = restored(release, situation);
    let before = scenario.document(&format!("runs/{SECOND}/sync-users/checkpoint.json")).unwrap();
    let answer = scenario.run(SECOND).unwrap();
    assert_eq!(answer["verdict"], "published", "{release}, {situation:?}: {answer:#}");
    scenario.assert_tables_are_true(SECOND);
    let manifest = scenario.manifest(SECOND).unwrap();
    assert_eq!(manifest["started_at"], before["started_at"], "it is the run that was begun");
    assert_goes_on(&scenario);
}

#[test]
fn a_run_that_another_release_began_is_finished() {
    let releases = Recorded::releases();
    // They wait more than they work.
    thread::scope(|scope| {
        for release in &releases {
            let begun = LITMOS.iter().filter(|situation| situation.name != "litmos-quarantined");
            begun.for_each(|situation| _ = scope.spawn(|| assert_is_finished(release, situation)));
            let begun = PERCIPIO.iter();
            begun.for_each(|situation| _ = scope.spawn(|| assert_is_finished(release, situation)));
        }
    });
}

/// What was read before is not read again.
#[test]
fn it_goes_on_where_it_was() {
    let situation = LITMOS.iter().find(|situation| situation.name == "litmos-courses").unwrap();
    for release in Recorded::releases() {
        let scenario = restored(&release, situation);
        let key = format!("runs/{SECOND}/sync-courses/checkpoint.json");
        let before = scenario.document(&key).unwrap()["requests"]["sent"].as_u64().unwrap();
        for function in &SYNC_FUNCTIONS[..2] {
            scenario.finish(function, SECOND).unwrap();
        }
        assert_eq!(scenario.requests(), 0, "they were complete");
        let (answer, _) = scenario.finish("sync-courses", SECOND).unwrap();
        assert!(before > 0, "{release}: nothing was read");
        assert_eq!(answer["requests"]["sent"], before + scenario.requests() as u64);
    }
}

#[test]
fn a_run_that_another_release_quarantined_is_accepted() {
    let situation = LITMOS.iter().find(|situation| situation.name == "litmos-quarantined").unwrap();
    for release in Recorded::releases() {
        let scenario = restored(&release, situation);
        scenario.simulator.world().shrink_users(20);
        let accept = json!({ "by": "lee@example.org", "reason": "the contractors left" });
        let event = json!({ "run_id": SECOND, "accept": accept });
        let answer = scenario.call("publish-snapshot", &event).unwrap();
        assert_eq!(answer["verdict"], "published", "{release}: {answer:#}");
        assert_goes_on(&scenario);
    }
}
