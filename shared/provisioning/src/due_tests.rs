//! However many are due, whatever it takes: some are asked for, and sooner or later all.

use std::{cell::RefCell, collections::BTreeSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use jiff::SignedDuration;
use rollcall_snapshot::{
    PutMode, Store, StoreError, Version,
    store::{Entry, MemoryStore, Object},
};

use super::*;
use crate::RequestId;

/// A store that takes its time to read.
struct Slow(MemoryStore, Duration);

#[async_trait]
impl Store for Slow {
    async fn get(&self, key: &str) -> Result<Option<Object>, StoreError> {
        tokio::time::sleep(self.1).await;
        self.0.get(key).await
    }

    async fn put(&self, key: &str, bytes: Bytes, mode: PutMode) -> Result<Version, StoreError> {
        self.0.put(key, bytes, mode).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        self.0.list(prefix).await
    }

    async fn delete(&self, key: &str, version: &Version) -> Result<(), StoreError> {
        self.0.delete(key, version).await
    }
}

/// Takes down what it is asked for; may take none.
#[derive(Default)]
struct Queue {
    asked: RefCell<Vec<String>>,
    refuses: bool,
    is_empty: bool,
}

#[async_trait(?Send)]
impl Ends for Queue {
    async fn ask(&self, end: &End) -> Result<(), Trouble> {
        if self.refuses {
            return Err(Trouble::new("no"));
        }
        self.asked.borrow_mut().push(end.request_id.as_str().to_owned());
        Ok(())
    }

    async fn is_empty(&self) -> Result<bool, Trouble> {
        if self.refuses { Err(Trouble::new("no")) } else { Ok(self.is_empty) }
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
}

/// So many ends, one a second.
async fn ledger(ends: i64, takes: Duration) -> Ledger {
    let ledger = Ledger::new(Arc::new(Slow(MemoryStore::new(), takes)), "acme");
    for second in 0..ends {
        let end = End {
            request_id: RequestId::parse(&format!("r{second}")).unwrap(),
            user_id: "u".into(),
            user_name: None,
            entitlement: "team:t:member".to_owned().try_into().unwrap(),
            expires_at: at(second),
            failed: 0,
            asked_at: None,
            seen_gone_at: None,
        };
        ledger.note_end(&end).await.unwrap();
    }
    ledger
}

async fn ask_within(ledger: &Ledger, queue: &Queue, time: Duration, turn: usize) -> Asked {
    ask_for_due(ledger, queue, at(1_000_000), Instant::now() + time, turn).await.unwrap()
}

/// However long it waits there, an end is on the queue once; what somebody took off the queue, and what
/// failed, is asked for again.
#[tokio::test]
async fn an_end_is_on_the_queue_once() {
    let ledger = ledger(1, Duration::ZERO).await;
    let ask = async |hours: i64, is_empty| {
        let queue = Queue { is_empty, ..Queue::default() };
        let (now, far) = (at(hours * 3600), Instant::now() + Duration::from_secs(9));
        let asked = ask_for_due(&ledger, &queue, now, far, 0).await.unwrap();
        assert_eq!((asked.due, asked.sent), (1, queue.asked.borrow().len()));
        asked.sent
    };
    assert_eq!(ask(1, true).await, 1);
    assert_eq!(ask(1, true).await, 0, "the queue may not have counted it yet");
    for hours in [2, 24, 25] {
        assert_eq!(ask(hours, false).await, 0, "{hours}");
    }
    assert_eq!(ask(26, false).await, 1, "by now it was settled or lost");
    assert_eq!(ask(27, true).await, 1, "the queue was emptied");
    let entry = ledger.due(at(99)).await.unwrap().remove(0);
    let end = ledger.due_end(&entry, at(99)).await.unwrap().unwrap();
    ledger.try_end_again(&end).await.unwrap();
    assert_eq!(ask(28, false).await, 1, "its next try is another request");
    assert_eq!(ask(29, false).await, 0);
}

/// One after the other they would take three seconds.
#[tokio::test]
async fn many_are_read_at_a_time() {
    let (ledger, queue) = (ledger(300, Duration::from_millis(10)).await, Queue::default());
    let asked = ask_within(&ledger, &queue, Duration::from_millis(500), 0).await;
    assert_eq!((asked.due, asked.sent, asked.oldest), (300, 300, Some(at(0))));
    assert_eq!(queue.asked.borrow().iter().collect::<BTreeSet<_>>().len(), 300);
}

/// What is read is sent, and not only when everything is read.
#[tokio::test]
async fn at_the_deadline_what_was_read_is_sent() {
    let (ledger, queue) = (ledger(300, Duration::from_millis(100)).await, Queue::default());
    let asked = ask_within(&ledger, &queue, Duration::from_millis(350), 0).await;
    assert_eq!(asked.due, 300);
    assert!((1..200).contains(&asked.sent), "{}", asked.sent);
    assert!(queue.asked.borrow().contains(&"r0".to_owned()), "the oldest first");
}

/// The queue does not get everything at every tick, but sooner or later, and once.
#[tokio::test]
async fn too_many_get_their_turn_in_time() {
    let (ledger, queue) = (ledger(1_000, Duration::ZERO).await, Queue::default());
    for (turn, sent) in [(0, MOST), (1_000, MOST), (300, MOST), (450, 1_000 - 3 * MOST), (600, 0)] {
        let asked = ask_within(&ledger, &queue, Duration::from_secs(9), turn).await;
        assert_eq!((asked.due, asked.sent), (1_000, sent));
        assert!(queue.asked.borrow().contains(&"r0".to_owned()), "the oldest first");
    }
    let asked = queue.asked.borrow();
    assert_eq!((asked.len(), asked.iter().collect::<BTreeSet<_>>().len()), (1_000, 1_000));
}

#[tokio::test]
async fn a_queue_that_takes_nothing_is_not_asked_on_and_on() {
    let (ledger, queue) =
        (ledger(50, Duration::ZERO).await, Queue { refuses: true, ..Queue::default() });
    let asked = ask_within(&ledger, &queue, Duration::from_secs(9), 0).await;
    assert_eq!((asked.due, asked.sent), (50, 0));
    assert!(matches!(asked.trouble, Some(AskError::Queue(_))), "{asked:?}");
}
