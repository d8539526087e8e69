//! What Lambda does between a queue and a function: one batch at a time, so that a test can kill
//! the function in between.

use std::time::Duration;

use serde_json::Value;

use crate::{FunctionError, Queue, QueueRecord, sqs_event};

/// What became of one batch.
#[derive(Debug)]
pub struct Delivery {
    /// The messages, in their order.
    pub records: Vec<QueueRecord>,
    /// The function's answer; nothing if it was killed.
    pub answer: Option<Result<Value, FunctionError>>,
    /// The ids of the messages that stay in the queue.
    pub retried: Vec<String>,
}

/// Receives a batch, waits so long for its first message, hands it to a function by way of
/// `invoke` (nothing: it was killed), and deletes what was not reported back. Of a function that
/// failed or was killed every message stays. Nothing is returned if there was no message.
///
/// # Panics
/// If the function reports a message back that was not in the batch: Lambda would take that for a
/// failure of the whole batch.
pub fn deliver_batch(
    queue: &Queue,
    wait: Duration,
    invoke: impl FnOnce(&Value) -> Option<Result<Value, FunctionError>>,
) -> Option<Delivery> {
    let records = queue.receive(wait);
    if records.is_empty() {
        return None;
    }
    let answer = invoke(&sqs_event(&records, queue.arn()));
    let retried = match &answer {
        Some(Ok(answer)) => reported(answer, &records),
        _ => records.iter().map(|record| record.message_id.clone()).collect(),
    };
    for record in records.iter().filter(|record| !retried.contains(&record.message_id)) {
        queue.delete(record);
    }
    Some(Delivery { records, answer, retried })
}

/// The messages that an answer reports back.
///
/// # Panics
/// If it is no answer to a batch of these messages.
pub(crate) fn reported(answer: &Value, records: &[QueueRecord]) -> Vec<String> {
    let failures = answer["batchItemFailures"].as_array();
    let failures = failures.unwrap_or_else(|| panic!("{answer} is no answer to a batch"));
    let id = |failure: &Value| {
        let id = failure["itemIdentifier"].as_str().unwrap_or_default();
        let known = records.iter().any(|record| record.message_id == id);
        assert!(known, "{failure} was not in the batch");
        id.to_owned()
    };
    failures.iter().map(id).collect()
}
