//! Publication that is killed and called again ends as if nothing had happened.

use scenarios::{PLENTY, Scenario};
use serde_json::json;

use crate::support::{
    FIRST, SECOND, Unpublished, WRITES, accept, assert_parts_are_whole, assert_verdict, key,
    object, publish, published, rename_somebody, small, sync, written,
};

#[track_caller]
fn assert_published(scenario: &Scenario, run_id: &str) {
    assert_verdict(&publish(scenario, run_id).unwrap(), "published", &[]);
    assert_eq!(scenario.latest().as_deref(), Some(run_id));
    assert_eq!(scenario.document("runs/current.json"), None);
    assert_parts_are_whole(scenario, run_id);
}

#[test]
fn killed_at_each_of_its_writes() {
    let scenario = published(small());
    for write in 0..WRITES {
        let run_id = format!("2026112{}T220000Z", 2 + write);
        rename_somebody(&scenario, &run_id);
        sync(&scenario, &run_id);
        let unpublished = Unpublished::note(&scenario);
        let (watched, before) = (&written(&run_id)[write], object(&scenario, "latest.json"));
        let process = scenario.start("publish-snapshot");
        // An answer may be faster than the kill; what must hold after it is the same.
        let answer = process.invoke_and_kill_when(&json!({ "run_id": run_id }), PLENTY, || {
            let there = object(&scenario, watched);
            if watched == "latest.json" { there != before } else { there.is_some() }
        });
        assert!(answer.is_none_or(|answer| answer.is_ok()));
        assert_published(&scenario, &run_id);
        unpublished.assert_as_undisturbed(&scenario, &run_id);
    }
}

/// Each state that a kill can leave, made by hand from a run that was published undisturbed.
#[test]
fn every_half_done_publication_is_finished() {
    let scenario = published(small());
    rename_somebody(&scenario, "Anna");
    sync(&scenario, SECOND);
    let unpublished = Unpublished::note(&scenario);
    assert_published(&scenario, SECOND);
    let undisturbed = unpublished.manifest(&scenario, SECOND);
    assert_eq!(undisturbed["base_run_id"], FIRST);
    assert_ne!(undisturbed["tables"]["changes"]["rows"], 0);
    for writes in 0..WRITES {
        unpublished.restore(&scenario, SECOND, writes);
        assert_published(&scenario, SECOND);
        let manifest = unpublished.manifest(&scenario, SECOND);
        assert_eq!(manifest, undisturbed, "after {writes} writes");
    }
}

#[test]
fn an_acceptance_that_was_recorded_holds() {
    let scenario = published(small());
    let before = object(&scenario, "latest.json").unwrap();
    scenario.simulator.world().shrink_users(10);
    assert_eq!(scenario.run(SECOND).unwrap()["verdict"], "quarantined");
    let accepted = accept(&scenario, SECOND, "lee@example.org").unwrap();
    // Killed before the pointer was moved.
    scenario.connection.bucket.put(&key(&scenario, "latest.json"), before);
    assert_eq!(publish(&scenario, SECOND).unwrap(), accepted);
    assert_eq!(scenario.latest().as_deref(), Some(SECOND));
}
