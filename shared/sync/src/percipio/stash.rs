//! Staging for what is too much to keep in memory until its piece of work is done.

use std::sync::Arc;

use rollcall_roster::Row;
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
        Self { store: Arc::clone(&sync.store), keys: sync.keys.clone(), run_id: run_id.clone() }
    }

    /// Writes rows, each key once. They count when a checkpoint lists the segment; until then the
    /// object is nobody's, and goes with the run's working state.
    pub(super) async fn put<'a, R: Row>(
        &self,
        index: usize,
        rows: impl IntoIterator<Item = &'a R>,
    ) -> Result<Option<Segment>, StoreError> {
        let rows = rows.into_iter().map(StagedRow::of).collect();
        let Some(encoded) = encode_segment(rows) else { return Ok(None) };
        let key = self.keys.segment(&self.run_id, R::TABLE, index, &encoded.sha256);
        self.store.put(&key, encoded.bytes.clone(), PutMode::Overwrite).await?;
        Ok(Some(encoded.stored_as(key)))
    }
}
