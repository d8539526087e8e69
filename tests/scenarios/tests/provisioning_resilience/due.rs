//! Killed wherever it is, the look for due grants leads to one end of each; it sends what the outcome queue did
//! not take.

use jiff::{SignedDuration, Timestamp};
use scenarios::{PLENTY, Provisioning, QueueRecord, Side, ending, grant, text, wait_until};
use serde_json::{Value, json};

use crate::{
    kinds::{revocation, world},
    support::{behind, gate_before, id, is, somebody, verdict, written},
};

#[test]
fn each_grant_ends_once_however_often_the_look_for_it_is_killed() {
    let mut world = world();
    // There are no outcomes of before: from now on it only looks whether they are entered.
    world.expire_grants();
    let team = world.cast.north.clone();
    let people = [(); 3].map(|()| somebody(&world));
    let end = Timestamp::now() + SignedDuration::from_secs(4);
    let records: Vec<_> = people
        .iter()
        .map(|dee| ending(grant(dee, &format!("team:{team}:member")), end))
        .map(|body| QueueRecord::made_up(body.to_string()))
        .collect();
    assert_eq!(world.hand_over(&records), [] as [String; 0]);
    assert_eq!(world.take_outcomes().len(), people.len());
    world.vendor().reset_log();
    wait_until(end);
    let mut kills = 0;
    for (nth, side) in (1..).flat_map(|nth| [(nth, Side::Before), (nth, Side::After)]) {
        // Another gate each time: several calls are under way at once, and those of a process that was
        // killed are not to be counted with the next one's.
        let gate = gate_before(&world);
        world = behind(&gate, world);
        let process = world.expiry();
        gate.hold(nth, side);
        let answer = process.invoke_and_kill_when(&json!({}), PLENTY, || gate.holds());
        gate.lose();
        if let Some(answer) = answer {
            assert_eq!(answer.unwrap()["due"], people.len());
            break;
        }
        kills += 1;
    }
    let gate = gate_before(&world);
    let world = behind(&gate, world);
    // A list, how much is on the queue, of each grant its entry, what was not told, and what is entered of
    // outcomes of before: at least. What a killed one has noted need not be asked for again.
    assert!(kills >= 2 * (1 + 1 + people.len() + 1 + 1), "{kills}");
    let verdicts: Vec<_> = world.deliver_all().iter().map(verdict).collect();
    assert_eq!(verdicts, vec![is("succeeded", None); people.len()], "SQS swallows what it knows");
    let mut expected = people.map(|dee| format!("DELETE /teams/{team}/users/{}", dee.id));
    let mut lines = written(&world);
    expected.sort_unstable();
    lines.sort_unstable();
    assert_eq!(lines, expected);
    assert_eq!(world.expire_grants(), json!({ "due": 0, "sent": 0 }));
}

#[test]
fn an_outcome_queue_that_is_gone_delays_nothing_but_the_telling() {
    let mut world = world();
    let there = world.outcomes.url().to_owned();
    world.reconfigure("ROLLCALL_OUTCOME_QUEUE_URL", &format!("{there}-gone"));
    let cases = [(); 3].map(|()| revocation(&world));
    let records = cases.each_ref().map(|case| QueueRecord::made_up(case.body.to_string()));
    assert_eq!(world.hand_over(&records), [] as [String; 0]);
    assert!(cases.iter().all(|case| (case.is_so)(&world)));
    let recorded = cases.each_ref().map(|case| {
        let outcome = world.entry(&format!("requests/{}/outcome.json", id(&case.body))).unwrap();
        assert_eq!(verdict(&outcome), is("succeeded", None), "{outcome:#}");
        outcome
    });
    let kept = |world: &Provisioning| world.ledger("unsent/").into_values().collect::<Vec<_>>();
    let in_order = |mut outcomes: Vec<Value>| {
        outcomes.sort_by_key(|outcome| text(&outcome["request_id"]));
        outcomes
    };
    let expected = in_order(recorded.to_vec());
    // Whoever looks while it is still gone keeps them.
    assert_eq!(world.expire_grants(), json!({ "due": 0, "sent": 0 }));
    assert_eq!((in_order(kept(&world)), world.take_outcomes()), (expected.clone(), vec![]));
    world.reconfigure("ROLLCALL_OUTCOME_QUEUE_URL", &there);
    assert_eq!(world.expire_grants(), json!({ "due": 0, "sent": 0 }));
    assert_eq!((kept(&world), in_order(world.take_outcomes())), (vec![], expected));
}
