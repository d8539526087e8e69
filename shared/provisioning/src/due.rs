//! Asks for the ends of the grants that are due.

use std::cell::RefCell;

use async_trait::async_trait;
use futures::{StreamExt, future::ready, stream};
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep_until};

use crate::{
    End,
    ledger::{DueEntry, Ledger, LedgerError},
    process::Trouble,
};

/// How many are under way at a time.
const UNDER_WAY: usize = 20;
/// How many are asked for in one go.
pub const MOST: usize = 300;
/// How long what was asked for is on the queue at most: it is tried for 24 hours, and then settled.
const ON_QUEUE: SignedDuration = SignedDuration::from_hours(25);
/// How long the queue may take to count what was put on it.
const COUNTED_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// Where ends are asked for.
#[async_trait(?Send)]
pub trait Ends {
    /// Asks for one.
    async fn ask(&self, end: &End) -> Result<(), Trouble>;

    /// Whether nothing at all is on the queue, as far as it can tell.
    async fn is_empty(&self) -> Result<bool, Trouble>;
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
    /// How many were asked for now; most of the others are on the queue.
    pub sent: usize,
    /// Since when the oldest is due.
    pub oldest: Option<Timestamp>,
    /// Entries that make no sense.
    pub damaged: Vec<LedgerError>,
    /// What kept others from being asked for.
    pub trouble: Option<AskError>,
}

/// Asks for what is due and not on the queue yet, until the deadline; what is left is asked for the next
/// time. `turn` is any number: it says which get their turn if they are too many.
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
    let asked = Asked { due: due.len(), oldest, ..Asked::default() };
    if due.is_empty() {
        return Ok(asked);
    }
    // Nobody knows better than the queue, but it need not know for this.
    let queue_is_empty = queue.is_empty().await.unwrap_or_else(|trouble| {
        tracing::warn!(reason = trouble.reason, "the queue does not tell how much is on it");
        false
    });
    let in_turn = in_turn(due, turn);
    let work = RefCell::new(asked);
    // What is under way when the time is up, or enough is asked for, comes to its end: an end that is on
    // the queue without a note of it would be asked for twice.
    let to_ask = stream::iter(&in_turn)
        .take_while(|_| ready(work.borrow().trouble.is_none()))
        .map(|entry| ledger.due_end(entry, now))
        .buffer_unordered(UNDER_WAY)
        .take_until(sleep_until(deadline))
        .filter_map(|read| {
            let end = work.borrow_mut().sort(read);
            ready(end.filter(|end| !is_on_queue(end, now, queue_is_empty)))
        })
        .take(MOST);
    let all = to_ask.map(|end| ask(ledger, queue, end, now)).buffer_unordered(UNDER_WAY);
    all.for_each(|came| {
        let mut work = work.borrow_mut();
        match came {
            Ok(()) => work.sent += 1,
            Err(trouble) => work.trouble = Some(trouble),
        }
        ready(())
    })
    .await;
    let asked = work.into_inner();
    if Instant::now() >= deadline {
        tracing::warn!(due = asked.due, sent = asked.sent, "no time was left for the rest");
    }
    Ok(asked)
}

impl Asked {
    /// The end that was read, if it is one; what else it is, is noted.
    fn sort(&mut self, read: Result<Option<End>, LedgerError>) -> Option<End> {
        match read {
            Ok(Some(end)) => return Some(end),
            // Not due after all.
            Ok(None) => self.due -= 1,
            Err(error @ LedgerError::Damaged { .. }) => self.damaged.push(error),
            Err(error) => self.trouble = Some(AskError::Ledger(error)),
        }
        None
    }
}

async fn ask(ledger: &Ledger, queue: &dyn Ends, end: End, now: Timestamp) -> Result<(), AskError> {
    queue.ask(&end).await.map_err(AskError::Queue)?;
    ledger.note_asked(&end, now).await.map_err(AskError::Ledger)
}

/// Whether an end was asked for and is still to be carried out. Somebody may have emptied the queue.
fn is_on_queue(end: &End, now: Timestamp, queue_is_empty: bool) -> bool {
    let since = end.asked_at.map(|asked_at| now.duration_since(asked_at));
    since.is_some_and(|since| since < if queue_is_empty { COUNTED_WITHIN } else { ON_QUEUE })
}

/// If there are too many, half of what is asked for is the oldest, and half is from anywhere: so that some
/// that fail again and again do not keep all others back.
fn in_turn(mut due: Vec<DueEntry>, turn: usize) -> Vec<DueEntry> {
    if due.len() > MOST {
        let others = &mut due[MOST / 2..];
        let first = turn % others.len();
        others.rotate_left(first);
    }
    due
}

#[cfg(test)]
#[path = "due_tests.rs"]
mod tests;
