//! A slice ends in time, at a page's end, with everything staged; one without progress fails.

use std::time::{Duration, Instant};

use litmos_simulator::{Fault, Options, Rule};
use scenarios::Scenario;

use crate::support::{
    RUN, WIDE, assert_ends_as, assert_published_as, counted, event, per_request, wide,
};

#[test]
fn a_run_in_slices_asks_for_everything_once() {
    // With four requests in flight, 40 in a second.
    let slow = Options { latency_ms: 100, ..wide() };
    let scenario = Scenario::new(slow).with(|env| env.slice_seconds(1));
    let mut slices = Vec::new();
    for function in ["sync-users", "sync-teams", "sync-courses"] {
        let before = scenario.requests();
        let (answer, count) = scenario.finish(function, RUN).unwrap();
        slices.push(count);
        let sent = scenario.requests() - before;
        assert_eq!(answer["status"], "complete");
        assert_eq!(answer["requests"]["sent"], sent, "{function}");
        assert_eq!(answer["requests"]["retried"], 0, "{function}");
    }
    assert!(slices[1] >= 2 && slices[2] >= 3, "{slices:?}");
    let repeated = per_request(&scenario).into_iter().find(|(_, count)| *count > 1);
    assert_eq!(repeated, None);
    assert_published_as(&scenario, &WIDE);
    assert_eq!(counted(&scenario), (WIDE.requests as u64, 0));
}

#[test]
fn a_slice_ends_before_a_short_deadline() {
    let scenario = Scenario::new(wide());
    scenario.finish("sync-users", RUN).unwrap();
    scenario.finish("sync-teams", RUN).unwrap();
    let scenario = scenario.with(|env| env.requests_per_minute(1_500));
    let deadline = Duration::from_secs(3);
    let mut rows = 0;
    let mut slices = 0;
    loop {
        slices += 1;
        // As Lambda does, this ends the function if it is still at work then.
        let answer = scenario.call_within("sync-courses", &event(), deadline).unwrap();
        let staged = answer["tables"]["enrolments"]["rows"].as_u64().unwrap();
        assert!(staged >= rows && answer["wait_seconds"] == 0, "{answer}");
        rows = staged;
        if answer["status"] == "complete" {
            break;
        }
        assert_eq!(answer["status"], "continue");
    }
    assert!(slices >= 2, "one slice was enough");
    let repeated = per_request(&scenario).into_iter().find(|(_, count)| *count > 1);
    assert_eq!(repeated, None);
    assert_published_as(&scenario, &WIDE);
}

#[test]
fn an_answer_that_does_not_come_in_time_is_asked_for_again() {
    let scenario = Scenario::new(wide());
    scenario.finish("sync-users", RUN).unwrap();
    scenario.finish("sync-teams", RUN).unwrap();
    // Longer than the test; the connection is gone by then.
    let forever = Rule::new(Fault::Slow { ms: 600_000 });
    scenario.simulator.faults().add(forever.on("/courses/").skip(20).times(1));
    let began = Instant::now();
    let answer = scenario.call_within("sync-courses", &event(), Duration::from_secs(3)).unwrap();
    assert_eq!(answer["status"], "continue", "after {:?}: {answer}", began.elapsed());
    assert_ends_as(&scenario, &WIDE);
    // And whether the vendor is there, as nothing else is left to be asked.
    let asked_again = scenario.requests() - WIDE.requests;
    assert_eq!(asked_again, 2, "only what was not answered is asked for again");
}
