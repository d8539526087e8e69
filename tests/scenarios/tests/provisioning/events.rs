//! Events that are no batch, and batches that are odd.

use jiff::{SignedDuration, Timestamp};
use litmos_simulator::{Fault, Rule};
use scenarios::{PLENTY, Provisioning, QueueRecord, grant, sqs_event};
use serde_json::{Value, json};

use crate::support::{is, verdict};

const DAY: SignedDuration = SignedDuration::from_hours(24);

#[test]
fn what_is_no_batch_is_refused() {
    let world = Provisioning::new();
    let process = world.provision();
    for event in [
        json!({}),
        Value::Null,
        json!([]),
        json!("Records"),
        json!({ "Records": "one" }),
        json!({ "Records": [{ "body": "{}" }] }),
        json!({ "Records": [{ "messageId": "m" }] }),
        json!({ "Records": [{ "messageId": 7, "body": "{}" }] }),
        json!({ "run_id": "20261121T220000Z" }),
    ] {
        let error = process.invoke(&event, PLENTY).unwrap_err();
        assert_eq!(error.error_type, "InvalidEvent", "{event}: {error}");
        assert!(error.error_message.contains("Records"), "{event}: {error}");
    }
    assert_eq!(world.ledger(""), [].into());
    let answer = process.invoke(&json!({ "Records": [] }), PLENTY).unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [] }));
}

#[test]
fn expire_grants_takes_any_object() {
    let world = Provisioning::new();
    let process = world.expiry();
    for event in [
        json!({}),
        json!({ "detail-type": "Scheduled Event", "source": "aws.scheduler", "detail": {} }),
        json!({ "anything": [1, 2] }),
    ] {
        let answer = process.invoke(&event, PLENTY).unwrap();
        assert_eq!(answer, json!({ "due": 0, "sent": 0 }));
    }
}

/// What a message does not tell about itself is no reason to lose it.
#[test]
fn a_message_needs_no_attributes() {
    let world = Provisioning::new();
    let asked = grant(&world.cast.ana, &format!("team:{}:member", world.cast.north));
    let mut event = sqs_event(&[QueueRecord::made_up(asked.to_string())], world.requests.arn());
    let record = event["Records"][0].as_object_mut().unwrap();
    record.retain(|name, _| ["messageId", "body", "receiptHandle"].contains(&name.as_str()));
    let answer = world.provision().invoke(&event, PLENTY).unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [] }));
    assert_eq!(
        world.take_outcomes().iter().map(verdict).collect::<Vec<_>>(),
        [is("succeeded", None)]
    );
}

/// Requests act in the order they were sent.
#[test]
fn a_batch_is_carried_out_in_its_order() {
    let world = Provisioning::new();
    let (ana, what) = (&world.cast.ana, format!("team:{}:member", world.cast.north));
    for body in [
        grant(ana, &what),
        scenarios::revoke(ana, &what),
        grant(ana, &what),
        scenarios::revoke(ana, &what),
        scenarios::revoke(ana, &what),
    ] {
        world.send(&body);
    }
    let outcomes = world.deliver_all();
    let statuses: Vec<_> = outcomes.iter().map(|outcome| verdict(outcome).0).collect();
    assert_eq!(statuses, ["succeeded", "succeeded", "succeeded", "succeeded", "already_done"]);
    assert_eq!(world.membership(&world.cast.north, &ana.id), None);
}

/// Tried for a day, in vain: an outcome that says so, in place of a message that nobody reads.
#[test]
fn after_a_day_it_is_given_up() {
    let world = Provisioning::new();
    let what = format!("team:{}:member", world.cast.north);
    world.vendor().faults().add(Rule::new(Fault::Unavailable));
    let minute = SignedDuration::from_mins(1);
    for (waited, receives, given_up) in [
        (DAY - minute, 900, false),
        (DAY + minute, 900, true),
        // The queue gives a message up after 1,000 receives: the outcome comes before that.
        (minute, 999, true),
    ] {
        let asked = grant(&world.cast.ana, &what);
        let record = QueueRecord::made_up(asked.to_string())
            .first_received_at(Timestamp::now() - waited)
            .receives(receives);
        let reported = world.hand_over(std::slice::from_ref(&record));
        let outcomes = world.take_outcomes();
        if given_up {
            assert_eq!(reported, [] as [String; 0]);
            let verdicts: Vec<_> = outcomes.iter().map(verdict).collect();
            assert_eq!(verdicts, [is("failed", Some("vendor_unavailable"))]);
        } else {
            assert_eq!((reported, outcomes), (vec![record.message_id], vec![]));
        }
    }
    assert_eq!(world.writes(), []);
}
