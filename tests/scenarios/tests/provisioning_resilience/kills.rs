//! Killed at any instant, a request is carried out once when its message comes again.
//!
//! Between two calls of the function nothing changes, so it is killed at each of its calls: before
//! the call gets through, and, if it changes something, once more before the answer comes back.
//! What is missing to so many instants is killed a second time while it goes on, by the seed.

use std::{collections::BTreeMap, thread};

use jiff::{SignedDuration, Timestamp};
use scenarios::{CallGate, GatedCall, PLENTY, Provisioning, QueueRecord, Side, ending, wait_until};
use serde_json::{Value, json};

use crate::{
    kinds::{Case, KINDS, Make, world},
    support::{alone, behind, gate_before, id, is, let_lease_run_out, verdict, written},
};

/// Of each kind.
const INSTANTS: usize = 30;
/// Long enough to be killed and to be carried out before.
const LASTS: SignedDuration = SignedDuration::from_secs(20);

/// The calls at which a request is killed, one after the other.
type Kills = Vec<(usize, Side)>;

#[test]
fn a_request_that_is_killed_anywhere_is_carried_out_once() {
    let failed: Vec<_> = thread::scope(|scope| {
        let kinds = KINDS.map(|(name, make)| {
            let run = move || kill_at_each_instant(name, make);
            (name, thread::Builder::new().name(name.to_owned()).spawn_scoped(scope, run).unwrap())
        });
        let failed = kinds.into_iter().filter_map(|(name, run)| run.join().err().map(|_| name));
        failed.collect()
    });
    assert_eq!(failed, [] as [&str; 0], "see above");
}

fn kill_at_each_instant(name: &str, make: Make) {
    let world = world();
    let gate = gate_before(&world);
    let world = behind(&gate, world);
    let mut undisturbed = make(&world, 1).remove(0);
    let calls = undisturbed.calls(&world, &gate);
    undisturbed.assert_done(&world, &format!("{name}, undisturbed"));

    let instants = instants(&calls);
    let mut cases = make(&world, instants.len());
    for (case, instant) in cases.iter_mut().zip(&instants) {
        case.kill(&world, &gate, instant);
        let at = instant.iter().map(|(nth, side)| match calls.get(nth - 1) {
            Some(call) => format!("{side:?} {}", call.line),
            None => format!("{side:?} call {nth}"),
        });
        case.assert_done(&world, &format!("{name}, killed {:?}", at.collect::<Vec<_>>()));
    }
    assert_told_alike(&world);
    cases.push(undisturbed);
    assert_ends(&world, name, &cases);
}

impl Case {
    /// Gives a grant its end.
    fn begin(&mut self) {
        if self.held.is_some() {
            self.body = ending(self.body.take(), Timestamp::now() + LASTS);
        }
    }

    /// Has it carried out, and tells by which calls.
    fn calls(&mut self, world: &Provisioning, gate: &CallGate) -> Vec<GatedCall> {
        self.begin();
        world.vendor().reset_log();
        let process = world.provision();
        gate.count();
        let event = alone(world, &QueueRecord::made_up(self.body.to_string()));
        let answer = process.invoke(&event, PLENTY);
        assert_eq!(answer.as_ref().unwrap(), &json!({ "batchItemFailures": [] }));
        gate.calls()
    }

    /// Has it killed at one instant after the other, and then carried out.
    fn kill(&mut self, world: &Provisioning, gate: &CallGate, kills: &Kills) {
        self.begin();
        world.vendor().reset_log();
        let record = QueueRecord::made_up(self.body.to_string());
        for ((nth, side), received) in kills.iter().zip(1..) {
            let process = world.provision();
            let record = record.clone().receives(received);
            let event = alone(world, &record);
            gate.hold(*nth, *side);
            let answer = process.invoke_and_kill_when(&event, PLENTY, || gate.holds());
            assert!(answer.is_none() || received > 1, "there was nothing to kill: {answer:?}");
            gate.lose();
            let_lease_run_out(world);
        }
        let record = record.receives(1 + kills.len() as u32);
        let mut again = world.hand_over(std::slice::from_ref(&record));
        // What an end took away before it was killed has to be seen to be gone twice.
        if !again.is_empty() && world.let_first_sights_pass() == 1 {
            again = world.hand_over(&[record.receives(2 + kills.len() as u32)]);
        }
        assert_eq!(again, [] as [String; 0], "{}", world.logs());
    }

    fn assert_done(&self, world: &Provisioning, when: &str) {
        let documents = world.documents(&id(&self.body));
        let names: Vec<_> = documents.keys().map(String::as_str).collect();
        let whole = ["intent.json", "outcome.json", "request.json"];
        assert_eq!(names, whole, "{when}: {:#?}", documents.get("outcome.json"));
        let (intent, outcome) = (&documents["intent.json"], &documents["outcome.json"]);
        assert_eq!(verdict(outcome), is("succeeded", None), "{when}: {outcome:#}");
        assert_eq!(outcome["effects"], intent["effects"], "{when}");
        assert_eq!(written(world), self.writes, "{when}");
        let mails = world.vendor().writes().iter().filter(|write| write.mail).count();
        assert_eq!(mails, usize::from(self.body["notify"] == true), "mails, {when}");
        assert!((self.is_so)(world), "{when}: it is not so");
        if let Some(held) = &self.held {
            let expected = json!({
                "version": 1,
                "user_id": held.user_id,
                "entitlement": held.entitlement,
                "request_id": self.body["request_id"],
                "added": held.added,
                "before": held.before,
                "expires_at": self.body["expires_at"],
            });
            assert_eq!(world.hold(&held.user_id, &held.entitlement), Some(expected), "{when}");
            assert_eq!(
                (&intent["added"], &intent["before"]),
                (&held.added, &held.before),
                "{when}"
            );
        }
        if let Some((user_id, entitlement)) = &self.let_go {
            assert_eq!(world.hold(user_id, entitlement), None, "{when}");
        }
    }
}

/// Every instant at which a request can be killed once, and some at which it is killed twice.
fn instants(calls: &[GatedCall]) -> Vec<Kills> {
    let of = |(place, call): (usize, &GatedCall)| {
        let sides = if call.writes { &[Side::Before, Side::After][..] } else { &[Side::Before] };
        sides.iter().map(|side| vec![(place + 1, *side)]).collect::<Vec<_>>()
    };
    let mut instants: Vec<_> = calls.iter().enumerate().flat_map(of).collect();
    for seed in instants.len()..INSTANTS {
        let mixed = (seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let nth = |shift: u32| 1 + (mixed >> shift) as usize % calls.len();
        instants.push(vec![(nth(40), Side::After), (nth(20), Side::After)]);
    }
    instants
}

/// Whoever listens hears of each request one outcome, however often, and the recorded one.
fn assert_told_alike(world: &Provisioning) {
    let mut told = BTreeMap::<String, Value>::new();
    for outcome in world.take_outcomes() {
        let first = told.entry(id(&outcome)).or_insert_with(|| outcome.clone());
        assert_eq!(*first, outcome);
    }
    for (request, outcome) in told {
        let recorded = world.entry(&format!("requests/{request}/outcome.json"));
        assert_eq!(recorded, Some(outcome));
    }
}

/// What was given for a time ends.
fn assert_ends(world: &Provisioning, name: &str, cases: &[Case]) {
    let ends = cases.iter().filter(|case| case.held.is_some());
    let ends = ends.map(|case| case.body["expires_at"].as_str().unwrap().parse().unwrap());
    if let Some(last) = ends.clone().max() {
        wait_until(last);
        let ended = world.expire().outcomes;
        assert_eq!(ended.len(), ends.count(), "{name}");
        for outcome in ended {
            assert_eq!(verdict(&outcome), is("succeeded", None), "{name}: {outcome:#}");
        }
        assert!(cases.iter().all(|case| !(case.is_so)(world)), "{name}: something is left");
        assert_eq!(world.ledger("holds/"), BTreeMap::new(), "{name}");
        assert_eq!(world.expiring(), [] as [String; 0], "{name}");
    }
}
