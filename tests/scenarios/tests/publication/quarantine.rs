//! Quarantine: a run that lost too much is kept, but readers are not led to it before somebody
//! answers for it.

use litmos_simulator::Options;
use scenarios::Scenario;
use serde_json::{Value, json};

use crate::support::{
    FIRST, SECOND, THIRD, accept, assert_verdict, object, objects, publish, published, small, sync,
};

fn tiny() -> Options {
    Options { teams: 0, courses: 0, ..small() }
}

/// A connection whose second run has lost a quarter of its users.
fn quarantined() -> Scenario {
    let scenario = published(tiny());
    scenario.simulator.world().shrink_users(30);
    let answer = scenario.run(SECOND).unwrap();
    assert_verdict(&answer, "quarantined", &["shrunk"]);
    scenario
}

#[test]
fn a_run_that_lost_too_much_is_kept_but_not_shown() {
    let scenario = published(tiny());
    let latest = object(&scenario, "latest.json");
    scenario.simulator.world().shrink_users(30);
    let answer = scenario.run(SECOND).unwrap();
    assert_verdict(&answer, "quarantined", &["shrunk"]);
    assert_eq!(answer["changes"]["users"], json!({ "added": 0, "removed": 10, "changed": 0 }));
    assert_eq!(object(&scenario, "latest.json"), latest);
    let manifest = scenario.manifest(SECOND).unwrap();
    assert_eq!(manifest["verdict"], "quarantined");
    assert_eq!(manifest["reasons"], answer["reasons"]);
    assert_eq!(scenario.document("runs/current.json"), None, "others may go on");
    assert_eq!(publish(&scenario, SECOND).unwrap(), answer, "asked again");
    assert_eq!(object(&scenario, "latest.json"), latest);
}

#[test]
fn whoever_accepts_it_is_recorded_and_readers_are_led_there() {
    let scenario = quarantined();
    let answer = accept(&scenario, SECOND, "lee@example.org").unwrap();
    assert_verdict(&answer, "published", &["shrunk"]);
    assert_eq!(scenario.latest().as_deref(), Some(SECOND));
    let record = scenario.document(&format!("acceptances/{SECOND}.json")).unwrap();
    let accepted_at = record["accepted_at"].as_str().unwrap();
    assert!(accepted_at.starts_with("20") && accepted_at.ends_with('Z'), "{record}");
    assert_eq!(
        record,
        json!({
            "run_id": SECOND, "by": "lee@example.org", "reason": "the contractors left",
            "accepted_at": accepted_at,
        })
    );
}

#[test]
fn what_was_accepted_stays_as_it_is() {
    let scenario = quarantined();
    let accepted = accept(&scenario, SECOND, "lee@example.org").unwrap();
    let before = objects(&scenario, "");
    assert_eq!(accept(&scenario, SECOND, "kim@example.org").unwrap(), accepted);
    assert_eq!(publish(&scenario, SECOND).unwrap(), accepted);
    assert_eq!(objects(&scenario, ""), before);
}

#[test]
fn the_next_run_is_compared_with_what_was_accepted() {
    let scenario = quarantined();
    accept(&scenario, SECOND, "lee@example.org").unwrap();
    assert_verdict(&scenario.run(THIRD).unwrap(), "published", &[]);
    assert_eq!(scenario.manifest(THIRD).unwrap()["base_run_id"], SECOND);
}

#[test]
fn the_next_run_is_compared_with_what_readers_see_and_not_with_what_was_quarantined() {
    let scenario = quarantined();
    assert_verdict(&scenario.run(THIRD).unwrap(), "quarantined", &["shrunk"]);
    assert_eq!(scenario.manifest(THIRD).unwrap()["base_run_id"], FIRST);
    assert_eq!(scenario.latest().as_deref(), Some(FIRST));
}

#[test]
fn accepting_does_not_wait_for_the_run_under_way_nor_disturb_it() {
    let scenario = quarantined();
    sync(&scenario, THIRD);
    let marker = object(&scenario, "runs/current.json");
    accept(&scenario, SECOND, "lee@example.org").unwrap();
    assert_eq!(scenario.latest().as_deref(), Some(SECOND));
    assert_eq!(object(&scenario, "runs/current.json"), marker);
    assert_verdict(&publish(&scenario, THIRD).unwrap(), "published", &[]);
    assert_eq!(scenario.manifest(THIRD).unwrap()["base_run_id"], SECOND);
}

#[test]
fn nothing_is_recorded_where_nothing_was_to_be_accepted() {
    let scenario = published(tiny());
    let answer = accept(&scenario, FIRST, "lee@example.org").unwrap();
    assert_verdict(&answer, "published", &[]);
    assert!(objects(&scenario, "acceptances/").is_empty());
}

#[test]
fn a_small_table_may_shrink_but_not_vanish() {
    let scenario = published(Options { teams: 9, members_per_team: Some(1), ..small() });
    let world = scenario.simulator.world();
    world.team_ids()[2..].iter().for_each(|team| assert!(world.delete_team(team)));
    assert_verdict(&scenario.run(SECOND).unwrap(), "published", &[]);
    world.team_ids().iter().for_each(|team| assert!(world.delete_team(team)));
    let answer = scenario.run(THIRD).unwrap();
    assert_verdict(&answer, "quarantined", &["shrunk", "shrunk"]);
    let about = |reason: &Value, table| reason.as_str().unwrap().contains(table);
    assert!(about(&answer["reasons"][0], "team_members"), "{answer:#}");
    assert!(about(&answer["reasons"][1], "teams has 0 rows"), "{answer:#}");
}

#[test]
fn how_much_may_be_lost_is_configured() {
    for (percent, verdict, codes) in
        [("24.9", "quarantined", &["shrunk"][..]), ("25", "published", &[])]
    {
        let scenario = published(tiny())
            .with(|environment| environment.set("ROLLCALL_MAX_SHRINK_PERCENT", percent));
        scenario.simulator.world().shrink_users(30);
        assert_verdict(&scenario.run(SECOND).unwrap(), verdict, codes);
    }
}
