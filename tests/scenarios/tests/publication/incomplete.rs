//! A run that is not complete is not judged, and can still be completed.

use litmos_simulator::{Fault, Rule};
use scenarios::{FUNCTIONS, Scenario};
use serde_json::json;

use crate::support::{FIRST, accept, assert_fails, assert_verdict, objects, publish, small};

#[track_caller]
fn assert_incomplete(scenario: &Scenario, about: &str) {
    let before = objects(scenario, "");
    assert_fails(publish(scenario, FIRST), "RunIncomplete", about);
    assert_fails(accept(scenario, FIRST, "lee@example.org"), "RunIncomplete", about);
    assert_eq!(objects(scenario, ""), before, "nothing is written");
}

#[test]
fn each_function_is_waited_for() {
    let scenario = Scenario::new(small());
    for function in &FUNCTIONS[..3] {
        assert_incomplete(&scenario, function);
        scenario.finish(function, FIRST).unwrap();
    }
    assert_verdict(&publish(&scenario, FIRST).unwrap(), "published", &[]);
    scenario.assert_tables_are_true(FIRST);
}

#[test]
fn half_a_walk_is_not_complete() {
    let scenario = Scenario::new(small());
    for function in &FUNCTIONS[..2] {
        scenario.finish(function, FIRST).unwrap();
    }
    let course = &scenario.simulator.world().course_ids()[1];
    let learners = format!("/courses/{course}/users");
    scenario.simulator.faults().add(Rule::new(Fault::Forbidden).on(learners));
    let courses = scenario.call("sync-courses", &json!({ "run_id": FIRST }));
    assert_fails(courses, "VendorForbidden", course);
    assert_incomplete(&scenario, "sync-courses has not finished");
    assert_eq!(scenario.latest(), None);

    scenario.simulator.faults().clear();
    scenario.finish("sync-courses", FIRST).unwrap();
    assert_verdict(&publish(&scenario, FIRST).unwrap(), "published", &[]);
    scenario.assert_tables_are_true(FIRST);
}

#[test]
fn teams_need_the_users_of_their_run() {
    let scenario = Scenario::new(small());
    let teams = scenario.call("sync-teams", &json!({ "run_id": FIRST }));
    assert_fails(teams, "RunIncomplete", "sync-users");
    assert_eq!(scenario.simulator.log().count(), 0);
    scenario.finish("sync-users", FIRST).unwrap();
    scenario.finish("sync-teams", FIRST).unwrap();
}
