//! Queues in both emulators, and what stands between them and a function.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

use std::time::Duration;

use jiff::Timestamp;
use scenarios::{
    Delivery, Depth, Emulator, LocalAws, Queue, QueueRecord, deliver_batch, sqs_event,
};
use serde_json::{Value, json};

const EMULATORS: [Emulator; 2] = [Emulator::MiniStack, Emulator::Moto];
const NOW: Duration = Duration::ZERO;

/// A FIFO queue of its own, and the one behind it.
fn queues(emulator: Emulator, test: &str) -> [Queue; 2] {
    let aws = LocalAws::shared(emulator);
    let dead_letters = Queue::fifo(aws, &format!("{test}-dead-letters"));
    [Queue::fifo_before(aws, test, &dead_letters), dead_letters]
}

fn bodies(records: &[QueueRecord]) -> Vec<&str> {
    records.iter().map(|record| &*record.body).collect()
}

/// Answers as a function does that reports back the messages with these bodies.
fn reporting<'a>(
    back: &'a [&'a str],
) -> impl FnOnce(&Value) -> Option<Result<Value, scenarios::FunctionError>> + 'a {
    move |event| {
        let records = event["Records"].as_array().unwrap().iter();
        let failed = records.filter(|record| back.contains(&record["body"].as_str().unwrap()));
        let failures: Vec<_> =
            failed.map(|record| json!({ "itemIdentifier": record["messageId"] })).collect();
        Some(Ok(json!({ "batchItemFailures": failures })))
    }
}

fn depth(visible: usize, in_flight: usize) -> Depth {
    Depth { visible, in_flight }
}

#[test]
fn messages_of_a_group_keep_their_order() {
    for emulator in EMULATORS {
        let [queue, _] = queues(emulator, "order");
        for body in ["one", "two", "three"] {
            queue.send(body, "group");
        }
        assert_eq!(queue.depth(), depth(3, 0), "{emulator:?}");
        let records = queue.receive(NOW);
        assert_eq!(bodies(&records), ["one", "two", "three"], "{emulator:?}");
        assert_eq!(queue.depth(), depth(0, 3), "{emulator:?}");
        assert_eq!(records[0].receive_count(), 1, "{emulator:?}");
    }
}

#[test]
fn a_group_waits_for_its_first_message_and_others_do_not() {
    for emulator in EMULATORS {
        let [queue, _] = queues(emulator, "groups");
        queue.send("one", "group");
        let first = queue.receive(NOW);
        queue.send("two", "group");
        queue.send("other", "another group");
        assert_eq!(bodies(&queue.receive(NOW)), ["other"], "{emulator:?}");
        queue.release(&first[0]);
        let again = queue.receive(NOW);
        assert_eq!(bodies(&again), ["one", "two"], "{emulator:?}");
        assert_eq!([2, 1], [again[0].receive_count(), again[1].receive_count()], "{emulator:?}");
        assert_ne!(first[0].receipt_handle, again[0].receipt_handle, "{emulator:?}");
    }
}

#[test]
fn a_de_duplication_id_is_swallowed_the_second_time() {
    for emulator in EMULATORS {
        let [queue, _] = queues(emulator, "duplicates");
        queue.send_as("one", "group", "same");
        queue.send_as("two", "group", "same");
        queue.send("one", "group");
        queue.send("one", "group");
        assert_eq!(bodies(&queue.receive(NOW)), ["one", "one", "one"], "{emulator:?}");
    }
}

#[test]
fn what_is_received_too_often_is_put_aside() {
    for emulator in EMULATORS {
        let aws = LocalAws::shared(emulator);
        let dead_letters = Queue::fifo(aws, "given-up");
        let queue = Queue::fifo_giving_up_after(aws, "tried", &dead_letters, 2);
        queue.send("poison", "group");
        for _ in 0..2 {
            queue.release(&queue.receive(NOW)[0]);
        }
        assert_eq!(queue.receive(NOW), [], "{emulator:?}");
        assert_eq!(bodies(&dead_letters.receive(NOW)), ["poison"], "{emulator:?}");
    }
}

#[test]
fn all_is_taken_from_a_queue_without_order() {
    for emulator in EMULATORS {
        let queue = Queue::standard(LocalAws::shared(emulator), "plain");
        let sent: Vec<_> = (10..35).map(|number| number.to_string()).collect();
        sent.iter().for_each(|body| drop(queue.send_plain(body)));
        let mut taken = queue.take_all();
        taken.sort_unstable();
        assert_eq!(taken, sent, "{emulator:?}");
        assert_eq!(queue.depth(), Depth::default(), "{emulator:?}");
    }
}

#[test]
fn what_is_not_reported_back_is_deleted() {
    for emulator in EMULATORS {
        let [queue, _] = queues(emulator, "delivery");
        assert!(deliver_batch(&queue, NOW, reporting(&[])).is_none(), "{emulator:?}");
        for body in ["one", "two", "three"] {
            queue.send(body, body);
        }
        let delivery = deliver_batch(&queue, NOW, reporting(&["two"])).unwrap();
        let Delivery { records, retried, answer } = delivery;
        assert_eq!(bodies(&records), ["one", "two", "three"], "{emulator:?}");
        assert_eq!(retried, [&*records[1].message_id], "{emulator:?}");
        assert!(answer.unwrap().is_ok());
        assert_eq!(queue.depth(), depth(0, 1), "{emulator:?}");
        // As the function does itself for what it reports back.
        queue.release(&records[1]);
        let again = deliver_batch(&queue, NOW, |_| None).unwrap();
        assert_eq!((bodies(&again.records), again.retried.len()), (vec!["two"], 1), "{emulator:?}");
        assert_eq!(queue.depth(), depth(0, 1), "{emulator:?}: nobody answered");
    }
}

#[test]
#[should_panic(expected = "was not in the batch")]
fn who_reports_another_message_is_found_out() {
    let [queue, _] = queues(Emulator::MiniStack, "stranger");
    queue.send("one", "group");
    let failures = json!({ "batchItemFailures": [{ "itemIdentifier": "no such message" }] });
    deliver_batch(&queue, NOW, |_| Some(Ok(failures)));
}

#[test]
fn an_event_is_as_lambda_makes_it() {
    for emulator in EMULATORS {
        let [queue, _] = queues(emulator, "event");
        let id = queue.send_as("body", "the-group", "the-id");
        let before = Timestamp::now().as_millisecond();
        let records = queue.receive(NOW);
        let mut event = sqs_event(&records, queue.arn());
        let record = &mut event["Records"][0];
        for (name, value) in [
            ("ApproximateReceiveCount", "1"),
            ("MessageGroupId", "the-group"),
            ("MessageDeduplicationId", "the-id"),
        ] {
            assert_eq!(record["attributes"][name], value, "{emulator:?}: {record:#}");
        }
        let sent: i64 = record["attributes"]["SentTimestamp"].as_str().unwrap().parse().unwrap();
        assert!((before - 60_000..=before).contains(&sent), "{emulator:?}: {sent}");
        record["attributes"] = json!({});
        let expected = json!({ "Records": [{
            "messageId": id,
            "receiptHandle": records[0].receipt_handle,
            "body": "body",
            "attributes": {},
            "messageAttributes": {},
            "md5OfBody": "841a2d689ad86bd1611447453c22c6fc",
            "eventSource": "aws:sqs",
            "eventSourceARN": queue.arn(),
            "awsRegion": "us-east-1",
        }] });
        assert_eq!(event, expected, "{emulator:?}");
        assert!(queue.arn().ends_with(":event.fifo"), "{}", queue.arn());
    }
}

#[test]
fn a_made_up_record_has_all_that_a_received_one_has() {
    let [queue, _] = queues(Emulator::MiniStack, "likeness");
    queue.send("body", "group");
    let at: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
    let made_up = QueueRecord::made_up("body").sent_at(at).receives(7).group("g");
    let event = sqs_event(&[queue.receive(NOW).remove(0), made_up], queue.arn());
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let [received, made_up] = [0, 1].map(|index| &event["Records"][index]);
    assert_eq!(names(received), names(made_up));
    assert_eq!(names(&received["attributes"]), names(&made_up["attributes"]));
    assert_eq!(made_up["attributes"]["SentTimestamp"], "1795341600000");
    assert_eq!(made_up["attributes"]["ApproximateReceiveCount"], "7");
    assert_eq!(made_up["attributes"]["MessageGroupId"], "g");
}
