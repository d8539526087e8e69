//! Messages that make no sense: each is told what is wrong with it, once, and harms nobody else.

use std::collections::BTreeSet;

use scenarios::{Provisioning, QueueRecord, grant, request, text};
use serde_json::{Value, json};

use crate::{
    ids::assert_nothing_elsewhere,
    malformed_cases::{Malformed, fields, others, unreadable},
    support::{is, verdict},
};

/// Asserts on the outcome of each, in the order of the messages.
#[track_caller]
fn assert_refused(cases: &[Malformed], outcomes: &[Value]) {
    assert_eq!(cases.len(), outcomes.len());
    for (Malformed { body, about }, outcome) in cases.iter().zip(outcomes) {
        let shown: String = body.chars().take(200).collect();
        let expected = is("rejected", Some("invalid_request"));
        assert_eq!(verdict(outcome), expected, "{shown}: {outcome:#}");
        let message = text(&outcome["message"]);
        assert!(message.contains(about), "{shown}: {message} does not name {about}");
        assert!(message.len() < 1_000, "{shown}: {message}");
        assert_eq!(outcome["effects"], json!([]), "{shown}");
    }
}

/// Handed over by tens, as Lambda does.
fn hand_over_all(world: &Provisioning, cases: &[Malformed]) -> Vec<Value> {
    let records: Vec<_> = cases.iter().map(|case| QueueRecord::made_up(&*case.body)).collect();
    let batches = records.chunks(10).map(|batch| {
        assert_eq!(world.hand_over(batch), [] as [String; 0], "none of them comes again");
        world.take_outcomes()
    });
    batches.flatten().collect()
}

#[test]
fn what_is_no_request_is_told_so() {
    let world = Provisioning::new();
    let cases = unreadable();
    let outcomes = hand_over_all(&world, &cases);
    assert_refused(&cases, &outcomes);
    for outcome in &outcomes {
        assert_eq!((&outcome["request_id"], &outcome["operation"]), (&Value::Null, &Value::Null));
    }
    let recorded = world.ledger("unreadable/");
    assert_eq!(recorded.len(), cases.len());
    assert_eq!(world.ledger("requests/"), [].into());
    assert_eq!(world.scenario.requests(), 0, "the vendor was asked nothing");
    assert_nothing_elsewhere(&world);
}

#[test]
fn what_is_wrong_in_a_request_is_named() {
    let world = Provisioning::new();
    let cases: Vec<_> = fields(&world).into_iter().chain(others(&world)).collect();
    let outcomes = hand_over_all(&world, &cases);
    assert_refused(&cases, &outcomes);
    let ids: BTreeSet<_> = outcomes.iter().map(|outcome| text(&outcome["request_id"])).collect();
    assert_eq!(ids.len(), cases.len(), "each under its own id");
    for outcome in &outcomes {
        let key = format!("requests/{}/outcome.json", text(&outcome["request_id"]));
        assert_eq!(world.entry(&key).as_ref(), Some(outcome));
    }
    assert_eq!(world.writes(), []);
    assert_nothing_elsewhere(&world);
}

/// Through the real queue: the bad ones in a batch do not hold up the good ones.
#[test]
fn the_others_of_a_batch_are_handled() {
    let world = Provisioning::new();
    let cast = &world.cast;
    let good = [&cast.ana, &cast.bo, &cast.cy];
    let bodies =
        good.map(|person| grant(person, &format!("team:{}:member", cast.north)).to_string());
    let [one, two, three] = &bodies;
    let twice = json!({ "request_id": "r", "operation": "grant" }).to_string();
    for body in ["no JSON", one, "{}", &twice, two, "[]", &twice, three, "null"] {
        world.send_text(body);
    }
    let outcomes = world.deliver_all();
    let statuses: Vec<_> = outcomes.iter().map(|outcome| text(&outcome["status"])).collect();
    let [bad, good] = ["rejected", "succeeded"];
    assert_eq!(statuses, [bad, good, bad, bad, good, bad, bad, good, bad]);
    for person in [&cast.ana, &cast.bo, &cast.cy] {
        assert!(world.membership(&cast.north, &person.id).is_some());
    }
    assert_eq!(world.dead_letters.depth(), scenarios::Depth::default());
}

/// The same broken message twice is the same answer twice.
#[test]
fn a_broken_request_keeps_its_outcome() {
    let world = Provisioning::new();
    let asked = request("grant", json!({ "principal": world.cast.ana.by_id() }));
    let outcome = world.ask(&asked);
    assert_eq!(world.ask(&asked), outcome);
    let mut mended = asked;
    mended["entitlement"] = format!("team:{}:member", world.cast.north).into();
    assert_eq!(verdict(&world.ask(&mended)), is("rejected", Some("request_id_reused")));
}
