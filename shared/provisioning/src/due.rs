//! Asks for the ends of the grants that are due.

use async_trait::async_trait;
use futures::{StreamExt, future::join_all, stream};
use jiff::Timestamp;
use tokio::time::{Instant, timeout_at};

use crate::{
    End,
    ledger::{DueEntry, Ledger, LedgerError},
    process::Trouble,
};

/// How many are asked for at once: as many as a queue takes with one request.
pub const AT_ONCE: usize = 10;
/// How many of these are under way at a time.
const UNDER_WAY: usize = 4;
/// How many are asked for in one go. What is not settled is asked for again at each tick, and what
/// provisioning does not keep up with lies on the queue before everything else.
pub const MOST: usize = 300;

/// Where ends are asked for.
#[async_trait(?Send)]
pub trait Ends {
    /// Asks for these, at most [`AT_ONCE`].
    async fn ask(&self, ends: &[End]) -> Result<(), Trouble>;
}

/// What keeps ends from being asked for.
#[derive(Debug)]
pub enum AskError {
    /// The ledger cannot be read.
    Ledger(LedgerError),
    /// The queue does not take them.
    Queue(Trouble),
}

/// What came of a look for what is due.
#[derive(Debug, Default)]
pub struct Asked {
    /// How many ends are due.
    pub due: usize,
    /// How many were asked for.
    pub sent: usize,
    /// Since when the oldest is due.
    pub oldest: Option<Timestamp>,
    /// Entries that make no sense.
    pub damaged: Vec<LedgerError>,
    /// What kept others from being asked for.
    pub trouble: Option<AskError>,
}

/// What came of some of them.
#[derive(Debug, Default)]
struct Batch {
    /// How many are not due after all.
    not_due: usize,
    sent: usize,
    damaged: Vec<LedgerError>,
    trouble: Option<AskError>,
}

/// Asks for what is due, until the deadline; what is left is asked for the next time. `turn` is any
/// number: it says which get their turn if they are too many.
///
/// # Errors
/// If the store does not tell what is due.
pub async fn ask_for_due(
    ledger: &Ledger,
    queue: &dyn Ends,
    now: Timestamp,
    deadline: Instant,
    turn: usize,
) -> Result<Asked, LedgerError> {
    let due = ledger.due(now).await?;
    let oldest = due.first().map(|entry| entry.second);
    let mut asked = Asked { due: due.len(), oldest, ..Asked::default() };
    let chosen = choose(due, turn);
    let batches = stream::iter(chosen.chunks(AT_ONCE));
    let batches = batches.map(|entries| ask(ledger, queue, entries, now));
    let mut batches = batches.buffer_unordered(UNDER_WAY);
    while asked.trouble.is_none() {
        match timeout_at(deadline, batches.next()).await {
            Ok(Some(batch)) => asked.add(batch),
            Ok(None) => break,
            Err(_) => {
                tracing::warn!(due = asked.due, sent = asked.sent, "no time is left for the rest");
                break;
            }
        }
    }
    Ok(asked)
}

async fn ask(ledger: &Ledger, queue: &dyn Ends, entries: &[DueEntry], now: Timestamp) -> Batch {
    let (mut batch, mut ends) = (Batch::default(), Vec::new());
    for read in join_all(entries.iter().map(|entry| ledger.due_end(entry, now))).await {
        match read {
            Ok(Some(end)) => ends.push(end),
            Ok(None) => batch.not_due += 1,
            Err(error @ LedgerError::Damaged { .. }) => batch.damaged.push(error),
            Err(error) => batch.trouble = Some(AskError::Ledger(error)),
        }
    }
    if !ends.is_empty() {
        match queue.ask(&ends).await {
            Ok(()) => batch.sent = ends.len(),
            Err(trouble) => batch.trouble = Some(AskError::Queue(trouble)),
        }
    }
    batch
}

impl Asked {
    fn add(&mut self, batch: Batch) {
        self.due -= batch.not_due;
        self.sent += batch.sent;
        self.damaged.extend(batch.damaged);
        self.trouble = self.trouble.take().or(batch.trouble);
    }
}

/// If there are too many, half of them are the oldest, and half are from anywhere: so that some that
/// fail again and again do not keep all others back.
fn choose(mut due: Vec<DueEntry>, turn: usize) -> Vec<DueEntry> {
    if due.len() <= MOST {
        return due;
    }
    let mut others = due.split_off(MOST / 2);
    let first = turn % others.len();
    others.rotate_left(first);
    others.truncate(MOST - due.len());
    due.append(&mut others);
    due
}

#[cfg(test)]
#[path = "due_tests.rs"]
mod tests;
