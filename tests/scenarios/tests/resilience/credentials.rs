//! A key that is changed, wrong, or may not do what is asked of it.

use litmos_simulator::{Fault, Options, Rule};
use scenarios::Scenario;

use crate::support::{RUN, SMALL, WIDE, assert_ends_as, event, small, wide};

const OLD: &str = "00000000-1111-2222-3333-444444444444";
const NEW: &str = "99999999-8888-7777-6666-555555555555";
/// The most requests that are under way at once.
const IN_FLIGHT: usize = 4;

fn secret(key: &str) -> String {
    format!("{{\"api_key\": \"{key}\"}}")
}

/// How many requests the vendor has refused for their key.
fn refused(scenario: &Scenario) -> usize {
    let log = scenario.simulator.log();
    log.entries().iter().filter(|entry| entry.status == Some(401)).count()
}

fn assert_no_key_in(text: &str) {
    for key in [OLD, NEW] {
        assert!(!text.contains(key), "the key is in: {text}");
    }
}

#[test]
fn a_key_that_is_changed_during_a_slice_is_read_again() {
    let scenario = Scenario::new(Options { latency_ms: 5, ..wide() });
    scenario.finish("sync-users", RUN).unwrap();
    let aim = scenario.requests() + 25;
    let answer = scenario.meanwhile("sync-teams", RUN, aim, || {
        scenario.connection.secret.update(&secret(NEW));
        scenario.simulator.set_api_key(NEW);
    });
    let answer = answer.unwrap();
    assert_eq!(answer["status"], "complete", "the same invocation goes on");
    let refused = refused(&scenario);
    assert!((1..=IN_FLIGHT).contains(&refused), "{refused} requests had the old key");
    assert_eq!(answer["requests"]["retried"], refused);
    assert_ends_as(&scenario, &WIDE);
    assert_eq!(scenario.requests(), WIDE.requests + refused);
    assert_no_key_in(&scenario.logs());
}

#[test]
fn a_wrong_key_fails_at_once_and_says_what_to_check() {
    let scenario = Scenario::new(small());
    scenario.connection.secret.update(&secret(NEW));
    for calls in 1..=2 {
        let error = scenario.call("sync-users", &event()).unwrap_err();
        assert_eq!(error.error_type, "VendorUnauthorized", "{error}");
        assert!(error.error_message.contains("key"), "{error}");
        assert!(error.error_message.contains("check "), "{error}");
        assert_no_key_in(&error.error_message);
        assert_eq!(scenario.requests(), calls, "the key is the same when it is read again");
    }
    scenario.connection.secret.update(&secret(OLD));
    assert_ends_as(&scenario, &SMALL);
    assert_no_key_in(&scenario.logs());
}

#[test]
fn a_key_that_is_revoked_during_a_slice_ends_it_and_keeps_what_was_staged() {
    let scenario = Scenario::new(Options { latency_ms: 5, ..wide() });
    scenario.finish("sync-users", RUN).unwrap();
    scenario.finish("sync-teams", RUN).unwrap();
    let aim = scenario.requests() + 40;
    let answer =
        scenario.meanwhile("sync-courses", RUN, aim, || scenario.simulator.set_api_key(NEW));
    let error = answer.unwrap_err();
    assert_eq!(error.error_type, "VendorUnauthorized", "{error}");
    assert_no_key_in(&error.error_message);
    assert!(refused(&scenario) <= IN_FLIGHT, "{} requests had the old key", refused(&scenario));
    scenario.connection.secret.update(&secret(NEW));
    assert_ends_as(&scenario, &WIDE);
    let again = scenario.requests() - WIDE.requests;
    assert!(again <= 2 * IN_FLIGHT, "{again} requests more than undisturbed");
    assert_no_key_in(&scenario.logs());
}

#[test]
fn a_key_that_may_not_read_something_is_told_so() {
    for (function, path) in
        [("sync-users", "/users/details"), ("sync-teams", "/teams"), ("sync-courses", "/courses/")]
    {
        let scenario = Scenario::new(small());
        for before in ["sync-users", "sync-teams"].into_iter().take_while(|f| *f != function) {
            scenario.finish(before, RUN).unwrap();
        }
        let before = scenario.requests();
        scenario.simulator.faults().add(Rule::new(Fault::Forbidden).on(path));
        let error = scenario.call(function, &event()).unwrap_err();
        assert_eq!(error.error_type, "VendorForbidden", "{error}");
        assert!(error.error_message.contains(path), "{error}");
        assert!(scenario.requests() - before <= 1 + IN_FLIGHT, "it is not asked for again");
        scenario.simulator.faults().clear();
        scenario.finish(function, RUN).unwrap();
    }
}
