//! Where objects live: S3, or memory in unit tests.

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
#[cfg(any(test, feature = "conformance"))]
mod failing;
mod memory;
mod s3;

use std::error::Error;

use async_trait::async_trait;
use bytes::Bytes;

#[cfg(any(test, feature = "conformance"))]
pub use failing::{FailingStore, FaultPlace, StoreFault};
pub use memory::MemoryStore;
pub use s3::S3Store;

/// What a conditional write compares: S3's `ETag`, opaque.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(pub(crate) String);

/// When a write may happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PutMode {
    /// Whatever is there.
    Overwrite,
    /// Only if the key is free.
    Create,
    /// Only if the object still has this version.
    Update(Version),
}

/// An object with the version it had when it was read.
#[derive(Debug, Clone)]
pub struct Object {
    /// The content.
    pub bytes: Bytes,
    /// The version.
    pub version: Version,
}

/// An object in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The whole key.
    pub key: String,
    /// The size in bytes.
    pub size: u64,
}

/// What can go wrong with a store, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The condition of a write did not hold: somebody else was there first.
    #[error("{key} was changed by somebody else")]
    Conflict {
        /// The key.
        key: String,
    },
    /// The store did not do it.
    #[error("cannot {action} {place}: {reason}")]
    Unavailable {
        /// `read`, `write`, `list` or `delete`.
        action: &'static str,
        /// Bucket and key.
        place: String,
        /// The store's own words.
        reason: String,
        /// What the client library reports.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}

/// A key-value store with conditional writes.
#[async_trait]
pub trait Store: Send + Sync {
    /// The object, or `None` where there is none.
    async fn get(&self, key: &str) -> Result<Option<Object>, StoreError>;

    /// Writes an object and tells its new version.
    async fn put(&self, key: &str, bytes: Bytes, mode: PutMode) -> Result<Version, StoreError>;

    /// Every object below a prefix, sorted by key.
    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError>;

    /// The next objects below a prefix whose keys are greater than this one, sorted by key; none only if
    /// there are no more. For what may be too much to be listed at once.
    async fn list_after(&self, prefix: &str, after: &str) -> Result<Vec<Entry>, StoreError> {
        let mut entries = self.list(prefix).await?;
        entries.retain(|entry| entry.key.as_str() > after);
        Ok(entries)
    }

    /// Removes an object if it still has this version; one that is gone already is fine.
    async fn delete(&self, key: &str, version: &Version) -> Result<(), StoreError>;
}

/// Writes under a condition, and takes what is already there for success if it is the very same
/// content: a write whose answer was lost is repeated by the client, and then loses against itself.
///
/// # Errors
/// [`StoreError::Conflict`] if something else is there.
pub async fn put_or_same(
    store: &dyn Store,
    key: &str,
    bytes: Bytes,
    mode: PutMode,
) -> Result<Version, StoreError> {
    match store.put(key, bytes.clone(), mode).await {
        Err(StoreError::Conflict { key }) => match store.get(&key).await? {
            Some(found) if found.bytes == bytes => Ok(found.version),
            _ => Err(StoreError::Conflict { key }),
        },
        other => other,
    }
}
