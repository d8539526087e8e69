//! Killed before any of its writes to the store, those of the final parts too, a run ends in
//! exactly the same parts: between two writes the store never looks otherwise.

use scenarios::{SYNC_FUNCTIONS, Scenario, WriteGate};

use crate::support::{RUN, SMALL, assert_published_as, small};

/// More than any function of so small a run writes.
const FAR_TOO_MANY: usize = 60;

#[test]
fn a_run_killed_before_any_write_ends_in_the_same_parts() {
    let mut most = [0; SYNC_FUNCTIONS.len()];
    for nth in 1..FAR_TOO_MANY {
        let scenario = Scenario::new(small());
        let gate = WriteGate::before(&scenario.connection.endpoint);
        let scenario = scenario.with(|env| env.set("AWS_ENDPOINT_URL", &gate.endpoint()));
        let mut kills = 0;
        for (function, most) in SYNC_FUNCTIONS.into_iter().zip(&mut most) {
            gate.hold(nth);
            if scenario.kill_when(function, RUN, || gate.holds()).is_none() {
                (*most, kills) = (nth, kills + 1);
            }
            gate.open();
            scenario.finish(function, RUN).unwrap();
        }
        assert_published_as(&scenario, &SMALL);
        if kills == 0 {
            // At least the marker, the claim, rows, the checkpoint, a part, and the checkpoint.
            assert!(most.iter().all(|most| *most >= 6), "killed at too few writes: {most:?}");
            return;
        }
    }
    panic!("a run of 20 things writes {FAR_TOO_MANY} times");
}
