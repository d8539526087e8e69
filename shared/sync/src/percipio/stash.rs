//! Staging for what is too much to keep in memory until its piece of work is done.

use std::sync::Arc;

use rollcall_roster::Table;
use rollcall_snapshot::{
    Keys, PutMode, RunId, Segment, StagedRow, Store, StoreError, encode_segment,
};

use crate::Sync;

/// Where a run's segments lie.
#[derive(Clone)]
pub struct Stash {
    store: Arc<dyn Store>,
    keys: Keys,
    run_id: RunId,
}

impl Stash {
    /// Of a function's part of a run.
    #[must_use]
    pub fn of(sync: &Sync, run_id: &RunId) -> Self {
        Self::new(Arc::clone(&sync.store), sync.keys.clone(), run_id.clone())
    }

    pub(super) fn new(store: Arc<dyn Store>, keys: Keys, run_id: RunId) -> Self {
        Self { store, keys, run_id }
    }

    pub(super) fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    /// Writes rows, each key once. They count when a checkpoint lists the segment; until then the
    /// object is nobody's, and goes with the run's working state.
    pub(super) async fn put(
        &self,
        table: Table,
        index: usize,
        rows: Vec<StagedRow>,
    ) -> Result<Option<Segment>, StoreError> {
        let Some(encoded) = encode_segment(&rows) else { return Ok(None) };
        let key = self.keys.segment(&self.run_id, table, index, &encoded.sha256);
        self.store.put(&key, encoded.bytes.clone(), PutMode::Overwrite).await?;
        Ok(Some(encoded.stored_as(key)))
    }
}
