//! A whole run: what is published is what the vendor has.

use litmos_simulator::{Options, Quirks, Repeats};
use scenarios::Scenario;
use serde_json::json;

const RUN: &str = "20261121T220000Z";

#[test]
fn what_is_published_is_what_the_vendor_has() {
    let scenario = Scenario::new(Options::default());
    let answer = scenario.run(RUN).unwrap();
    assert_eq!(answer["verdict"], "published", "{answer:#}");
    assert_eq!(scenario.latest().as_deref(), Some(RUN));
    scenario.assert_tables_are_true(RUN);
}

#[test]
fn an_odd_vendor_gives_the_same_tables() {
    let quirks = Quirks {
        nil_access_level_percent: 50,
        long_page_every: Some(2),
        repeats: Some(Repeats { every_pages: 2, rows: 3 }),
        ..Quirks::default()
    };
    for page_cap in [None, Some(100), Some(37)] {
        let quirks = Quirks { page_cap, ..quirks.clone() };
        let scenario = Scenario::new(Options { users: 2_300, quirks, ..Options::default() });
        let answer = scenario.run(RUN).unwrap();
        assert_eq!(answer["verdict"], "published", "{page_cap:?}: {answer:#}");
        scenario.assert_tables_are_true(RUN);
    }
}

#[test]
fn a_run_that_is_complete_answers_at_once() {
    let scenario = Scenario::new(Options::default());
    scenario.run(RUN).unwrap();
    let requests = scenario.simulator.log().count();
    let again = scenario.run(RUN).unwrap();
    assert_eq!(again["verdict"], "published");
    assert_eq!(scenario.simulator.log().count(), requests);
    let users = scenario.call("sync-users", &json!({ "run_id": RUN })).unwrap();
    assert_eq!(users["tables"]["users"]["rows"], 200);
}
