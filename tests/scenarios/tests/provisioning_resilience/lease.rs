//! Two instances at once: one batch at a time, nothing is lost, and the pace is one pace.

use std::{
    thread,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use litmos_simulator::{Fault, Rule};
use scenarios::{
    Binaries, CallGate, Function, PLENTY, Person, Provisioning, QueueRecord, Side, request,
    wait_until,
};
use serde_json::{Value, json};

use crate::{
    instance::{Instance, TOO_SHORT_TO_WAIT},
    kinds::{revocation, world},
    support::{again, alone, gate_before, id, is, let_lease_run_out, somebody, verdict, written},
};

const NOBODY: [String; 0] = [];

/// An update of one field, in a group of its own.
fn update(dee: &Person, field: &str, group: &str) -> QueueRecord {
    let account = json!({ "attributes": { field: group } });
    let body = request("update_account", json!({ "principal": dee.by_id(), "account": account }));
    QueueRecord::made_up(body.to_string()).group(group)
}

fn behind(gate: &CallGate, world: &Provisioning) -> Function {
    let environment = world.scenario.environment.clone();
    let environment =
        environment.set("AWS_ENDPOINT_URL", gate.aws()).set("ROLLCALL_BASE_URL", gate.vendor());
    let process = Function::start(&Binaries::built().path("provision"), &environment);
    let _started = process.start_time();
    process
}

/// Asserts that both updates are in the record, each written once.
#[track_caller]
fn assert_both(world: &Provisioning, dee: &Person, when: &str) {
    let account = world.account(&dee.id);
    let fields = ["CustomField1", "CustomField2"].map(|field| account[field].clone());
    assert_eq!(fields, [json!("one"), json!("two")], "{when}");
    assert_eq!(written(world), vec![format!("PUT /users/{}", dee.id); 2], "{when}");
}

/// One is held at each of its calls in turn, while the other tries; neither has the time to wait.
#[test]
fn whoever_comes_while_another_one_is_at_work_has_to_come_again() {
    let world = world();
    let gate = gate_before(&world);
    let [_, second] = Instance::pair(&world);
    let mut at_work = 0;
    for (nth, side) in (1..).flat_map(|nth| [(nth, Side::Before), (nth, Side::After)]) {
        let (dee, first) = (somebody(&world), behind(&gate, &world));
        let (one, two) = (update(&dee, "CustomField1", "one"), update(&dee, "CustomField2", "two"));
        world.vendor().reset_log();
        gate.hold(nth, side);
        let mut meanwhile = None;
        let answer = first.invoke_and_kill_when(&alone(&world, &one), TOO_SHORT_TO_WAIT, || {
            if meanwhile.is_none() && gate.holds() {
                let event = alone(&world, &two);
                meanwhile = Some(second.invoke_within(&event, TOO_SHORT_TO_WAIT));
                gate.open();
            }
            false
        });
        let when = format!("held {side:?} call {nth}: {:?}", gate.calls().get(nth - 1));
        let Some(two_again) = meanwhile else {
            assert!(at_work >= 10, "held too seldom");
            return;
        };
        let one_again = again(answer.expect("nobody kills it"));
        // It looks for the lease by its first call and takes it by its second: who had looked
        // before the other came gives way, and the other does from then on until it is given back.
        let instant = 2 * nth + usize::from(side == Side::After);
        let overtaken = [3, 4].contains(&instant);
        let gave_back = side == Side::After && gate.calls().len() == nth;
        let at_it = instant > 4 && !gave_back;
        let [one_waits, two_waits] = [&one_again, &two_again].map(|again| !again.is_empty());
        assert_eq!((one_waits, two_waits), (overtaken, at_it), "{when}");
        at_work += usize::from(at_it);
        if one_waits {
            assert_eq!(second.invoke(&alone(&world, &one.receives(2))), NOBODY);
        }
        if two_waits {
            assert_eq!(second.invoke(&alone(&world, &two.receives(2))), NOBODY);
        }
        assert_both(&world, &dee, &when);
    }
}

/// With the time for it nobody hands back what will be free soon.
#[test]
fn whoever_has_the_time_waits_for_the_one_at_work() {
    // The other one looks about each second.
    const TWO_LOOKS: Duration = Duration::from_millis(2_500);
    let world = world();
    let gate = gate_before(&world);
    let [_, second] = Instance::pair(&world);
    let (dee, first) = (somebody(&world), behind(&gate, &world));
    let (one, two) = (update(&dee, "CustomField1", "one"), update(&dee, "CustomField2", "two"));
    let events = [&one, &two].map(|record| alone(&world, record));
    world.vendor().reset_log();
    // It has looked for the lease and taken it.
    gate.hold(3, Side::Before);
    thread::scope(|scope| {
        let mut waiting = None;
        let answer = first.invoke_and_kill_when(&events[0], PLENTY, || {
            if gate.holds() {
                let (_, since) = waiting.get_or_insert_with(|| {
                    (scope.spawn(|| second.invoke(&events[1])), Instant::now())
                });
                if since.elapsed() > TWO_LOOKS {
                    gate.open();
                }
            }
            false
        });
        assert_eq!(again(answer.expect("nobody kills it")), NOBODY);
        let (waiting, _) = waiting.expect("it was held");
        assert_eq!(waiting.join().unwrap(), NOBODY, "it gave up");
    });
    assert_both(&world, &dee, "one after the other");
}

/// Both at the same moment, whichever is first.
#[test]
fn two_updates_at_the_same_moment_both_end_up_in_the_record() {
    let world = world();
    let instances = Instance::pair(&world);
    for round in 0..10 {
        let dee = somebody(&world);
        let records = [update(&dee, "CustomField1", "one"), update(&dee, "CustomField2", "two")];
        let events = records.map(|record| alone(&world, &record));
        world.vendor().reset_log();
        thread::scope(|scope| {
            for (instance, event) in instances.iter().zip(&events) {
                // Its message comes again as soon as it is reported back.
                let invoke = move || instance.invoke_within(event, TOO_SHORT_TO_WAIT);
                scope.spawn(move || while !invoke().is_empty() {});
            }
        });
        assert_both(&world, &dee, &format!("round {round}"));
    }
}

/// Without anybody to give it back, a lease ends when the function that held it had to.
#[test]
fn a_lease_that_was_left_behind_is_taken_over_after_its_time() {
    const TIME: Duration = Duration::from_secs(2);
    let world = world();
    let gate = gate_before(&world);
    let killed = behind(&gate, &world);
    let left = revocation(&world);
    let record = QueueRecord::made_up(left.body.to_string());
    // Too little time for anything but the lease, which is held at being given back.
    gate.hold(3, Side::Before);
    let answer = killed.invoke_and_kill_when(&alone(&world, &record), TIME, || gate.holds());
    assert!(answer.is_none());
    gate.lose();
    let lease = world.scenario.document("locks/provision.json").unwrap();
    let until: Timestamp = lease["until"].as_str().unwrap().parse().unwrap();
    let [_, second] = Instance::pair(&world);
    let event = alone(&world, &record.receives(2));
    let again = second.invoke_within(&event, TOO_SHORT_TO_WAIT);
    assert!(Timestamp::now() < until, "too slow to tell");
    assert_eq!(again.len(), 1, "{lease:#}");
    assert_eq!(world.documents(&id(&left.body)).len(), 0, "nothing has been begun");
    wait_until(until);
    assert_eq!(second.invoke(&event), NOBODY);
    assert!((left.is_so)(&world));
}

/// The times of the vendor's requests.
fn requests(world: &Provisioning) -> Vec<Timestamp> {
    world.vendor().log().entries().iter().map(|entry| entry.wall).collect()
}

/// With one request a second: what one batch has sent the next one has to wait for, and no longer.
#[test]
fn the_pace_goes_on_from_one_batch_to_the_next() {
    const SECOND: SignedDuration = SignedDuration::from_secs(1);
    // What arrives late seems nearer to the next.
    const LATE: SignedDuration = SignedDuration::from_millis(150);
    let world = world().set("ROLLCALL_REQUESTS_PER_MINUTE", "60");
    let instances = Instance::pair(&world);
    let carry_out = |instance: &Instance| {
        let case = revocation(&world);
        let record = QueueRecord::made_up(case.body.to_string());
        let begun = Timestamp::now();
        assert_eq!(instance.invoke(&alone(&world, &record)), NOBODY);
        begun
    };
    carry_out(&instances[0]);
    let first = requests(&world);
    carry_out(&instances[1]);
    let all = requests(&world);
    let gaps: Vec<_> = all.windows(2).map(|pair| pair[1].duration_since(pair[0])).collect();
    assert!(gaps.iter().all(|gap| *gap >= SECOND - LATE), "{gaps:?}");
    assert!(
        gaps[first.len() - 1] < SECOND + SECOND,
        "it goes on where the first stopped: {gaps:?}"
    );
    // Whoever comes later does not wait at all.
    wait_until(*all.last().unwrap() + SECOND);
    let begun = carry_out(&instances[0]);
    let waited = requests(&world)[all.len()].duration_since(begun);
    assert!(waited < SECOND - LATE, "{waited:?}");
}

/// With ten requests a second: after refusals everybody is held back, the next batch too.
#[test]
fn the_next_batch_waits_as_long_as_the_refused_one_would_have() {
    let world = world().set("ROLLCALL_REQUESTS_PER_MINUTE", "600");
    let instances = Instance::pair(&world);
    let case = revocation(&world);
    let record = QueueRecord::made_up(case.body.to_string());
    world.vendor().faults().add(Rule::new(Fault::RateLimited).times(2));
    assert_eq!(instances[0].invoke(&alone(&world, &record)).len(), 1);
    let start = Instant::now();
    assert_eq!(instances[1].invoke(&alone(&world, &record.receives(2))), NOBODY);
    let times = requests(&world);
    // Ten intervals, a quarter less or more.
    let gap = times[2].duration_since(times[1]);
    assert!(gap >= SignedDuration::from_millis(700), "{gap:?} {:?}", start.elapsed());
}

/// Nobody has told what the killed one had sent: whoever takes over waits an interval.
#[test]
fn after_a_kill_the_pace_begins_with_a_wait() {
    let world = world().set("ROLLCALL_REQUESTS_PER_MINUTE", "120");
    let instances = Instance::pair(&world);
    let case = revocation(&world);
    let record = QueueRecord::made_up(case.body.to_string());
    let killed = instances[0]
        .process
        .invoke_and_kill_when(&alone(&world, &record), PLENTY, || !requests(&world).is_empty());
    assert!(killed.is_none());
    let_lease_run_out(&world);
    let before = requests(&world).len();
    let begun = Timestamp::now();
    assert_eq!(instances[1].invoke(&alone(&world, &record.receives(2))), NOBODY);
    let waited = requests(&world)[before].duration_since(begun);
    assert!(waited >= SignedDuration::from_millis(500), "{waited:?}");
    let outcome: Vec<Value> = world.take_outcomes();
    assert_eq!(outcome.iter().map(verdict).collect::<Vec<_>>(), [is("succeeded", None)]);
}
