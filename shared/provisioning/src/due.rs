//! Asks for the ends of the grants that are due.

use async_trait::async_trait;
use futures::{StreamExt, stream};
use jiff::Timestamp;
use tokio::time::{Instant, timeout_at};

use crate::{
    End,
    ledger::{DueEntry, Ledger, LedgerError},
    process::Trouble,
};

/// How many are under way at a time.
const UNDER_WAY: usize = 20;
/// How many are asked for in one go. What is not settled is asked for again at each tick, and what
/// provisioning does not keep up with lies on the queue before everything else.
pub const MOST: usize = 300;

/// Where ends are asked for.
#[async_trait(?Send)]
pub trait Ends {
    /// Asks for one.
    async fn ask(&self, end: &End) -> Result<(), Trouble>;
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

/// What came of one of them.
enum One {
    Sent,
    /// It is not due after all.
    NotDue,
    Damaged(LedgerError),
    Trouble(AskError),
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
    let all = stream::iter(&chosen).map(|entry| ask(ledger, queue, entry, now));
    let mut all = all.buffer_unordered(UNDER_WAY);
    while asked.trouble.is_none() {
        match timeout_at(deadline, all.next()).await {
            Ok(Some(One::Sent)) => asked.sent += 1,
            Ok(Some(One::NotDue)) => asked.due -= 1,
            Ok(Some(One::Damaged(error))) => asked.damaged.push(error),
            Ok(Some(One::Trouble(trouble))) => asked.trouble = Some(trouble),
            Ok(None) => break,
            Err(_) => {
                tracing::warn!(due = asked.due, sent = asked.sent, "no time is left for the rest");
                break;
            }
        }
    }
    Ok(asked)
}

async fn ask(ledger: &Ledger, queue: &dyn Ends, entry: &DueEntry, now: Timestamp) -> One {
    match ledger.due_end(entry, now).await {
        Ok(Some(end)) => match queue.ask(&end).await {
            Ok(()) => One::Sent,
            Err(trouble) => One::Trouble(AskError::Queue(trouble)),
        },
        Ok(None) => One::NotDue,
        Err(error @ LedgerError::Damaged { .. }) => One::Damaged(error),
        Err(error) => One::Trouble(AskError::Ledger(error)),
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
