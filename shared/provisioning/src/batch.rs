//! A batch of messages, one after the other.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use tokio::time::Instant;

use crate::{
    RequestId, Waiting,
    outcome::{Outcome, Status},
    process::{Handled, Message, Provisioning, Trouble},
    vendor::Vendor,
};

/// A message as the queue has delivered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What it is.
    pub message: Message,
    /// What the queue wants to hear to let it wait.
    pub receipt_handle: String,
}

/// The queue of the messages, and the one of the outcomes.
#[async_trait(?Send)]
pub trait Queues {
    /// Tells an outcome to whoever listens.
    async fn tell(&self, outcome: &Outcome) -> Result<(), Trouble>;

    /// Lets a message come again after this time. Best effort: it comes again anyway.
    async fn hold_back(&self, delivery: &Delivery, wait: Duration);
}

/// What became of a batch.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The messages that have to come again.
    pub again: Vec<String>,
    /// How many outcomes there were, by operation and status.
    pub outcomes: BTreeMap<(String, &'static str), u64>,
    /// How many ends of grants failed for good.
    pub failed_ends: u64,
    /// The vendor refuses the credentials.
    pub credentials_refused: bool,
}

/// Handles a batch. What is not reached in time comes again.
pub async fn handle(
    provisioning: &Provisioning<'_>,
    deliveries: &[Delivery],
    vendor: impl Fn() -> Box<dyn Vendor>,
    queues: &dyn Queues,
    deadline: Instant,
) -> Summary {
    let mut summary = Summary::default();
    let mut waiting = Waiting::default();
    for delivery in deliveries {
        let Delivery { message, .. } = delivery;
        if Instant::now() >= deadline {
            queues.hold_back(delivery, Duration::ZERO).await;
            summary.again.push(message.message_id.clone());
            continue;
        }
        let mut vendor = vendor();
        let handled = provisioning.handle(message, &mut *vendor, &mut waiting, deadline).await;
        summary.take(delivery, handled, 0.75, queues).await;
    }
    summary
}

/// Has a whole batch come again that cannot be begun now. What is too old for that is given up.
pub async fn put_off(
    provisioning: &Provisioning<'_>,
    deliveries: &[Delivery],
    reason: &str,
    queues: &dyn Queues,
) -> Summary {
    tracing::warn!(reason, messages = deliveries.len(), "the batch has to come again");
    let mut summary = Summary::default();
    for delivery in deliveries {
        let handled = provisioning.put_off(&delivery.message, Trouble::new(reason)).await;
        // Spread further than usual: whoever kept this batch from being begun is soon done with it.
        summary.take(delivery, handled, 0.25, queues).await;
    }
    summary
}

impl Summary {
    /// Notes what became of a message, and tells it. `least` is how short its wait may be at random,
    /// as a share of the longest.
    async fn take(
        &mut self,
        delivery: &Delivery,
        handled: Handled,
        least: f64,
        queues: &dyn Queues,
    ) {
        let Delivery { message, .. } = delivery;
        let trouble = match handled {
            Handled::Settled(outcome) => {
                self.count(&outcome);
                queues.tell(&outcome).await.err()
            }
            Handled::Later(trouble) => Some(trouble),
        };
        if let Some(Trouble { reason, credentials }) = trouble {
            let wait = wait(message.received, rand::random_range(least..=1.0));
            let wait_seconds = wait.as_secs_f64();
            let (message_id, received) = (&message.message_id, message.received);
            tracing::warn!(message_id, received, reason, wait_seconds, "has to come again");
            self.credentials_refused |= credentials;
            queues.hold_back(delivery, wait).await;
            self.again.push(message_id.clone());
        }
    }

    fn count(&mut self, outcome: &Outcome) {
        let operation = outcome.operation.clone().unwrap_or_else(|| "unknown".to_owned());
        *self.outcomes.entry((operation, outcome.status.name())).or_default() += 1;
        // What a message says of who wants it anybody can say.
        let id = outcome.request_id.as_deref().and_then(RequestId::parse);
        let own = id.is_some_and(|id| id.is_reserved());
        self.failed_ends += u64::from(own && outcome.status == Status::Failed);
    }

    /// How many outcomes had a status.
    #[must_use]
    pub fn with_status(&self, status: Status) -> u64 {
        let of_status = self.outcomes.iter().filter(|((_, name), _)| *name == status.name());
        of_status.map(|(_, count)| count).sum()
    }
}

/// How long a message waits before it comes again, after having been taken up so often.
///
/// At most 30 seconds for about the first hour. A queue hands a message out 1,000 times at most
/// before it goes to the dead letters, so that to be tried for 24 hours it has to wait longer then.
#[must_use]
pub fn wait(received: u32, jitter: f64) -> Duration {
    let longest = if received <= 120 { 30.0 } else { 120.0 };
    let grown = 2.0_f64.powi(i32::try_from(received).unwrap_or(i32::MAX));
    Duration::from_secs_f64(grown.min(longest) * jitter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_grows_to_half_a_minute_and_outlasts_a_day() {
        let seconds = |received| wait(received, 1.0).as_secs();
        assert_eq!([1, 2, 3, 4, 5, 6, 120].map(seconds), [2, 4, 8, 16, 30, 30, 30]);
        let shortest: Duration = (1..990).map(|received| wait(received, 0.75)).sum();
        assert!(shortest > Duration::from_secs(22 * 3600), "{shortest:?}");
        let average: Duration = (1..990).map(|received| wait(received, 0.875)).sum();
        assert!(average > Duration::from_secs(24 * 3600), "{average:?}");
        let first_hour: Duration = (1..=120).map(|received| wait(received, 1.0)).sum();
        assert!(first_hour > Duration::from_secs(50 * 60), "{first_hour:?}");
    }
}
