//! A store that stops answering: how a test kills its user at any instant.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;

use super::{Entry, Object, PutMode, Store, StoreError, Version};

/// Lets so many writes through and then fails everything; the last write happens, but its answer
/// is lost.
pub struct MortalStore {
    inner: Arc<dyn Store>,
    writes_left: AtomicI64,
}

impl MortalStore {
    /// A store that dies with its `writes`-th write from now.
    pub fn new(inner: Arc<dyn Store>, writes: u32) -> Self {
        Self { inner, writes_left: AtomicI64::new(writes.into()) }
    }

    fn alive(&self, key: &str) -> Result<(), StoreError> {
        if self.writes_left.load(Ordering::Relaxed) > 0 { Ok(()) } else { Err(dead(key)) }
    }

    fn spend(&self, key: &str) -> Result<(), StoreError> {
        if self.writes_left.fetch_sub(1, Ordering::Relaxed) > 1 { Ok(()) } else { Err(dead(key)) }
    }
}

fn dead(key: &str) -> StoreError {
    let (place, reason) = (key.to_owned(), "killed".to_owned());
    StoreError::Unavailable { action: "reach", place, reason, source: None }
}

#[async_trait]
impl Store for MortalStore {
    async fn get(&self, key: &str) -> Result<Option<Object>, StoreError> {
        self.alive(key)?;
        self.inner.get(key).await
    }

    async fn put(&self, key: &str, bytes: Bytes, mode: PutMode) -> Result<Version, StoreError> {
        self.alive(key)?;
        let version = self.inner.put(key, bytes, mode).await?;
        self.spend(key)?;
        Ok(version)
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        self.alive(prefix)?;
        self.inner.list(prefix).await
    }

    async fn delete(&self, key: &str, version: &Version) -> Result<(), StoreError> {
        self.alive(key)?;
        self.inner.delete(key, version).await?;
        self.spend(key)
    }
}
