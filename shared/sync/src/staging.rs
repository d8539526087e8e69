//! Rows that were read but are not in the store yet.

use std::collections::BTreeMap;

use rollcall_roster::Table;
use rollcall_snapshot::{
    Keys, PutMode, RunId, Segment, StagedRow, Store, StoreError, encode_segment,
};

/// What a kill may cost: so many requests are repeated, and those in flight.
const REQUESTS_AT_RISK: u64 = 10;
/// What staging may hold in memory.
const BYTES_IN_MEMORY: usize = 4 * 1024 * 1024;

/// Collects rows until it is worth writing them.
#[derive(Default)]
pub(crate) struct Staging {
    rows: BTreeMap<Table, Vec<StagedRow>>,
    bytes: usize,
    /// Requests of the slice at the last write.
    requests_then: u64,
}

impl Staging {
    pub(crate) fn add(&mut self, rows: Vec<(Table, StagedRow)>) {
        for (table, row) in rows {
            self.bytes += row.size();
            self.rows.entry(table).or_default().push(row);
        }
    }

    /// Whether to write, after so many requests of the slice.
    pub(crate) fn is_due(&self, requests: u64) -> bool {
        requests - self.requests_then >= REQUESTS_AT_RISK || self.bytes >= BYTES_IN_MEMORY
    }

    /// Writes everything as one segment a table and lists it.
    pub(crate) async fn write(
        &mut self,
        store: &dyn Store,
        keys: &Keys,
        run_id: &RunId,
        staged: &mut BTreeMap<Table, Vec<Segment>>,
        requests: u64,
    ) -> Result<(), StoreError> {
        for (table, rows) in std::mem::take(&mut self.rows) {
            let Some(encoded) = encode_segment(rows) else { continue };
            let list = staged.entry(table).or_default();
            let key = keys.segment(run_id, table, list.len(), &encoded.sha256);
            store.put(&key, encoded.bytes.clone(), PutMode::Overwrite).await?;
            list.push(encoded.stored_as(key));
        }
        self.bytes = 0;
        self.requests_then = requests;
        Ok(())
    }
}
