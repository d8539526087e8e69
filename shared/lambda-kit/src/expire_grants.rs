//! Asks for the end of every grant that is due.

use jiff::Timestamp;
use serde::Serialize;

use crate::{Failure, Invocation};

/// The answer.
#[derive(Debug, Serialize)]
pub struct ExpiryAnswer {
    due: u64,
    sent: u64,
}

/// Puts a revocation on the queue for each grant that is due. What was sent before and is not
/// settled yet is sent again: it is the same request, so it is done once.
///
/// # Errors
/// If the store or the queue does not answer; what is left is sent the next time.
pub async fn expire_grants(invocation: &mut Invocation<'_>) -> Result<ExpiryAnswer, Failure> {
    let parts = invocation.context.provisioning()?;
    let now = Timestamp::now();
    let due = parts.ledger.due(now).await?;
    let mut answer = ExpiryAnswer { due: due.len().try_into().unwrap_or(u64::MAX), sent: 0 };
    let mut overdue = 0.0_f64;
    let mut trouble = None;
    for end in due {
        match end {
            Ok(end) => {
                overdue = overdue.max(now.duration_since(end.expires_at).as_secs_f64());
                parts.queues.end(&end).await?;
                answer.sent += 1;
            }
            Err(error) => {
                tracing::error!(reason = %error, "an end of a grant cannot be read");
                trouble = Some(error);
            }
        }
    }
    let metrics = &mut *invocation.metrics;
    metrics.count("GrantsDue", answer.due);
    metrics.count("MessagesSent", answer.sent);
    metrics.seconds("ExpiryOverdueSeconds", overdue);
    match trouble {
        // The others are on their way; somebody has to look at this one.
        Some(error) => Err(error.into()),
        None => Ok(answer),
    }
}
