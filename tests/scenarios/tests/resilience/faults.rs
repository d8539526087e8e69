//! Whatever can go wrong with an answer: it is asked for again, and the tables are the same.

use litmos_simulator::{Fault, Options, Quirks, Repeats, Rule};
use scenarios::Scenario;

use crate::support::{RUN, SMALL, assert_ends_as, counted, reason, small, wide};

/// Those that leave nothing of an answer to use.
const FAULTS: [Fault; 7] = [
    Fault::Unavailable,
    Fault::RateLimited,
    Fault::GatewayTimeout,
    Fault::ServerError,
    Fault::Reset,
    Fault::CutOff,
    Fault::Html,
];

/// One list of each kind, and the count.
const LISTS: [&str; 6] = [
    "/users/paginated",
    "/users/details",
    "/v1.svc/teams?",
    "/users?source", // members of a team, enrolments of a course
    "/leaders",
    "/v1.svc/courses?",
];

fn struck(scenario: &Scenario) -> u64 {
    let log = scenario.simulator.log();
    log.entries().iter().filter(|entry| !entry.faults.is_empty()).count() as u64
}

#[test]
fn each_kind_of_failure_is_overcome_in_each_list() {
    for fault in FAULTS {
        let scenario = Scenario::new(small());
        for list in LISTS {
            scenario.simulator.faults().add(Rule::new(fault).on(list).times(2));
        }
        assert_ends_as(&scenario, &SMALL);
        let (sent, retried) = counted(&scenario);
        assert_eq!(retried, 2 * LISTS.len() as u64, "{fault:?}");
        assert_eq!(retried, struck(&scenario), "{fault:?}");
        assert_eq!(sent, SMALL.requests as u64 + retried, "{fault:?}");
        assert_eq!(reason(&scenario, "faulty_rows"), None, "{fault:?}");
    }
}

#[test]
fn failures_of_all_kinds_now_and_then_are_overcome() {
    for seed in 1..=2 {
        let of_each = |fault| Rule::new(fault).percent(4.0);
        let slow = Rule::new(Fault::Slow { ms: 40 }).percent(10.0);
        let faults = FAULTS.into_iter().map(of_each).chain([slow]).collect();
        let scenario = Scenario::new(Options { seed, faults, ..wide() });
        let answer = scenario.run(RUN).unwrap();
        assert_eq!(answer["verdict"], "published", "{answer:#}");
        scenario.assert_tables_are_true(RUN);
        let retried = counted(&scenario).1;
        assert!(retried > 10, "seed {seed}: only {retried} failures");
    }
}

#[test]
fn rows_that_come_twice_are_in_the_tables_once() {
    let repeats = Some(Repeats { every_pages: 1, rows: 3 });
    let quirks = Quirks { page_cap: Some(10), repeats, ..Quirks::default() };
    let scenario = Scenario::new(Options { quirks, ..small() });
    assert_ends_as(&scenario, &SMALL);
    assert!(scenario.requests() > SMALL.requests, "nothing was repeated");
}
