//! One batch at a time: producers may use several message groups, and Lambda several environments.

mod held;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rollcall_snapshot::{
    PutMode, Store, StoreError, Version,
    store::{Object, put_or_same},
};
use tokio::time::Instant;

use self::held::Held;
pub use self::held::Work;
use crate::ledger::LedgerKeys;

/// The right to talk to the vendor, for the time of one batch.
#[derive(Debug)]
pub struct Lease {
    key: String,
    held: Held,
    version: Version,
    /// When the vendor may be asked next, if the one before has told.
    pub next_request_at: Option<Timestamp>,
}

/// The time that a batch has.
pub struct BatchTime<'a> {
    /// What time it is.
    pub clock: &'a (dyn Fn() -> Timestamp + Sync),
    /// Until when it is worth waiting for the one before.
    pub wait_until: Instant,
    /// When it is over, whatever is left to do.
    pub ends: Instant,
}

/// How long a lease that is held is left alone before it is looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Why there is no lease.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// Another batch is under way.
    #[error("another batch is under way until {until} at the latest")]
    Busy {
        /// Until when.
        until: Timestamp,
    },
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Lease {
    /// Takes the lease for so long.
    ///
    /// # Errors
    /// If another one holds it, or the store does not answer.
    pub async fn take(
        store: &dyn Store,
        connection: &str,
        owner: &str,
        now: Timestamp,
        lasts: SignedDuration,
    ) -> Result<Self, LeaseError> {
        let key = LedgerKeys::new(connection).lease();
        let there = store.get(&key).await?;
        let before = there.as_ref().and_then(read);
        if let Some(Held { owner: Some(_), until, .. }) = &before
            && *until > now
        {
            return Err(LeaseError::Busy { until: *until });
        }
        let mode = there.map_or(PutMode::Create, |object| PutMode::Update(object.version));
        let until = now + lasts;
        // Unlike any other, so that a write whose answer was lost is known as one's own.
        let owner = format!("{owner} {:016x}", rand::random::<u64>());
        let held = Held::taken(before.as_ref(), owner, now, until);
        match put_or_same(store, &key, bytes(&held), mode).await {
            Ok(version) => {
                let next_request_at = before.and_then(|before| before.next_request_at);
                Ok(Self { key, held, version, next_request_at })
            }
            Err(StoreError::Conflict { .. }) => Err(LeaseError::Busy { until }),
            Err(error) => Err(error.into()),
        }
    }

    /// The same, waiting while another batch is under way: it is looked for about each second until then.
    ///
    /// # Errors
    /// As [`take`](Self::take).
    pub async fn wait_for(
        store: &dyn Store,
        connection: &str,
        owner: &str,
        time: BatchTime<'_>,
    ) -> Result<Self, LeaseError> {
        loop {
            let lasts = time.ends.saturating_duration_since(Instant::now());
            let lasts = SignedDuration::try_from(lasts).unwrap_or(SignedDuration::MAX);
            let taken = Self::take(store, connection, owner, (time.clock)(), lasts).await;
            let pause = LOOK_AGAIN.mul_f64(rand::random_range(0.75..=1.25));
            match taken {
                Err(LeaseError::Busy { .. }) if Instant::now() + pause < time.wait_until => {
                    tokio::time::sleep(pause).await;
                }
                settled => return settled,
            }
        }
    }

    /// Gives it back, and says when the vendor may be asked next.
    ///
    /// # Errors
    /// If the store does not answer. One that somebody took over is not touched.
    pub async fn give_back(
        self,
        store: &dyn Store,
        now: Timestamp,
        next_request_at: Timestamp,
    ) -> Result<(), StoreError> {
        tracing::debug!(owner = self.held.owner, "lease given back");
        let free = self.held.given_back(now, next_request_at);
        match store.put(&self.key, bytes(&free), PutMode::Update(self.version)).await {
            Ok(_) | Err(StoreError::Conflict { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Work {
    /// How much a connection's provisioning is at work. What cannot be read tells of none.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn of(
        store: &dyn Store,
        connection: &str,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let there = store.get(&LedgerKeys::new(connection).lease()).await?;
        Ok(there.as_ref().and_then(read).map_or(Self::NONE, |held| held.work(now)))
    }
}

/// An unreadable lease is nobody's.
fn read(object: &Object) -> Option<Held> {
    serde_json::from_slice(&object.bytes).ok()
}

fn bytes(held: &Held) -> bytes::Bytes {
    serde_json::to_vec(held).expect("a plain struct").into()
}

#[cfg(test)]
mod tests {
    use rollcall_snapshot::store::MemoryStore;

    use super::*;

    const MINUTE: SignedDuration = SignedDuration::from_mins(1);

    fn at(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
    }

    #[tokio::test]
    async fn one_holds_it_until_it_is_given_back_or_its_time_is_up() {
        let store = MemoryStore::new();
        let take =
            async |owner, second| Lease::take(&store, "acme", owner, at(second), MINUTE).await;
        let one = take("one", 0).await.unwrap();
        assert_eq!(one.next_request_at, None);
        assert!(
            matches!(take("two", 59).await, Err(LeaseError::Busy { until }) if until == at(60))
        );
        one.give_back(&store, at(59), at(61)).await.unwrap();
        let two = take("two", 59).await.unwrap();
        assert_eq!(two.next_request_at, Some(at(61)), "the pace goes on");
        assert!(take("two", 60).await.is_err(), "a name is no right");
        let three = take("three", 119).await.unwrap();
        assert_eq!(three.next_request_at, None, "what two has sent nobody knows");
        two.give_back(&store, at(120), at(0)).await.unwrap();
        assert!(take("four", 121).await.is_err(), "three's lease is not two's to give back");
    }

    #[tokio::test]
    async fn others_see_how_much_it_is_at_work() {
        let store = MemoryStore::new();
        let key = LedgerKeys::new("acme").lease();
        let seen = async |second| Work::of(&store, "acme", at(second)).await.unwrap();
        assert_eq!(seen(0).await, Work::NONE);
        store.put(&key, "no lease".into(), PutMode::Create).await.unwrap();
        assert_eq!(seen(0).await, Work::NONE);
        for (taken, given_back) in [(10, 13), (20, 24)] {
            let lease = Lease::take(&store, "acme", "one", at(taken), MINUTE).await.unwrap();
            assert_eq!(seen(taken + 1).await.quiet.as_secs(), 0);
            lease.give_back(&store, at(given_back), at(given_back + 1)).await.unwrap();
        }
        assert_eq!((seen(30).await.total.as_secs(), seen(30).await.quiet.as_secs()), (9, 5));
    }
}
