//! Killed while it reads: little is asked for again, and the tables are the same.

use std::cell::Cell;

use litmos_simulator::{Options, Quirks};
use scenarios::{SYNC_FUNCTIONS, Scenario};

use crate::support::{RUN, SMALL, assert_published_as, small, undisturbed};

/// What a kill may cost in requests: those since the last staging, and those in flight.
const COST: usize = 15;
const SEEDS: u64 = 3;
const KILLS_PER_FUNCTION: usize = 3;

/// Pages of a few rows, so that all three functions have something to be killed in; and some
/// latency, so that a kill finds requests in flight.
fn options() -> Options {
    let quirks = Quirks { page_cap: Some(20), ..Quirks::default() };
    Options { users: 500, teams: 12, courses: 24, latency_ms: 3, quirks, ..Options::default() }
}

#[test]
fn a_run_killed_while_it_reads_asks_for_little_again() {
    let whole = undisturbed(options());
    for seed in 1..=SEEDS {
        let scenario = Scenario::new(options());
        let mut kills = 0;
        for (place, function) in SYNC_FUNCTIONS.into_iter().enumerate() {
            for kill in 0..KILLS_PER_FUNCTION {
                let more = after_requests(seed, place * KILLS_PER_FUNCTION + kill);
                let aim = scenario.requests() + more;
                let answer = scenario.kill_when(function, RUN, || scenario.requests() >= aim);
                match answer {
                    None => kills += 1,
                    Some(answer) => assert_eq!(answer.unwrap()["status"], "complete"),
                }
            }
            let (answer, _) = scenario.finish(function, RUN).unwrap();
            assert_eq!(answer["status"], "complete");
        }
        assert!(kills >= SYNC_FUNCTIONS.len(), "seed {seed}: too few kills to show anything");
        let (sent, most) = (scenario.requests(), whole.requests + kills * COST);
        assert!(sent <= most, "seed {seed}: {sent} requests with {kills} kills, {most} allowed");
        assert_published_as(&scenario, &whole);
    }
}

#[test]
fn killed_at_its_very_start_a_function_has_done_nothing() {
    let scenario = Scenario::new(small());
    for function in SYNC_FUNCTIONS {
        let before = scenario.requests();
        let asked = Cell::new(0);
        for patience in [0, 20, 100] {
            asked.set(0);
            let now = || {
                asked.set(asked.get() + 1);
                asked.get() > patience
            };
            assert_eq!(scenario.kill_when(function, RUN, now), None, "{function} {patience}");
        }
        assert!(scenario.requests() <= before + 3 * COST);
        scenario.finish(function, RUN).unwrap();
    }
    assert_published_as(&scenario, &SMALL);
}

/// 1 to 25, by the seed and the number of the kill.
fn after_requests(seed: u64, kill: usize) -> usize {
    let mixed = (seed * 1_000 + kill as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    1 + (mixed >> 40) as usize % 25
}
