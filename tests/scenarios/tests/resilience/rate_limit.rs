//! The vendor's limit is never passed while the share is below it, however often a function is
//! killed or begun; with a share that is too large the pace gives way.

use std::time::Duration;

use litmos_simulator::{Fault, Options, RateLimit, Rule};
use scenarios::{SYNC_FUNCTIONS, Scenario};

use crate::support::{RUN, WIDE, assert_ends_as, assert_published_as, counted, event, small, wide};

/// The real minute, forty times as fast.
const WINDOW: Duration = Duration::from_millis(1_500);
const LIMIT: u32 = 100;
const SHARE: u32 = 95 * 40;

fn limited(requests: u32, sliding: bool) -> Options {
    let window_ms = WINDOW.as_millis() as u64;
    let limit = RateLimit { requests, window_ms, sliding, count_refused: false };
    Options { rate_limit: Some(limit), ..wide() }
}

#[test]
fn a_share_below_the_limit_is_never_refused_even_if_functions_are_killed() {
    for sliding in [true, false] {
        let scenario = Scenario::new(limited(LIMIT, sliding));
        let scenario = scenario.with(|env| env.requests_per_minute(SHARE));
        for function in SYNC_FUNCTIONS {
            // A few times: what a fresh process sends at once adds up.
            for _ in 0..2 {
                let aim = scenario.requests() + 12;
                scenario.kill_when(function, RUN, || scenario.requests() >= aim);
            }
            scenario.finish(function, RUN).unwrap();
        }
        let log = scenario.simulator.log();
        assert_eq!(log.refused(), 0, "sliding: {sliding}");
        assert!(log.max_in_window(WINDOW) <= LIMIT as usize, "sliding: {sliding}");
        assert_published_as(&scenario, &WIDE);
        assert_eq!(counted(&scenario).1, 0, "nothing was repeated");
    }
}

#[test]
fn a_share_above_the_limit_is_refused_and_gives_way() {
    for sliding in [true, false] {
        // Half the limit, so that a busy machine meets it too.
        let scenario = Scenario::new(limited(LIMIT / 2, sliding));
        let scenario = scenario.with(|env| env.requests_per_minute(2 * SHARE));
        assert_ends_as(&scenario, &WIDE);
        let refused = scenario.simulator.log().refused();
        assert!(refused > 0, "the limit was never met");
        assert!(refused < WIDE.requests / 4, "{refused} refusals: the pace does not adapt");
        assert_eq!(counted(&scenario), ((WIDE.requests + refused) as u64, refused as u64));
    }
}

#[test]
fn a_fresh_process_waits_one_interval() {
    let scenario = Scenario::new(small()).with(|env| env.requests_per_minute(60));
    for aim in 1..=2 {
        scenario.kill_when("sync-users", RUN, || scenario.requests() >= aim);
    }
    assert!(gaps(&scenario)[0] >= Duration::from_secs(1), "{:?}", gaps(&scenario));
}

#[test]
fn a_fresh_process_waits_as_long_as_the_refused_one_would_have() {
    let scenario = Scenario::new(small()).with(|env| env.requests_per_minute(120));
    scenario.simulator.faults().add(Rule::new(Fault::RateLimited).times(1));
    let error = scenario.call_within("sync-users", &event(), Duration::from_millis(1_500));
    assert_eq!(error.unwrap_err().error_type, "VendorUnavailable");
    assert_eq!(scenario.requests(), 1, "the wait is longer than the slice");
    scenario.kill_when("sync-users", RUN, || scenario.requests() >= 2);
    // Five intervals of half a second, a quarter less or more.
    assert!(gaps(&scenario)[0] >= Duration::from_millis(1_875), "{:?}", gaps(&scenario));
}

/// The times between the requests.
fn gaps(scenario: &Scenario) -> Vec<Duration> {
    let log = scenario.simulator.log();
    log.entries().windows(2).map(|pair| pair[1].at - pair[0].at).collect()
}
