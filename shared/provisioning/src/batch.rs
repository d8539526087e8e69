//! A batch of messages, one after the other.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

use async_trait::async_trait;
use tokio::time::Instant;

use crate::{
    RequestId, Waiting,
    outcome::{Outcome, Status},
    outcome_delivery::{OutcomeDelivery, OutcomeQueue},
    process::{Handled, Message, Provisioning, Trouble, TroubleKind},
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
pub trait Queues: OutcomeQueue {
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
    vendor: impl Fn(&Message) -> Box<dyn Vendor>,
    queues: &dyn Queues,
    deadline: Instant,
) -> Summary {
    let mut summary = Summary::default();
    let mut waiting = Waiting::default();
    let outcomes = OutcomeDelivery::new(provisioning.ledger, queues);
    for delivery in deliveries {
        let Delivery { message, .. } = delivery;
        if Instant::now() >= deadline {
            queues.hold_back(delivery, Duration::ZERO).await;
            summary.again.push(message.message_id.clone());
            continue;
        }
        let mut vendor = vendor(message);
        let handled = provisioning.handle(message, &mut *vendor, &mut waiting, deadline).await;
        summary.take(delivery, handled, 0.75, &outcomes, queues).await;
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
    let outcomes = OutcomeDelivery::new(provisioning.ledger, queues);
    for delivery in deliveries {
        let handled = provisioning.put_off(&delivery.message, Trouble::new(reason)).await;
        // Spread further than usual: whoever kept this batch from being begun is soon done with it.
        summary.take(delivery, handled, 0.25, &outcomes, queues).await;
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
        outcomes: &OutcomeDelivery<'_>,
        queues: &dyn Queues,
    ) {
        let Delivery { message, .. } = delivery;
        let trouble = match handled {
            Handled::Settled(outcome) => {
                self.count(&outcome);
                outcomes.send_or_keep(&message.message_id, &outcome).await.err()
            }
            Handled::Later(trouble) => Some(trouble),
        };
        if let Some(Trouble { reason, kind }) = trouble {
            let wait = wait(message.received, kind, least + (1.0 - least) * spread(message));
            let wait_seconds = wait.as_secs_f64();
            let (message_id, received) = (&message.message_id, message.received);
            tracing::warn!(message_id, received, reason, wait_seconds, "has to come again");
            self.credentials_refused |= kind == TroubleKind::Credentials;
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

/// Where in the range of its waits a message is, from 0 to 1: another place for each, and each time.
fn spread(message: &Message) -> f64 {
    let mut hasher = DefaultHasher::new();
    (&message.message_id, message.received).hash(&mut hasher);
    f64::from(u16::try_from(hasher.finish() >> 48).unwrap_or_default()) / f64::from(u16::MAX)
}

/// How long a message waits before it comes again, after having been taken up so often.
///
/// What the vendor does not do waits for four minutes at most: long enough that some records which fail
/// again and again leave the batches to others. What Rollcall's own side keeps waiting waits half a minute
/// for about the first hour. A queue hands a message out 1,000 times at most before it goes to the dead
/// letters, so that to be tried for 24 hours it has to wait longer then.
#[must_use]
pub fn wait(received: u32, kind: TroubleKind, jitter: f64) -> Duration {
    let longest = match kind {
        TroubleKind::Vendor | TroubleKind::Credentials => 240.0,
        TroubleKind::Own if received <= 120 => 30.0,
        TroubleKind::Own => 120.0,
        TroubleKind::SecondLook => return Duration::from_secs_f64(21.0 + 5.0 * jitter),
    };
    let repeats = i32::try_from(received.saturating_sub(1)).unwrap_or(i32::MAX);
    let grown = 2.0 * 3.0_f64.powi(repeats);
    Duration::from_secs_f64(grown.min(longest) * jitter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_grows_and_outlasts_a_day() {
        let seconds =
            |kind| [1, 2, 3, 4, 5, 6, 120].map(|received| wait(received, kind, 1.0).as_secs());
        assert_eq!(seconds(TroubleKind::Own), [2, 6, 18, 30, 30, 30, 30]);
        assert_eq!(seconds(TroubleKind::Vendor), [2, 6, 18, 54, 162, 240, 240]);
        assert!(wait(1, TroubleKind::SecondLook, 0.0) > Duration::from_secs(20));
        let in_all = |receipts: std::ops::Range<u32>, jitter| -> Duration {
            receipts.map(|received| wait(received, TroubleKind::Own, jitter)).sum()
        };
        assert!(in_all(1..990, 0.75) > Duration::from_secs(22 * 3600));
        assert!(in_all(1..990, 0.875) > Duration::from_secs(24 * 3600));
        assert!(in_all(1..121, 1.0) > Duration::from_secs(50 * 60));
    }
}
