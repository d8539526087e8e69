//! One run of a connection at a time: the marker `runs/current.json`.

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Keys, PutMode, RunId, Store, StoreError, store::put_or_same};

/// A run that was not renewed for this long may be taken over by another.
pub const TAKEOVER_AFTER: SignedDuration = SignedDuration::from_mins(30);

/// Which run is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentRun {
    /// The run.
    pub run_id: RunId,
    /// When a slice of it last began.
    pub renewed_at: Timestamp,
}

/// Why a run cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum CurrentRunError {
    /// Another run is under way.
    #[error(
        "run {run_id} of this connection is under way (last seen {renewed_at}); it ends by being \
         published, quarantined or released, or may be replaced 30 minutes after it was last seen"
    )]
    Busy {
        /// The other run.
        run_id: RunId,
        /// When it was last seen.
        renewed_at: Timestamp,
    },
    /// Another one took the marker at this very moment.
    #[error("another run of this connection began at the same moment")]
    Raced,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes or renews the marker for a run.
///
/// # Errors
/// If another run holds it, or the store does not answer.
pub async fn hold(
    store: &dyn Store,
    keys: &Keys,
    run_id: &RunId,
    now: Timestamp,
) -> Result<(), CurrentRunError> {
    let key = keys.current_run();
    let mode = match store.get(&key).await? {
        None => PutMode::Create,
        Some(object) => {
            // An unreadable marker names nobody; it may be replaced.
            if let Ok(there) = serde_json::from_slice::<CurrentRun>(&object.bytes)
                && there.run_id != *run_id
                && now.duration_since(there.renewed_at) < TAKEOVER_AFTER
            {
                let CurrentRun { run_id, renewed_at } = there;
                return Err(CurrentRunError::Busy { run_id, renewed_at });
            }
            PutMode::Update(object.version)
        }
    };
    let mine = CurrentRun { run_id: run_id.clone(), renewed_at: now };
    let bytes = Bytes::from(serde_json::to_vec(&mine).expect("a plain struct"));
    match put_or_same(store, &key, bytes, mode).await {
        Ok(_) => Ok(()),
        Err(StoreError::Conflict { .. }) => Err(CurrentRunError::Raced),
        Err(error) => Err(error.into()),
    }
}

/// Gives the marker back, if it still is this run's; tells whether it was.
///
/// # Errors
/// If the store does not answer.
pub async fn release(store: &dyn Store, keys: &Keys, run_id: &RunId) -> Result<bool, StoreError> {
    let key = keys.current_run();
    let Some(object) = store.get(&key).await? else { return Ok(false) };
    let there = serde_json::from_slice::<CurrentRun>(&object.bytes);
    if there.is_ok_and(|there| there.run_id != *run_id) {
        return Ok(false);
    }
    match store.delete(&key, &object.version).await {
        Ok(()) => Ok(true),
        // Somebody took or renewed it at this very moment.
        Err(StoreError::Conflict { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Lets another run begin, as this one is over. Where that fails, others have to wait.
pub async fn give_up(store: &dyn Store, keys: &Keys, run_id: &RunId) {
    if let Err(error) = release(store, keys, run_id).await {
        let reason = error.to_string();
        tracing::warn!(reason, "the run is over, but others have to wait until it is silent");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryStore;

    fn at(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
    }

    #[tokio::test]
    async fn one_run_at_a_time_until_it_is_silent_for_half_an_hour() {
        let (store, keys) = (MemoryStore::new(), Keys::new("acme"));
        let (one, two) = (RunId::at(at(1)), RunId::at(at(2)));
        hold(&store, &keys, &one, at(10)).await.unwrap();
        hold(&store, &keys, &one, at(20)).await.unwrap();
        let busy = hold(&store, &keys, &two, at(49)).await;
        assert!(matches!(busy, Err(CurrentRunError::Busy { run_id, .. }) if run_id == one));
        hold(&store, &keys, &two, at(50)).await.unwrap();
        let late = hold(&store, &keys, &one, at(51)).await;
        assert!(matches!(late, Err(CurrentRunError::Busy { run_id, .. }) if run_id == two));
    }

    #[tokio::test]
    async fn a_marker_is_given_back_only_by_its_run() {
        let (store, keys) = (MemoryStore::new(), Keys::new("acme"));
        let (one, two) = (RunId::at(at(1)), RunId::at(at(2)));
        assert!(!release(&store, &keys, &one).await.unwrap());
        hold(&store, &keys, &one, at(10)).await.unwrap();
        assert!(!release(&store, &keys, &two).await.unwrap());
        assert!(hold(&store, &keys, &two, at(11)).await.is_err());
        assert!(release(&store, &keys, &one).await.unwrap());
        hold(&store, &keys, &two, at(12)).await.unwrap();
    }
}
