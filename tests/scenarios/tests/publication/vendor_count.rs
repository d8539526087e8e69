//! The vendor's own count of users: a list that differs from it much is not believed.

use litmos_simulator::{BadRow, Fault, Options, Quirks, Rule};
use scenarios::{PLENTY, Scenario};
use serde_json::json;

use crate::support::{FIRST, assert_verdict, small, sync};

fn tiny() -> Options {
    Options { teams: 0, courses: 0, ..small() }
}

#[test]
fn users_missing_from_the_list_quarantine_the_run() {
    let scenario = Scenario::new(tiny());
    for row in [3, 5] {
        let no_id = Fault::BadRow { kind: BadRow::NoId, row };
        scenario.simulator.faults().add(Rule::new(no_id).on("/users/details"));
    }
    let answer = scenario.run(FIRST).unwrap();
    assert_verdict(&answer, "quarantined", &["count_differs", "faulty_rows"]);
    let reason = answer["reasons"][0].as_str().unwrap();
    assert!(reason.contains("users has 38 rows, the vendor counts 40"), "{reason}");
    assert_eq!(scenario.latest(), None);
}

#[test]
fn users_that_are_counted_and_not_listed_quarantine_the_run() {
    let quirks = Quirks { users_hidden: 5, ..Quirks::default() };
    let scenario = Scenario::new(Options { quirks, ..tiny() });
    assert_verdict(&scenario.run(FIRST).unwrap(), "quarantined", &["count_differs"]);
}

#[test]
fn users_that_come_after_the_count_are_counted_again() {
    let scenario = Scenario::new(tiny());
    // The list is refused until the users are there; it is asked for when the count is known.
    let simulator = &scenario.simulator;
    simulator.faults().add(Rule::new(Fault::Unavailable).on("/users/details"));
    let function = scenario.start("sync-users");
    let answer = function.invoke_and_kill_when(&json!({ "run_id": FIRST }), PLENTY, || {
        let counted = simulator.log().entries().iter().any(|call| call.path.ends_with("/details"));
        if counted && simulator.world().user_ids().len() == 40 {
            (0..5).for_each(|_| drop(simulator.world().add_user("Late", "Comer")));
            simulator.faults().clear();
        }
        false
    });
    assert_eq!(answer.unwrap().unwrap()["tables"]["users"]["rows"], 45);
    sync(&scenario, FIRST);
    let answer = scenario.call("publish-snapshot", &json!({ "run_id": FIRST })).unwrap();
    assert_verdict(&answer, "published", &[]);
}

#[test]
fn one_more_or_less_is_the_course_of_things() {
    let scenario = Scenario::new(tiny());
    let no_id = Fault::BadRow { kind: BadRow::NoId, row: 3 };
    scenario.simulator.faults().add(Rule::new(no_id).on("/users/details"));
    let reasons = &["count_differs_slightly", "faulty_rows"];
    assert_verdict(&scenario.run(FIRST).unwrap(), "published", reasons);
}

#[test]
fn an_account_without_users_is_not_believed() {
    let scenario = Scenario::new(Options { users: 0, ..tiny() });
    assert_verdict(&scenario.run(FIRST).unwrap(), "quarantined", &["no_users"]);
}
