//! Outcomes on their way to whoever listens: what the queue does not take is kept and sent later, so that
//! nothing waits for the queue.

use std::cell::Cell;

use async_trait::async_trait;
use futures::{StreamExt, stream};
use tokio::time::{Instant, timeout_at};

use crate::{
    ledger::{Ledger, LedgerError},
    outcome::Outcome,
    process::Trouble,
};

/// How many are under way at a time.
const UNDER_WAY: usize = 20;

/// Where outcomes are sent.
#[async_trait(?Send)]
pub trait OutcomeQueue {
    /// Tells an outcome to whoever listens.
    async fn tell(&self, outcome: &Outcome) -> Result<(), Trouble>;
}

/// Sends the outcomes of one batch.
pub(crate) struct OutcomeDelivery<'a> {
    ledger: &'a Ledger,
    queue: &'a dyn OutcomeQueue,
    /// The queue has refused one: the others are kept without a try, which may take its time.
    refused: Cell<bool>,
}

impl<'a> OutcomeDelivery<'a> {
    pub(crate) fn new(ledger: &'a Ledger, queue: &'a dyn OutcomeQueue) -> Self {
        Self { ledger, queue, refused: Cell::new(false) }
    }

    /// Sends an outcome, or keeps it to be sent later. If it cannot be kept either, its message has to
    /// come again.
    pub(crate) async fn send_or_keep(
        &self,
        message_id: &str,
        outcome: &Outcome,
    ) -> Result<(), Trouble> {
        if !self.refused.get() {
            let Err(trouble) = self.queue.tell(outcome).await else { return Ok(()) };
            tracing::warn!(message_id, reason = trouble.reason, "an outcome is sent later");
            self.refused.set(true);
        }
        let kept = self.ledger.keep_unsent(message_id, outcome).await;
        kept.map_err(|error| {
            Trouble::new(format!("an outcome can neither be sent nor kept: {error}"))
        })
    }
}

/// What came of sending the outcomes that were kept.
#[derive(Debug, Default)]
pub struct Sent {
    /// How many were sent.
    pub sent: usize,
    /// How many are still kept.
    pub kept: usize,
    /// Why, if the queue or the store is the reason.
    pub trouble: Option<Trouble>,
}

/// Sends the outcomes that were kept, until the queue refuses one or the deadline passes.
///
/// # Errors
/// If the store does not tell which there are.
pub async fn send_kept(
    ledger: &Ledger,
    queue: &dyn OutcomeQueue,
    deadline: Instant,
) -> Result<Sent, LedgerError> {
    let kept = ledger.unsent().await?;
    let mut came = Sent { kept: kept.len(), ..Sent::default() };
    let mut all =
        stream::iter(&kept).map(|key| send(ledger, queue, key)).buffer_unordered(UNDER_WAY);
    while came.trouble.is_none() {
        match timeout_at(deadline, all.next()).await {
            Ok(Some(Ok(true))) => (came.sent, came.kept) = (came.sent + 1, came.kept - 1),
            Ok(Some(Ok(false))) => {}
            Ok(Some(Err(trouble))) => came.trouble = Some(trouble),
            Ok(None) | Err(_) => break,
        }
    }
    Ok(came)
}

/// Tells whether it is sent.
async fn send(ledger: &Ledger, queue: &dyn OutcomeQueue, key: &str) -> Result<bool, Trouble> {
    let store = |error: LedgerError| Trouble::new(error.to_string());
    let (outcome, version) = match ledger.unsent_outcome(key).await {
        Ok(Some(kept)) => kept,
        Ok(None) => return Ok(true),
        // It keeps no other back; somebody has to look at it.
        Err(error @ LedgerError::Damaged { .. }) => {
            tracing::error!(reason = %error, "an outcome that was kept cannot be read");
            return Ok(false);
        }
        Err(error) => return Err(store(error)),
    };
    queue.tell(&outcome).await?;
    ledger.clear(key, &version).await.map_err(store)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, sync::Arc, time::Duration};

    use jiff::Timestamp;
    use rollcall_snapshot::{PutMode, Store, store::MemoryStore};

    use super::*;
    use crate::outcome::Status;

    /// Takes so many outcomes, and no more.
    struct Listener {
        takes: Cell<usize>,
        asked: Cell<usize>,
        told: RefCell<Vec<String>>,
    }

    impl Listener {
        fn taking(takes: usize) -> Self {
            Self { takes: Cell::new(takes), asked: Cell::new(0), told: RefCell::default() }
        }
    }

    #[async_trait(?Send)]
    impl OutcomeQueue for Listener {
        async fn tell(&self, outcome: &Outcome) -> Result<(), Trouble> {
            self.asked.set(self.asked.get() + 1);
            let left = self.takes.get().checked_sub(1);
            self.takes.set(left.ok_or_else(|| Trouble::new("no such queue"))?);
            self.told.borrow_mut().extend(outcome.request_id.clone());
            Ok(())
        }
    }

    fn outcome(id: &str) -> Outcome {
        let draft = crate::process::outcome_of_nothing(Timestamp::UNIX_EPOCH);
        Outcome { request_id: Some(id.to_owned()), status: Status::Succeeded, ..draft }
    }

    #[tokio::test]
    async fn what_the_queue_does_not_take_is_kept_and_sent_once_it_does() {
        let store = Arc::new(MemoryStore::new());
        let ledger = Ledger::new(store.clone(), "acme");
        let refusing = Listener::taking(1);
        let delivery = OutcomeDelivery::new(&ledger, &refusing);
        for id in ["a", "b", "c"] {
            delivery.send_or_keep(&format!("m-{id}"), &outcome(id)).await.unwrap();
        }
        assert_eq!(refusing.asked.get(), 2, "after a refusal no time is lost");
        assert_eq!(*refusing.told.borrow(), ["a"]);
        let far = Instant::now() + Duration::from_secs(60);
        let still = send_kept(&ledger, &refusing, far).await.unwrap();
        assert_eq!((still.sent, still.kept, still.trouble.is_some()), (0, 2, true));
        let damaged = "acme/ledger/unsent/0.json";
        store.put(damaged, "{".into(), PutMode::Create).await.unwrap();
        let listening = Listener::taking(9);
        let came = send_kept(&ledger, &listening, far).await.unwrap();
        assert_eq!((came.sent, came.kept, came.trouble.is_some()), (2, 1, false));
        listening.told.borrow_mut().sort();
        assert_eq!(*listening.told.borrow(), ["b", "c"]);
        let left = store.list("acme/ledger/unsent/").await.unwrap();
        assert_eq!(left.iter().map(|entry| &*entry.key).collect::<Vec<_>>(), [damaged]);
    }
}
