//! Asks for the end of every grant that is due, and sends the outcomes that could not be sent.

use std::time::Duration;

use jiff::Timestamp;
use rollcall_provisioning::{
    due::{AskError, Asked, ask_for_due},
    outcome_delivery::send_kept,
    process::Trouble,
};
use serde::Serialize;
use tokio::time::Instant;

use crate::{Failure, Invocation};

/// What is kept of the time for what is under way when it is up.
const RESERVE: Duration = Duration::from_secs(10);

/// The answer.
#[derive(Debug, Serialize)]
pub struct ExpiryAnswer {
    due: usize,
    sent: usize,
}

/// Puts a revocation on the queue for each grant that is due, once, until it is settled, and enters
/// outcomes of earlier releases in the index of what was settled, until they are all there.
///
/// # Errors
/// If the store or the queue does not answer; what is left is sent the next time.
pub async fn expire_grants(invocation: &mut Invocation<'_>) -> Result<ExpiryAnswer, Failure> {
    let deadline = Instant::now() + invocation.remaining.saturating_sub(RESERVE);
    let parts = invocation.context.provisioning()?;
    let now = Timestamp::now();
    let turn = rand::random_range(0..=usize::MAX);
    let asked = ask_for_due(&parts.ledger, &parts.queues, now, deadline, turn).await?;
    let Asked { due, sent, oldest, mut damaged, trouble } = asked;
    let metrics = &mut *invocation.metrics;
    let overdue = oldest.map_or(0.0, |second| now.duration_since(second).as_secs_f64());
    metrics.count("GrantsDue", due.try_into().unwrap_or(u64::MAX));
    metrics.count("MessagesSent", sent.try_into().unwrap_or(u64::MAX));
    metrics.seconds("ExpiryOverdueSeconds", overdue);
    // After the ends: a queue that nobody listens to keeps none waiting.
    let kept = send_kept(&parts.ledger, &parts.queues, deadline).await?;
    metrics.count("OutcomesUntold", kept.kept.try_into().unwrap_or(u64::MAX));
    if let Some(Trouble { reason, .. }) = kept.trouble {
        tracing::warn!(reason, sent = kept.sent, kept = kept.kept, "outcomes cannot be sent yet");
    }
    // Last, since nobody waits for it.
    let indexed = parts.ledger.enter_earlier(now, deadline).await;
    for error in &damaged {
        tracing::error!(reason = %error, "an end of a grant cannot be read");
    }
    match (trouble, damaged.pop()) {
        (Some(AskError::Ledger(error)), _) => Err(error.into()),
        (Some(AskError::Queue(trouble)), _) => {
            Err(Failure::new("QueueUnavailable", &trouble.reason))
        }
        // The others are on their way; somebody has to look at this one.
        (None, Some(error)) => Err(error.into()),
        (None, None) => indexed.map(|()| ExpiryAnswer { due, sent }).map_err(Failure::from),
    }
}
