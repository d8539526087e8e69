//! A store in memory, for unit tests.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;

use super::{Entry, Object, PutMode, Store, StoreError, Version};

/// Objects in memory, with the same conditions as S3.
#[derive(Debug, Default)]
pub struct MemoryStore {
    objects: Mutex<BTreeMap<String, (Bytes, u64)>>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn objects(&self) -> MutexGuard<'_, BTreeMap<String, (Bytes, u64)>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn get(&self, key: &str) -> Result<Option<Object>, StoreError> {
        Ok(self.objects().get(key).map(|(bytes, version)| Object {
            bytes: bytes.clone(),
            version: Version(version.to_string()),
        }))
    }

    async fn put(&self, key: &str, bytes: Bytes, mode: PutMode) -> Result<Version, StoreError> {
        let mut objects = self.objects();
        let there = objects.get(key).map(|(_, version)| *version);
        let allowed = match &mode {
            PutMode::Overwrite => true,
            PutMode::Create => there.is_none(),
            PutMode::Update(wanted) => there.is_some_and(|version| version.to_string() == wanted.0),
        };
        if !allowed {
            return Err(StoreError::Conflict { key: key.to_owned() });
        }
        let version = there.unwrap_or(0) + 1;
        objects.insert(key.to_owned(), (bytes, version));
        Ok(Version(version.to_string()))
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        Ok(self
            .objects()
            .range(prefix.to_owned()..)
            .take_while(|(key, _)| key.starts_with(prefix))
            .map(|(key, (bytes, _))| Entry { key: key.clone(), size: bytes.len() as u64 })
            .collect())
    }

    async fn delete(&self, key: &str, version: &Version) -> Result<(), StoreError> {
        let mut objects = self.objects();
        match objects.get(key) {
            Some((_, there)) if there.to_string() != version.0 => {
                Err(StoreError::Conflict { key: key.to_owned() })
            }
            _ => {
                objects.remove(key);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_passes_the_conformance_suite() {
        super::super::conformance::run(&MemoryStore::new(), "here/").await;
    }
}
