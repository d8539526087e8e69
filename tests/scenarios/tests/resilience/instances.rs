//! Two at once: of one run one instance gives way and does no harm; of two runs one waits.

use std::thread;

use scenarios::{Binaries, Function, PLENTY, SYNC_FUNCTIONS, Scenario, WriteGate};
use serde_json::json;

use crate::support::{RUN, SMALL, assert_ends_as, assert_published_as, event, small};

const LATER: &str = "20261121T230000Z";
/// More than any function of so small a run writes.
const FAR_TOO_MANY: usize = 60;

/// The first instance is held up before its nth write, the second finishes, the first goes on.
#[test]
fn an_instance_that_was_overtaken_gives_way_wherever_it_was() {
    for nth in 1..FAR_TOO_MANY {
        let scenario = Scenario::new(small());
        let gate = WriteGate::before(&scenario.connection.endpoint);
        let mut overtaken = 0;
        for function in SYNC_FUNCTIONS {
            let slow = Function::start(
                &Binaries::built().path(function),
                &scenario.environment.clone().set("AWS_ENDPOINT_URL", &gate.endpoint()),
            );
            gate.hold(nth);
            let mut second = None;
            let first = slow.invoke_and_kill_when(&event(), PLENTY, || {
                if second.is_none() && gate.holds() {
                    second = Some(scenario.call(function, &event()));
                    gate.open();
                }
                false
            });
            let first = first.expect("nobody kills it");
            let Some(second) = second else {
                assert_eq!(first.unwrap()["status"], "complete", "it was not held up");
                continue;
            };
            overtaken += 1;
            assert_eq!(second.unwrap()["status"], "complete", "{function}, write {nth}");
            let error = first.expect_err("it was overtaken");
            assert_eq!(error.error_type, "RunConflict", "{function}, write {nth}: {error}");
        }
        assert_published_as(&scenario, &SMALL);
        if overtaken == 0 {
            assert!(nth > 6, "held up at too few writes");
            return;
        }
    }
    panic!("a run of 20 things writes {FAR_TOO_MANY} times");
}

/// Both at the same moment, as two schedules would: whichever is first, both never fail.
#[test]
fn two_instances_at_the_same_moment_do_no_harm() {
    let scenario = Scenario::new(small());
    for function in SYNC_FUNCTIONS {
        let pair = [scenario.start(function), scenario.start(function)];
        // Both wait for an event.
        let _started = pair.each_ref().map(Function::start_time);
        let answers = thread::scope(|scope| {
            let calls =
                pair.each_ref().map(|process| scope.spawn(|| process.invoke(&event(), PLENTY)));
            calls.map(|call| call.join().unwrap())
        });
        for answer in &answers {
            match answer {
                Ok(answer) => assert_eq!(answer["status"], "complete"),
                Err(error) => assert_eq!(error.error_type, "RunConflict", "{error}"),
            }
        }
        assert!(answers.iter().any(Result::is_ok), "{function}: {answers:?}");
    }
    assert_ends_as(&scenario, &SMALL);
}

#[test]
fn another_run_waits_until_the_first_is_published() {
    let scenario = Scenario::new(small());
    for function in SYNC_FUNCTIONS {
        scenario.finish(function, RUN).unwrap();
        let before = scenario.requests();
        let error = scenario.call("sync-users", &json!({ "run_id": LATER })).unwrap_err();
        assert_eq!(error.error_type, "RunConflict", "{error}");
        assert!(error.error_message.contains(RUN), "{error}");
        assert_eq!(scenario.requests(), before, "it has asked the vendor nothing");
    }
    scenario.call("publish-snapshot", &event()).unwrap();
    assert_eq!(scenario.run(LATER).unwrap()["verdict"], "published");
    assert_eq!(scenario.latest().as_deref(), Some(LATER));
}
