//! The queues, on SQS.

use std::time::Duration;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_sqs::{Client, error::ProvideErrorMetadata, types::QueueAttributeName};
use rollcall_provisioning::{
    End, RequestId,
    batch::{Delivery, Queues},
    due::Ends,
    ledger::LedgerKeys,
    outcome::Outcome,
    outcome_delivery::OutcomeQueue,
    process::Trouble,
};

use crate::provisioning_config::ProvisioningConfig;

/// The largest outcome that is sent: a little less than SQS takes by default, 256 KiB.
const LARGEST: usize = 250 << 10;

/// The connection's queues.
pub(crate) struct SqsQueues {
    client: Client,
    connection: String,
    provision: String,
    outcome: Option<String>,
}

impl SqsQueues {
    pub(crate) fn new(aws: &SdkConfig, config: &ProvisioningConfig, connection: &str) -> Self {
        Self {
            client: Client::new(aws),
            connection: connection.to_owned(),
            provision: config.provision_queue.to_string(),
            outcome: config.outcome_queue.as_ref().map(ToString::to_string),
        }
    }
}

#[async_trait(?Send)]
impl Ends for SqsQueues {
    async fn ask(&self, end: &End) -> Result<(), Trouble> {
        let request = self
            .client
            .send_message()
            .queue_url(&self.provision)
            .message_group_id(end.message_group())
            .message_deduplication_id(end.revocation_id().as_str())
            .message_body(end.message().to_string());
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => {
                Err(Trouble::new(format!("cannot send to {}: {}", self.provision, told_by(&error))))
            }
        }
    }

    async fn is_empty(&self) -> Result<bool, Trouble> {
        let counts = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
            QueueAttributeName::ApproximateNumberOfMessagesDelayed,
        ];
        let request = self.client.get_queue_attributes().queue_url(&self.provision);
        let told = request.set_attribute_names(Some(counts.to_vec())).send().await;
        let told = told.map_err(|error| Trouble::new(told_by(&error)))?;
        let is_none =
            |count| told.attributes().and_then(|all| all.get(count)).is_some_and(|n| n == "0");
        Ok(counts.iter().all(is_none))
    }
}

#[async_trait(?Send)]
impl OutcomeQueue for SqsQueues {
    async fn tell(&self, outcome: &Outcome) -> Result<(), Trouble> {
        let Some(url) = &self.outcome else { return Ok(()) };
        let id = outcome.request_id.as_deref().and_then(RequestId::parse);
        let folder = id.map(|id| LedgerKeys::new(&self.connection).of(&id)).unwrap_or_default();
        let body = outcome.told_within(LARGEST, &folder);
        let mut request = self.client.send_message().queue_url(url).message_body(body);
        if url.ends_with(".fifo") {
            // Each telling is a message of its own: whoever asks again shall hear again.
            let unique = format!("{:032x}", rand::random::<u128>());
            request = request.message_group_id(&self.connection).message_deduplication_id(unique);
        }
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(Trouble::new(format!(
                "the outcome is recorded, but {url} does not take it: {}",
                told_by(&error)
            ))),
        }
    }
}

#[async_trait(?Send)]
impl Queues for SqsQueues {
    async fn hold_back(&self, delivery: &Delivery, wait: Duration) {
        let seconds = i32::try_from(wait.as_secs()).unwrap_or(i32::MAX);
        let request = self
            .client
            .change_message_visibility()
            .queue_url(&self.provision)
            .receipt_handle(&delivery.receipt_handle)
            .visibility_timeout(seconds);
        if let Err(error) = request.send().await {
            let message_id = delivery.message.message_id.as_str();
            tracing::warn!(message_id, reason = told_by(&error), "its wait could not be shortened");
        }
    }
}

/// What the queue says, in a line.
fn told_by<E: ProvideErrorMetadata + std::error::Error>(error: &E) -> String {
    match (error.code(), error.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        (None, _) => match error.source() {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        },
    }
}
