//! Can snapshots be kept here: read, write, list, and conditional writes.

use rollcall_snapshot::{Keys, PutMode, Store, StoreError};

use crate::report::{BUCKET, Check};

/// Tries the bucket with an object of its own.
pub(crate) async fn check(store: &dyn Store, keys: &Keys) -> Check {
    match attempt(store, keys).await {
        Ok(true) => Check::passed(BUCKET, "reads, writes, lists and keeps conditions"),
        Ok(false) => Check::failed(
            BUCKET,
            "the bucket ignores conditional writes (If-None-Match); Rollcall needs them to keep \
             history from being rewritten",
        ),
        Err(error) => Check::failed(BUCKET, error.to_string()),
    }
}

/// The check of a bucket that does not answer.
pub(crate) fn out_of_time() -> Check {
    Check::failed(BUCKET, "no answer in time")
}

/// Whether conditions are kept.
async fn attempt(store: &dyn Store, keys: &Keys) -> Result<bool, StoreError> {
    let probe = keys.probe();
    store.put(&probe, "{}".into(), PutMode::Overwrite).await?;
    let second = store.put(&probe, "{}".into(), PutMode::Create).await;
    store.get(&probe).await?;
    store.list(&probe).await?;
    match second {
        Ok(_) => Ok(false),
        Err(StoreError::Conflict { .. }) => Ok(true),
        Err(error) => Err(error),
    }
}
