//! A report's rows on their way into segments: in no order, and more than memory holds.
//!
//! Merging opens all segments that overlap. Therefore every few of them are merged into others that
//! do not overlap, as soon as they are there.

use std::collections::BTreeMap;

use rollcall_roster::{Enrolment, Row};
use rollcall_snapshot::{Merge, Segment, StagedRow};

use super::{Stash, report::further};
use crate::SyncError;

/// Rows that are kept in memory.
const ROWS: usize = 20_000;
/// Segments that are merged.
const LOOSE: usize = 16;

/// Rows on their way.
pub(super) struct Pile<'a> {
    stash: &'a Stash,
    /// Rows that are kept in memory.
    most: usize,
    rows: BTreeMap<(String, String), Enrolment>,
    /// Each overlaps the others.
    loose: Vec<Segment>,
    /// Some after another do not overlap.
    merged: Vec<Segment>,
    /// How many segments were written.
    written: usize,
}

impl<'a> Pile<'a> {
    pub(super) fn new(stash: &'a Stash) -> Self {
        let (rows, loose, merged) = (BTreeMap::new(), Vec::new(), Vec::new());
        Self { stash, most: ROWS, rows, loose, merged, written: 0 }
    }

    pub(super) async fn add(&mut self, row: Enrolment) -> Result<(), SyncError> {
        let key = (row.course_id.clone(), row.user_id.clone());
        let row = match self.rows.remove(&key) {
            Some(earlier) => further(earlier, row),
            None => row,
        };
        self.rows.insert(key, row);
        if self.rows.len() >= self.most {
            self.stage().await?;
        }
        if self.loose.len() >= LOOSE {
            self.merge().await?;
        }
        Ok(())
    }

    /// Everything in segments.
    pub(super) async fn finish(mut self) -> Result<Vec<Segment>, SyncError> {
        self.stage().await?;
        self.merged.extend(self.loose);
        Ok(self.merged)
    }

    async fn stage(&mut self) -> Result<(), SyncError> {
        let rows = std::mem::take(&mut self.rows);
        let segment = self.put(rows.values().map(StagedRow::of).collect()).await?;
        self.loose.extend(segment);
        Ok(())
    }

    async fn merge(&mut self) -> Result<(), SyncError> {
        let loose = std::mem::take(&mut self.loose);
        let mut merge = Merge::new(self.stash.store(), &loose, None, further);
        let mut rows = Vec::new();
        while let Some(row) = merge.next().await? {
            rows.push(StagedRow::of(&row));
            if rows.len() >= self.most {
                let segment = self.put(std::mem::take(&mut rows)).await?;
                self.merged.extend(segment);
            }
        }
        let segment = self.put(rows).await?;
        self.merged.extend(segment);
        Ok(())
    }

    async fn put(&mut self, rows: Vec<StagedRow>) -> Result<Option<Segment>, SyncError> {
        let segment = self.stash.put(Enrolment::TABLE, self.written, rows).await?;
        self.written += usize::from(segment.is_some());
        Ok(segment)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rollcall_roster::{EnrolmentStatus, Table, Timestamp};
    use rollcall_snapshot::{Keys, RunId, store::MemoryStore};

    use super::*;

    /// Two readings of most pairs, in no order.
    fn rows() -> impl Iterator<Item = Enrolment> {
        let number = |place: u64| place.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        (0..5_000).map(move |place| Enrolment {
            course_id: format!("c{:02}", number(place) % 40),
            user_id: format!("u{:02}", number(place + 7) % 70),
            status: Some(match number(place + 9) % 3 {
                0 => EnrolmentStatus::Completed,
                _ => EnrolmentStatus::InProgress,
            }),
            started_at: Timestamp::from_second(number(place + 11) as i64).ok(),
            ..Enrolment::default()
        })
    }

    /// The most segments that hold rows around one key.
    fn overlapping(segments: &[Segment]) -> usize {
        let around = |key: &(String, String)| {
            segments.iter().filter(|segment| segment.first <= *key && *key <= segment.last).count()
        };
        segments.iter().map(|segment| around(&segment.first)).max().unwrap_or_default()
    }

    #[tokio::test]
    async fn few_segments_overlap_and_no_row_is_lost() {
        let store: Arc<MemoryStore> = Arc::default();
        let run_id = RunId::at(Timestamp::UNIX_EPOCH);
        let stash = Stash::new(store.clone(), Keys::new("acme"), run_id);
        let mut pile = Pile { most: 10, ..Pile::new(&stash) };
        let mut meant = BTreeMap::new();
        for row in rows() {
            let key = (row.course_id.clone(), row.user_id.clone());
            let earlier = meant.remove(&key);
            let folded = earlier.map_or(row.clone(), |earlier| further(earlier, row.clone()));
            meant.insert(key, folded);
            pile.add(row).await.unwrap();
        }
        let segments = pile.finish().await.unwrap();
        assert!(segments.len() > 400);
        assert!(overlapping(&segments) < 48, "{}", overlapping(&segments));
        let mut merge = Merge::new(store.clone(), &segments, None, further);
        let mut read = Vec::new();
        while let Some(row) = merge.next().await.unwrap() {
            read.push(row);
        }
        assert!(read == meant.into_values().collect::<Vec<_>>());
        assert!(segments.iter().all(|segment| segment.key.contains(Table::Enrolments.name())));
    }
}
