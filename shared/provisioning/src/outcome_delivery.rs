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
/// How many the queue may refuse of those that are kept: one that it never takes keeps no other back. At
/// the next it counts as away.
const PASSED_OVER: usize = 3;

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

/// Sends the outcomes that were kept, until the queue has refused too many or the deadline passes.
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
    let mut refused = 0;
    let mut all =
        stream::iter(&kept).map(|key| send(ledger, queue, key)).buffer_unordered(UNDER_WAY);
    while refused <= PASSED_OVER {
        match timeout_at(deadline, all.next()).await {
            Ok(Some(Ok(Delivered::Sent))) => {
                (came.sent, came.kept) = (came.sent + 1, came.kept - 1);
            }
            Ok(Some(Ok(Delivered::Unreadable))) => {}
            Ok(Some(Ok(Delivered::Refused(trouble)))) => {
                refused += 1;
                came.trouble = Some(trouble);
            }
            Ok(Some(Err(error))) => {
                came.trouble = Some(Trouble::new(error.to_string()));
                break;
            }
            Ok(None) | Err(_) => break,
        }
    }
    Ok(came)
}

/// What became of one that was kept.
enum Delivered {
    Sent,
    Unreadable,
    Refused(Trouble),
}

async fn send(
    ledger: &Ledger,
    queue: &dyn OutcomeQueue,
    key: &str,
) -> Result<Delivered, LedgerError> {
    let (outcome, version) = match ledger.unsent_outcome(key).await {
        Ok(Some(kept)) => kept,
        Ok(None) => return Ok(Delivered::Sent),
        // It keeps no other back; somebody has to look at it.
        Err(error @ LedgerError::Damaged { .. }) => {
            tracing::error!(reason = %error, "an outcome that was kept cannot be read");
            return Ok(Delivered::Unreadable);
        }
        Err(error) => return Err(error),
    };
    if let Err(trouble) = queue.tell(&outcome).await {
        return Ok(Delivered::Refused(trouble));
    }
    ledger.clear(key, &version).await?;
    Ok(Delivered::Sent)
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, sync::Arc, time::Duration};

    use jiff::Timestamp;
    use rollcall_snapshot::{
        PutMode, Store,
        store::{FailingStore, FaultPlace, MemoryStore, StoreFault},
    };

    use super::*;
    use crate::outcome::Status;

    /// Takes so many outcomes, and no more; some it never takes.
    struct Listener {
        takes: Cell<usize>,
        never: &'static [&'static str],
        asked: Cell<usize>,
        told: RefCell<Vec<String>>,
    }

    impl Listener {
        fn taking(takes: usize) -> Self {
            Self {
                takes: Cell::new(takes),
                never: &[],
                asked: Cell::new(0),
                told: RefCell::default(),
            }
        }
    }

    #[async_trait(?Send)]
    impl OutcomeQueue for Listener {
        async fn tell(&self, outcome: &Outcome) -> Result<(), Trouble> {
            self.asked.set(self.asked.get() + 1);
            if self.never.contains(&outcome.request_id.as_deref().unwrap_or_default()) {
                return Err(Trouble::new("invalid contents"));
            }
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
    async fn what_can_neither_be_sent_nor_kept_comes_again() {
        for (fault, kept) in [(StoreFault::Refused, 0), (StoreFault::Unanswered, 1)] {
            let store = Arc::new(MemoryStore::new());
            let failing = FailingStore::new(store.clone(), [(FaultPlace::Write(1), fault)]);
            let ledger = Ledger::new(Arc::new(failing), "acme");
            let refusing = Listener::taking(0);
            let delivery = OutcomeDelivery::new(&ledger, &refusing);
            assert!(delivery.send_or_keep("m", &outcome("a")).await.is_err(), "{fault:?}");
            assert_eq!(store.list("acme/ledger/unsent/").await.unwrap().len(), kept, "{fault:?}");
            // Its message comes again.
            delivery.send_or_keep("m", &outcome("a")).await.unwrap();
            assert_eq!(store.list("acme/ledger/unsent/").await.unwrap().len(), 1, "{fault:?}");
        }
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

    #[tokio::test]
    async fn what_the_queue_never_takes_keeps_no_other_back() {
        const KEPT: usize = 2 * UNDER_WAY;
        for never in [&["00"][..], &["00", "01", "02"], &["37", "38", "39"]] {
            let ledger = Ledger::new(Arc::new(MemoryStore::new()), "acme");
            for id in (0..KEPT).map(|number| format!("{number:02}")) {
                ledger.keep_unsent(&format!("m-{id}"), &outcome(&id)).await.unwrap();
            }
            let far = Instant::now() + Duration::from_secs(60);
            let away = Listener::taking(0);
            let came = send_kept(&ledger, &away, far).await.unwrap();
            assert_eq!((came.sent, came.kept, came.trouble.is_some()), (0, KEPT, true));
            assert!(away.asked.get() <= UNDER_WAY + PASSED_OVER, "it is away: no time is lost");
            let picky = Listener { never, ..Listener::taking(KEPT) };
            let came = send_kept(&ledger, &picky, far).await.unwrap();
            let left = never.len();
            assert_eq!((came.sent, came.kept, came.trouble.is_some()), (KEPT - left, left, true));
            assert_eq!(ledger.unsent().await.unwrap().len(), left);
        }
    }
}
