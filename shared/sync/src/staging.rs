//! Rows that were read but are not in the store yet.

use std::collections::BTreeMap;

use rollcall_roster::Table;
use rollcall_snapshot::{
    Checkpoint, Keys, PutMode, Segment, StagedRow, Store, StoreError, encode_segment,
    encode_tellings,
};

use crate::walk::Shelf;

/// What a kill may cost: so many requests are repeated, and those in flight.
const REQUESTS_AT_RISK: u64 = 10;
/// What staging may hold in memory.
const BYTES_IN_MEMORY: usize = 4 * 1024 * 1024;

/// Collects rows until it is worth writing them.
#[derive(Default)]
pub(crate) struct Staging {
    rows: BTreeMap<(Shelf, Table), Vec<StagedRow>>,
    bytes: usize,
    /// Requests of the slice at the last write.
    requests_then: u64,
}

impl Staging {
    pub(crate) fn add(&mut self, rows: Vec<(Shelf, Table, StagedRow)>) {
        for (shelf, table, row) in rows {
            self.bytes += row.size();
            self.rows.entry((shelf, table)).or_default().push(row);
        }
    }

    /// Whether to write, after so many requests of the slice.
    pub(crate) fn is_due(&self, requests: u64) -> bool {
        requests - self.requests_then >= REQUESTS_AT_RISK || self.bytes >= BYTES_IN_MEMORY
    }

    /// Writes everything as one segment a table and lists it. What the store does not take stays here:
    /// the next try writes it, under the same key if it is the same.
    pub(crate) async fn write<T>(
        &mut self,
        store: &dyn Store,
        keys: &Keys,
        checkpoint: &mut Checkpoint<T>,
        requests: u64,
    ) -> Result<(), StoreError> {
        while let Some(rows) = self.rows.first_entry() {
            let (shelf, table) = *rows.key();
            let encoded = match shelf {
                Shelf::Found => encode_segment(rows.get()),
                Shelf::Told => encode_tellings(rows.get()),
            };
            if let Some(encoded) = encoded {
                let run_id = checkpoint.run_id.clone();
                let list = listed(checkpoint, shelf, table);
                let key = keys.segment(&run_id, table, list.len(), &encoded.sha256);
                store.put(&key, encoded.bytes.clone(), PutMode::Overwrite).await?;
                list.push(encoded.stored_as(key));
            }
            rows.remove();
        }
        self.bytes = 0;
        self.requests_then = requests;
        Ok(())
    }
}

/// Where a checkpoint lists a table's segments.
pub(crate) fn listed<T>(
    checkpoint: &mut Checkpoint<T>,
    shelf: Shelf,
    table: Table,
) -> &mut Vec<Segment> {
    let shelf = match shelf {
        Shelf::Found => &mut checkpoint.staged,
        Shelf::Told => &mut checkpoint.told,
    };
    shelf.entry(table).or_default()
}

#[cfg(test)]
mod tests {
    use rollcall_roster::Team;

    use super::*;

    /// Whatever a row holds: a page of a thousand may be a few hundred KB, or all that the memory has.
    #[test]
    fn it_is_due_after_so_many_requests_or_bytes() {
        let mut staging = Staging::default();
        let row = Team { team_id: "t".repeat(BYTES_IN_MEMORY / 4), ..Team::default() };
        staging.add(vec![(Shelf::Found, Table::Teams, StagedRow::of(&row))]);
        let is_due = |staging: &Staging| {
            [0, REQUESTS_AT_RISK - 1, REQUESTS_AT_RISK].map(|n| staging.is_due(n))
        };
        assert_eq!(is_due(&staging), [false, false, true]);
        staging.add(vec![(Shelf::Found, Table::Teams, StagedRow::of(&row))]);
        assert_eq!(is_due(&staging), [true; 3]);
    }
}
