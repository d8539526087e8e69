//! A queue in the local AWS.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use aws_sdk_sqs::{
    operation::send_message::builders::SendMessageFluentBuilder as SendMessage,
    types::{MessageSystemAttributeName, QueueAttributeName},
};
use serde_json::json;

use crate::{LocalAws, QueueRecord, blocking};

/// As the template has it: six times the function's time-out.
const VISIBILITY_SECONDS: u32 = 720;
/// As the template has it: the most that SQS takes, since a message is tried for a day.
const MAX_RECEIVES: u32 = 1_000;

/// A queue in SQS. What a test cannot expect, such as a refused message, panics.
#[derive(Debug, Clone)]
pub struct Queue {
    client: aws_sdk_sqs::Client,
    url: String,
    arn: String,
}

/// How many messages a queue holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Depth {
    /// That can be received.
    pub visible: usize,
    /// That were received and not deleted, and whose time has not passed.
    pub in_flight: usize,
}

impl Queue {
    /// Makes a new one without an order.
    pub fn standard(aws: &LocalAws, name: &str) -> Self {
        Self::create(aws, name, &[])
    }

    /// Makes a new FIFO queue; `.fifo` is added to the name.
    pub fn fifo(aws: &LocalAws, name: &str) -> Self {
        Self::create(aws, &format!("{name}.fifo"), &[(QueueAttributeName::FifoQueue, "true")])
    }

    /// Makes a new FIFO queue as the template has it, with a queue for what is received too often.
    pub fn fifo_before(aws: &LocalAws, name: &str, dead_letters: &Self) -> Self {
        Self::fifo_giving_up_after(aws, name, dead_letters, MAX_RECEIVES)
    }

    /// The same with another number of receives.
    pub fn fifo_giving_up_after(
        aws: &LocalAws,
        name: &str,
        dead_letters: &Self,
        receives: u32,
    ) -> Self {
        let redrive =
            json!({ "deadLetterTargetArn": dead_letters.arn, "maxReceiveCount": receives });
        let attributes = [
            (QueueAttributeName::FifoQueue, "true"),
            (QueueAttributeName::RedrivePolicy, &redrive.to_string()),
            (QueueAttributeName::VisibilityTimeout, &VISIBILITY_SECONDS.to_string()),
        ];
        Self::create(aws, &format!("{name}.fifo"), &attributes)
    }

    fn create(aws: &LocalAws, name: &str, attributes: &[(QueueAttributeName, &str)]) -> Self {
        let client = aws.sqs.clone();
        let request = attributes
            .iter()
            .fold(client.create_queue().queue_name(name), |request, (attribute, value)| {
                request.attributes(attribute.clone(), *value)
            });
        let answer = blocking::wait(request.send()).expect("a queue can be created");
        let url = answer.queue_url().expect("a new queue has a URL").to_owned();
        let mut queue = Self { client, url, arn: String::new() };
        queue.arn = queue.attribute(QueueAttributeName::QueueArn);
        queue
    }

    /// Its URL: `ROLLCALL_PROVISION_QUEUE_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its ARN: what events call their source.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Sends a message to a queue without an order; its id.
    pub fn send_plain(&self, body: &str) -> String {
        self.submit(body, |request| request)
    }

    /// Sends a message to a FIFO queue, with a de-duplication id of its own; its id.
    pub fn send(&self, body: &str, group: &str) -> String {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let fresh = format!("fresh-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        self.send_as(body, group, &fresh)
    }

    /// The same with a certain de-duplication id: one that was seen within 5 minutes is swallowed.
    pub fn send_as(&self, body: &str, group: &str, deduplication_id: &str) -> String {
        self.submit(body, |request| {
            request.message_group_id(group).message_deduplication_id(deduplication_id)
        })
    }

    fn submit(&self, body: &str, with: impl FnOnce(SendMessage) -> SendMessage) -> String {
        let request = with(self.client.send_message().queue_url(&self.url).message_body(body));
        let answer = blocking::wait(request.send()).expect("a message can be sent");
        answer.message_id().expect("a message has an id").to_owned()
    }

    /// Receives up to 10 messages, and waits so long (whole seconds, at most 20) for the first.
    pub fn receive(&self, wait: Duration) -> Vec<QueueRecord> {
        let seconds = i32::try_from(wait.as_secs()).expect("a wait of at most 20 seconds");
        let request = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(10)
            .wait_time_seconds(seconds)
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .message_attribute_names("All");
        let answer = blocking::wait(request.send()).expect("a queue can be read");
        answer.messages().iter().map(QueueRecord::received).collect()
    }

    /// Deletes a message that was received.
    pub fn delete(&self, record: &QueueRecord) {
        let request = self.client.delete_message().queue_url(&self.url);
        blocking::wait(request.receipt_handle(&record.receipt_handle).send())
            .expect("a received message can be deleted");
    }

    /// Lets a message that was received be received again at once, as if its time had passed.
    pub fn release(&self, record: &QueueRecord) {
        let request = self.client.change_message_visibility().queue_url(&self.url);
        let request = request.receipt_handle(&record.receipt_handle).visibility_timeout(0);
        blocking::wait(request.send()).expect("a received message can be made visible");
    }

    /// Receives and deletes all that can be received; the bodies.
    pub fn take_all(&self) -> Vec<String> {
        let mut bodies = Vec::new();
        loop {
            let records = self.receive(Duration::ZERO);
            if records.is_empty() {
                return bodies;
            }
            for record in records {
                self.delete(&record);
                bodies.push(record.body);
            }
        }
    }

    /// How many messages it holds.
    pub fn depth(&self) -> Depth {
        // In one answer: between two, a message that becomes visible again would be in neither.
        let all = self.attributes();
        let count = |name| all[&name].parse().expect("a number of messages");
        Depth {
            visible: count(QueueAttributeName::ApproximateNumberOfMessages),
            in_flight: count(QueueAttributeName::ApproximateNumberOfMessagesNotVisible),
        }
    }

    fn attribute(&self, name: QueueAttributeName) -> String {
        self.attributes()[&name].clone()
    }

    fn attributes(&self) -> HashMap<QueueAttributeName, String> {
        let request = self.client.get_queue_attributes().queue_url(&self.url);
        let answer = blocking::wait(request.attribute_names(QueueAttributeName::All).send())
            .expect("a queue can be described");
        answer.attributes.unwrap_or_default()
    }
}
