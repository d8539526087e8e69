//! A batch that does not fit into the function's time.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use litmos_simulator::{Fault, Rule};
use scenarios::{Delivery, Provisioning, QueueRecord, Side, deliver_batch};
use serde_json::Value;

use crate::{
    kinds::{revocation, world},
    support::{again, alone, behind, gate_before, verdict},
};

fn deliver(world: &Provisioning, time: Duration) -> Option<Delivery> {
    let process = world.provision();
    deliver_batch(&world.requests, Duration::ZERO, |event| Some(process.invoke(event, time)))
}

fn ids(delivery: &Delivery) -> Vec<String> {
    delivery.records.iter().map(|record| record.message_id.clone()).collect()
}

#[test]
fn what_is_not_reached_comes_again_at_once() {
    let world = world();
    let cases: Vec<_> = (0..8).map(|_| revocation(&world)).collect();
    for (number, case) in cases.iter().enumerate() {
        // In a group of its own, so that none waits for another.
        world.requests.send(&case.body.to_string(), &format!("group {number}"));
    }
    // 10 seconds are kept; in what is left there is time for one request, or two.
    world.vendor().faults().add(Rule::new(Fault::Slow { ms: 120 }));
    let first = deliver(&world, Duration::from_millis(11_300)).unwrap();
    world.vendor().faults().clear();
    let done = cases.len() - first.retried.len();
    assert!((1..=3).contains(&done), "{done} of {}", cases.len());
    // The one that was interrupted waits; those behind it do not.
    let all = ids(&first);
    assert_eq!(first.retried.iter().collect::<BTreeSet<_>>(), all[done..].iter().collect());
    let second = deliver(&world, Duration::from_secs(60)).unwrap();
    // On a busy machine the wait may be over by now.
    let others: Vec<_> = ids(&second).into_iter().filter(|id| *id != all[done]).collect();
    assert_eq!(others, all[done + 1..]);
    assert_eq!(second.retried, [] as [String; 0]);
    world.deliver_all();
    assert!(cases.iter().all(|case| (case.is_so)(&world)));
}

/// Less than what is kept for putting things in order: nothing is begun.
#[test]
fn without_time_nothing_is_begun() {
    let world = world();
    let case = revocation(&world);
    world.send(&case.body);
    let delivery = deliver(&world, Duration::from_secs(9)).unwrap();
    assert_eq!(delivery.retried, ids(&delivery));
    assert_eq!((world.vendor().log().count(), world.ledger("").len()), (0, 0));
    let outcomes: Vec<Value> = world.deliver_all();
    assert_eq!(outcomes.len(), 1, "{:?}", outcomes.iter().map(verdict).collect::<Vec<_>>());
}

/// What taking the lease has cost is not there for requests.
#[test]
fn the_time_runs_while_the_lease_is_taken() {
    let world = world();
    let gate = gate_before(&world);
    let world = behind(&gate, world);
    let case = revocation(&world);
    let record = QueueRecord::made_up(case.body.to_string());
    let process = world.provision();
    gate.hold(1, Side::Before);
    let mut since = None;
    let time = Duration::from_millis(11_000);
    let answer = process.invoke_and_kill_when(&alone(&world, &record), time, || {
        if gate.holds() {
            let since: &mut Instant = since.get_or_insert_with(Instant::now);
            if since.elapsed() > Duration::from_millis(1_200) {
                gate.open();
            }
        }
        false
    });
    assert_eq!(again(answer.expect("nobody kills it")), [record.message_id]);
    assert_eq!((world.vendor().log().count(), world.ledger("").len()), (0, 0));
}
