//! A message as Lambda hands it to a function.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};

use aws_sdk_sqs::types::{Message, MessageAttributeValue};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::local_aws::REGION;

/// One message of a batch, received or made up.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueRecord {
    /// What a function reports back.
    pub message_id: String,
    /// What deletes it and changes how long it stays hidden.
    pub receipt_handle: String,
    /// What was sent.
    pub body: String,
    md5_of_body: String,
    attributes: BTreeMap<String, String>,
    message_attributes: Value,
}

impl QueueRecord {
    /// A message as it was received, with all its attributes.
    pub(crate) fn received(message: &Message) -> Self {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let attributes = message.attributes().into_iter().flatten();
        let message_attributes = message.message_attributes().into_iter().flatten();
        Self {
            message_id: text(message.message_id()),
            receipt_handle: text(message.receipt_handle()),
            body: text(message.body()),
            md5_of_body: text(message.md5_of_body()),
            attributes: attributes.map(|(name, value)| (name.to_string(), value.clone())).collect(),
            message_attributes: message_attributes
                .map(|(name, value)| (name.clone(), camel_case(value)))
                .collect::<Map<_, _>>()
                .into(),
        }
    }

    /// A message that lies in no queue: just sent, in a group of its own, received once.
    pub fn made_up(body: impl Into<String>) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let record = Self {
            message_id: format!("00000000-0000-4000-8000-{number:012}"),
            receipt_handle: format!("made-up-receipt-{number}"),
            body: body.into(),
            md5_of_body: format!("{number:032x}"),
            attributes: BTreeMap::new(),
            message_attributes: json!({}),
        };
        let now = Timestamp::now();
        record
            .with("MessageDeduplicationId", format!("made-up-{number}"))
            .with("MessageGroupId", format!("group-{number}"))
            .with("SenderId", "000000000000")
            .with("SequenceNumber", format!("{number:020}"))
            .receives(1)
            .sent_at(now)
            .first_received_at(now)
    }

    /// The same, sent at another time.
    #[must_use]
    pub fn sent_at(self, at: Timestamp) -> Self {
        self.with("SentTimestamp", at.as_millisecond())
    }

    /// The same, first received at another time.
    #[must_use]
    pub fn first_received_at(self, at: Timestamp) -> Self {
        self.with("ApproximateFirstReceiveTimestamp", at.as_millisecond())
    }

    /// The same, received so many times, this time included.
    #[must_use]
    pub fn receives(self, times: u32) -> Self {
        self.with("ApproximateReceiveCount", times)
    }

    /// The same in a certain group.
    #[must_use]
    pub fn group(self, group: &str) -> Self {
        self.with("MessageGroupId", group)
    }

    fn with(mut self, attribute: &str, value: impl ToString) -> Self {
        self.attributes.insert(attribute.to_owned(), value.to_string());
        self
    }

    /// How often it was received.
    #[must_use]
    pub fn receive_count(&self) -> u32 {
        let count = self.attributes.get("ApproximateReceiveCount").map(|count| count.parse());
        count.and_then(Result::ok).unwrap_or_default()
    }

    fn in_event(&self, source: &str) -> Value {
        json!({
            "messageId": self.message_id,
            "receiptHandle": self.receipt_handle,
            "body": self.body,
            "attributes": self.attributes,
            "messageAttributes": self.message_attributes,
            "md5OfBody": self.md5_of_body,
            "eventSource": "aws:sqs",
            "eventSourceARN": source,
            "awsRegion": REGION,
        })
    }
}

/// The event that Lambda makes of a batch; `source` is the queue's ARN.
#[must_use]
pub fn sqs_event(records: &[QueueRecord], source: &str) -> Value {
    let records: Vec<_> = records.iter().map(|record| record.in_event(source)).collect();
    json!({ "Records": records })
}

fn camel_case(value: &MessageAttributeValue) -> Value {
    let mut attribute = json!({
        "dataType": value.data_type(), "stringListValues": [], "binaryListValues": [],
    });
    if let Some(text) = value.string_value() {
        attribute["stringValue"] = text.into();
    }
    attribute
}
