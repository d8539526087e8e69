//! A vendor that is away: an error, never an endless `continue`; and once it is back the same run
//! goes on from what was staged.

use std::time::Duration;

use litmos_simulator::{Fault, Rule};
use scenarios::Scenario;

use crate::support::{RUN, SMALL, assert_ends_as, event, per_request, reason, requests_for, small};

/// As often a request is sent before it is given up.
const ATTEMPTS: usize = 8;
/// As often a team or course is tried in a run.
const TRIES: usize = 3;

#[test]
fn a_slice_that_gets_only_refusals_fails_and_the_run_goes_on_later() {
    // Slow enough for the slice to end before the attempts do.
    let slow = |env: scenarios::Environment| env.requests_per_minute(600);
    let scenario = Scenario::new(small()).with(slow);
    scenario.simulator.faults().add(Rule::new(Fault::RateLimited));
    for calls in 1..=2 {
        let before = scenario.requests();
        let answer = scenario.call_within("sync-users", &event(), Duration::from_secs(2));
        let error = answer.unwrap_err();
        assert_eq!(error.error_type, "VendorUnavailable", "{error}");
        // The second slice may be over before it may ask again.
        assert!(error.error_message.contains("503") || calls > 1, "{error}");
        assert!(scenario.requests() - before <= 4, "a vendor that refuses is not pressed");
    }
    scenario.simulator.faults().clear();
    let scenario = scenario.with(|env| env.requests_per_minute(1_000_000));
    assert_ends_as(&scenario, &SMALL);
}

#[test]
fn a_slice_that_gets_no_answer_fails_and_the_run_goes_on_later() {
    let scenario = Scenario::new(small());
    scenario.finish("sync-users", RUN).unwrap();
    scenario.simulator.faults().add(Rule::new(Fault::Slow { ms: 600_000 }));
    for _ in 0..2 {
        let answer = scenario.call_within("sync-teams", &event(), Duration::from_secs(2));
        let error = answer.unwrap_err();
        assert_eq!(error.error_type, "VendorUnavailable", "{error}");
    }
    scenario.simulator.faults().clear();
    assert_ends_as(&scenario, &SMALL);
    assert_eq!(scenario.requests(), SMALL.requests + 2);
}

#[test]
fn a_course_that_never_answers_well_is_given_up_and_named_and_stops_nothing_else() {
    let scenario = Scenario::new(small());
    scenario.finish("sync-users", RUN).unwrap();
    scenario.finish("sync-teams", RUN).unwrap();
    let mut courses = scenario.simulator.world().course_ids();
    courses.sort_unstable();
    let course = &courses[courses.len() / 2];
    let path = format!("/courses/{course}/users");
    scenario.simulator.faults().add(Rule::new(Fault::ServerError).on(path.clone()));
    scenario.finish("sync-courses", RUN).unwrap();
    assert_eq!(requests_for(&scenario, &path), TRIES * ATTEMPTS);
    let others = per_request(&scenario).into_iter().filter(|(request, _)| !request.contains(&path));
    // Whether the vendor is there is seen by the list of courses.
    let again: usize = others.map(|(_, count)| count - 1).sum();
    assert_eq!(again, TRIES, "other requests were repeated");
    let answer = scenario.call("publish-snapshot", &event()).unwrap();
    assert_eq!(answer["verdict"], "quarantined", "{answer:#}");
    let unreadable = reason(&scenario, "unreadable").unwrap();
    assert!(unreadable.contains(&format!("course:{course} ")), "{unreadable}");
    assert!(unreadable.contains(&path), "{unreadable}");

    // Somebody who knows of it names it.
    let named = format!("course:{course}");
    let scenario = scenario.with(|env| env.set("ROLLCALL_UNREADABLE", &named));
    let answer = scenario.run("20261122T220000Z").unwrap();
    assert_eq!(answer["verdict"], "published", "{answer:#}");
    assert!(answer["reasons"][0].as_str().unwrap().starts_with("known_unreadable: "), "{answer}");
    assert_eq!(requests_for(&scenario, &path), (TRIES + 1) * ATTEMPTS, "it is tried once");
}

#[test]
fn a_vendor_that_cannot_be_reached_is_unavailable() {
    let scenario = Scenario::new(small());
    // Nobody listens on this port of the loopback network.
    let away =
        |env: scenarios::Environment| env.set("ROLLCALL_BASE_URL", "http://127.0.0.1:1/v1.svc");
    let away = scenario.with(away);
    let error = away.call("sync-users", &event()).unwrap_err();
    assert_eq!(error.error_type, "VendorUnavailable", "{error}");
    assert!(error.error_message.contains("no connection"), "{error}");
    let base_url = away.simulator.base_url();
    // Another address is another configuration, which ends the run; a new one begins at once.
    let back = away.with(|env| env.set("ROLLCALL_BASE_URL", &base_url));
    let error = back.call("sync-users", &event()).unwrap_err();
    assert_eq!(error.error_type, "InvalidConfiguration", "{error}");
    assert!(error.error_message.contains("base URL http://127.0.0.1:"), "{error}");
    let later = "20261122T220000Z";
    assert_eq!(back.run(later).unwrap()["verdict"], "published");
    back.assert_tables_are_true(later);
}
