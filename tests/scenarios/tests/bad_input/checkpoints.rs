//! Checkpoints that make no sense: the run stops and says which, instead of guessing.

use scenarios::{FUNCTIONS, Scenario};

use crate::support::{
    FIRST, SECOND, assert_names, event, fails_twice, key, objects, of_a_later_release, published,
    ruins,
};

const THIRD: &str = "20261122T030000Z";

/// A connection with a published run, and one that is complete but not judged.
fn with_a_second_run() -> Scenario {
    let scenario = published();
    for function in &FUNCTIONS[..3] {
        scenario.finish(function, SECOND).unwrap();
    }
    scenario
}

fn checkpoint(scenario: &Scenario, function: &str) -> String {
    key(scenario, &format!("runs/{SECOND}/{function}/checkpoint.json"))
}

#[test]
fn whoever_reads_it_says_which() {
    let scenario = with_a_second_run();
    let bucket = &scenario.connection.bucket;
    // Each function reads its own; teams and publication read that of the users too.
    for (function, of) in [
        ("sync-users", "sync-users"),
        ("sync-courses", "sync-courses"),
        ("publish-snapshot", "sync-users"),
        ("publish-snapshot", "sync-courses"),
    ] {
        let damaged = checkpoint(&scenario, of);
        let whole = bucket.get(&damaged).unwrap();
        let process = scenario.start(function);
        for corruption in ruins(&whole).into_iter().chain([of_a_later_release(&whole)]) {
            bucket.put(&damaged, corruption);
            // The run is over and has given its place back; nothing else is written.
            bucket.delete(&key(&scenario, "runs/current.json"));
            let before = objects(&scenario);
            let error = fails_twice(&process, &event(SECOND));
            assert_names(&error, "CheckpointCorrupt", &[&damaged]);
            assert_eq!(objects(&scenario), before, "nothing is written");
        }
        bucket.put(&damaged, whole);
    }
    assert_eq!(scenario.latest().as_deref(), Some(FIRST));
    let answer = scenario.call("publish-snapshot", &event(SECOND)).unwrap();
    assert_eq!(answer["verdict"], "published");
}

#[test]
fn teams_and_courses_do_not_begin_on_a_damaged_checkpoint_of_the_users() {
    let scenario = published();
    scenario.finish("sync-users", SECOND).unwrap();
    let damaged = checkpoint(&scenario, "sync-users");
    scenario.connection.bucket.put(&damaged, "garbage");
    for function in ["sync-teams", "sync-courses"] {
        let error = fails_twice(&scenario.start(function), &event(SECOND));
        assert_names(&error, "CheckpointCorrupt", &[&damaged]);
    }
    assert_eq!(scenario.latest().as_deref(), Some(FIRST));
}

/// As the message says.
/// What the message advises works, and at once.
#[test]
fn after_a_damaged_checkpoint_a_new_run_begins_at_once() {
    for function in &FUNCTIONS[..3] {
        let scenario = with_a_second_run();
        scenario.connection.bucket.put(&checkpoint(&scenario, function), "garbage");
        let error = scenario.call(function, &event(SECOND)).unwrap_err();
        assert_names(&error, "CheckpointCorrupt", &["start a new one"]);
        assert_eq!(scenario.run(THIRD).unwrap()["verdict"], "published");
        scenario.assert_tables_are_true(THIRD);
    }
}

#[test]
fn a_marker_of_the_current_run_that_makes_no_sense_holds_nobody_up() {
    let scenario = with_a_second_run();
    scenario.connection.bucket.put(&key(&scenario, "runs/current.json"), "garbage");
    let answer = scenario.call("publish-snapshot", &event(SECOND)).unwrap();
    assert_eq!(answer["verdict"], "published");
    assert_eq!(scenario.document("runs/current.json"), None);
}
