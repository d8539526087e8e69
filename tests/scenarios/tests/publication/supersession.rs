//! Supersession: readers never go back, and never past a run that theirs was not compared with.

use litmos_simulator::Options;

use crate::support::{
    FIRST, FOURTH, SECOND, THIRD, accept, assert_fails, assert_verdict, key, object, objects,
    publish, published, small, sync,
};

fn tiny() -> Options {
    Options { teams: 0, courses: 0, ..small() }
}

#[test]
fn a_quarantined_run_cannot_be_accepted_after_a_newer_one_was_published() {
    let scenario = published(tiny());
    scenario.simulator.world().shrink_users(30);
    assert_verdict(&scenario.run(SECOND).unwrap(), "quarantined", &["shrunk"]);
    let scenario = scenario.with(|e| e.set("ROLLCALL_MAX_SHRINK_PERCENT", "100"));
    assert_verdict(&scenario.run(THIRD).unwrap(), "published", &[]);
    let latest = object(&scenario, "latest.json");
    assert_fails(accept(&scenario, SECOND, "lee@example.org"), "RunSuperseded", THIRD);
    assert_fails(accept(&scenario, SECOND, "lee@example.org"), "RunSuperseded", THIRD);
    assert_eq!(object(&scenario, "latest.json"), latest);
    assert_verdict(&scenario.run(FOURTH).unwrap(), "published", &[]);
    assert_eq!(scenario.manifest(FOURTH).unwrap()["base_run_id"], THIRD);
}

#[test]
fn a_run_from_before_the_published_one_reads_nothing_and_others_go_on() {
    let scenario = published(tiny());
    let event = serde_json::json!({ "run_id": "20261121T215959Z" });
    let (judged, latest) = (objects(&scenario, "manifests/"), object(&scenario, "latest.json"));
    let requests = scenario.requests();
    for _ in 0..2 {
        assert_fails(scenario.call("sync-users", &event), "RunSuperseded", FIRST);
        assert_eq!(scenario.document("runs/current.json"), None);
    }
    assert_eq!(scenario.requests(), requests, "the vendor is not asked");
    assert_eq!(objects(&scenario, "manifests/"), judged);
    assert_eq!(object(&scenario, "latest.json"), latest);
    assert_verdict(&scenario.run(SECOND).unwrap(), "published", &[]);
}

#[test]
fn readers_are_not_led_past_a_run_that_theirs_was_not_compared_with() {
    let scenario = published(tiny());
    scenario.simulator.world().shrink_users(30);
    assert_verdict(&scenario.run(SECOND).unwrap(), "quarantined", &["shrunk"]);
    let scenario = scenario.with(|e| e.set("ROLLCALL_MAX_SHRINK_PERCENT", "100"));
    sync(&scenario, THIRD);
    // The third run was killed when it had settled to be compared with the first, like the second.
    let settled = object(&scenario, &format!("runs/{SECOND}/publication.json")).unwrap();
    let of_third = key(&scenario, &format!("runs/{THIRD}/publication.json"));
    scenario.connection.bucket.put(&of_third, settled);
    accept(&scenario, SECOND, "lee@example.org").unwrap();
    assert_fails(publish(&scenario, THIRD), "RunSuperseded", SECOND);
    assert_eq!(scenario.latest().as_deref(), Some(SECOND));
    assert_verdict(&scenario.run(FOURTH).unwrap(), "published", &[]);
    assert_eq!(scenario.manifest(FOURTH).unwrap()["base_run_id"], SECOND);
}

#[test]
fn a_run_that_was_published_before_the_last_one_still_answers_so() {
    let scenario = published(tiny());
    let first = publish(&scenario, FIRST).unwrap();
    assert_verdict(&scenario.run(SECOND).unwrap(), "published", &[]);
    let latest = object(&scenario, "latest.json");
    assert_eq!(publish(&scenario, FIRST).unwrap(), first);
    assert_eq!(object(&scenario, "latest.json"), latest);
}
