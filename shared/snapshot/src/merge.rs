//! Merges staged segments into one sorted stream in which each id occurs once.
//!
//! A segment is opened when its first key is reached, so that a walk which stages in the order of
//! the ids holds only a few open, however long it was.

use std::{collections::VecDeque, sync::Arc};

use rollcall_roster::Row;

use crate::{Segment, SegmentError, Store, segment::SegmentReader};

/// The rows of many segments in the order of their keys. Several readings of one row become one, from
/// the first staged to the last, whatever a kill and a repetition did to the segments.
pub struct Merge<R> {
    store: Arc<dyn Store>,
    /// One row of two readings of it, the earlier staged and the later.
    one_of: Box<dyn Fn(R, R) -> R + Send>,
    /// By first key; with the place in the order of staging.
    waiting: VecDeque<(usize, Segment)>,
    open: Vec<Open<R>>,
    /// Rows up to this key are left out.
    after: Option<(String, String)>,
}

struct Open<R> {
    staged: usize,
    row: R,
    rest: SegmentReader<R>,
}

impl<R: Row> Merge<R> {
    /// Merges segments, given in the order in which they were staged, leaving out what does not
    /// come `after` a key.
    pub fn new(
        store: Arc<dyn Store>,
        segments: &[Segment],
        after: Option<&(String, String)>,
        one_of: impl Fn(R, R) -> R + Send + 'static,
    ) -> Self {
        let mut waiting: Vec<_> = segments.iter().cloned().enumerate().collect();
        waiting.retain(|(_, segment)| after.is_none_or(|after| segment.last > *after));
        waiting.sort_by(|(_, a), (_, b)| a.first.cmp(&b.first));
        let one_of = Box::new(one_of);
        Self { store, one_of, waiting: waiting.into(), open: Vec::new(), after: after.cloned() }
    }

    /// The next row.
    ///
    /// # Errors
    /// If a segment is missing or damaged, or the store does not answer.
    pub async fn next(&mut self) -> Result<Option<R>, SegmentError> {
        loop {
            self.open_what_is_due().await?;
            let Some(next) = self.smallest() else { return Ok(None) };
            let mut row = self.take(next)?;
            // Later readings of the same row, in other segments or, of tellings, in the same one.
            while let Some(next) = self.smallest()
                && self.open[next].row.key() == row.key()
            {
                let later = self.take(next)?;
                row = (self.one_of)(row, later);
            }
            let (first, second) = row.key();
            let passed = |after: &(String, String)| (first, second) <= (&after.0, &after.1);
            if !self.after.as_ref().is_some_and(passed) {
                return Ok(Some(row));
            }
        }
    }

    /// Takes the row of an open segment, which goes on to its next one or is closed.
    fn take(&mut self, index: usize) -> Result<R, SegmentError> {
        Ok(match self.open[index].rest.next()? {
            Some(following) => std::mem::replace(&mut self.open[index].row, following),
            None => self.open.swap_remove(index).row,
        })
    }

    /// Opens each segment that begins at or before the smallest row at hand.
    async fn open_what_is_due(&mut self) -> Result<(), SegmentError> {
        while let Some((_, segment)) = self.waiting.front() {
            let due = self.smallest().is_none_or(|smallest| {
                let (first, second) = self.open[smallest].row.key();
                (segment.first.0.as_str(), segment.first.1.as_str()) <= (first, second)
            });
            if !due {
                break;
            }
            if let Some((staged, segment)) = self.waiting.pop_front() {
                let object = self.store.get(&segment.key).await?;
                let object = object.ok_or_else(|| SegmentError::Missing(segment.key.clone()))?;
                let mut rest = SegmentReader::new(&segment.key, object.bytes)?;
                if let Some(row) = rest.next()? {
                    self.open.push(Open { staged, row, rest });
                }
            }
        }
        Ok(())
    }

    /// Which open segment holds the smallest row, the one staged first among equals.
    fn smallest(&self) -> Option<usize> {
        let by_key = |a: &usize, b: &usize| {
            let (a, b) = (&self.open[*a], &self.open[*b]);
            a.row.key().cmp(&b.row.key()).then(a.staged.cmp(&b.staged))
        };
        (0..self.open.len()).min_by(by_key)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;
    use rollcall_roster::Team;

    use super::*;
    use crate::{PutMode, StagedRow, encode_segment, store::MemoryStore};

    fn team(id: u8, name: usize) -> Team {
        let name = Some(name.to_string());
        Team { team_id: format!("{id:03}"), name, ..Team::default() }
    }

    async fn stage(store: &MemoryStore, index: usize, rows: &[Team]) -> Option<Segment> {
        let encoded = encode_segment(&rows.iter().map(StagedRow::of).collect::<Vec<_>>())?;
        let key = format!("{index}");
        store.put(&key, encoded.bytes.clone(), PutMode::Create).await.unwrap();
        Some(encoded.stored_as(key))
    }

    /// Of two readings of a team: the names of both.
    fn both(earlier: Team, later: Team) -> Team {
        let name = [earlier.name, later.name].into_iter().flatten().collect::<Vec<_>>().join(" ");
        Team { name: Some(name), ..later }
    }

    async fn merged(segments: &[Vec<u8>], after: Option<u8>) -> Vec<Team> {
        let store = MemoryStore::new();
        let mut staged = Vec::new();
        for (index, ids) in segments.iter().enumerate() {
            let rows: Vec<_> = ids.iter().map(|id| team(*id, index)).collect();
            staged.extend(stage(&store, index, &rows).await);
        }
        let after = after.map(|id| (format!("{id:03}"), String::new()));
        let mut merge = Merge::new(Arc::new(store), &staged, after.as_ref(), both);
        let mut rows = Vec::new();
        while let Some(row) = merge.next().await.unwrap() {
            rows.push(row);
        }
        rows
    }

    proptest! {
        /// The merge is a map by id into which the segments were folded one after another.
        #[test]
        fn a_merge_is_a_map(
            segments in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..12), 0..8),
            after in any::<Option<u8>>(),
        ) {
            let mut wanted = BTreeMap::new();
            for (index, ids) in segments.iter().enumerate() {
                for id in ids.iter().collect::<BTreeSet<_>>() {
                    let row = team(*id, index);
                    let row = match wanted.remove(id) {
                        Some(earlier) => both(earlier, row),
                        None => row,
                    };
                    wanted.insert(*id, row);
                }
            }
            wanted.retain(|id, _| after.is_none_or(|after| *id > after));
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let rows = runtime.block_on(merged(&segments, after));
            prop_assert_eq!(rows, wanted.into_values().collect::<Vec<_>>());
        }
    }

    #[tokio::test]
    async fn segments_in_order_are_opened_one_by_one() {
        let store = MemoryStore::new();
        let mut staged = Vec::new();
        for index in 0..5_u8 {
            let rows = [team(index * 10, 0), team(index * 10 + 9, 0)];
            staged.extend(stage(&store, index.into(), &rows).await);
        }
        let mut merge = Merge::new(Arc::new(store), &staged, None, both);
        let mut most = 0;
        while merge.next().await.unwrap().is_some() {
            most = most.max(merge.open.len());
        }
        assert_eq!(most, 1);
    }

    #[tokio::test]
    async fn a_missing_segment_is_no_empty_one() {
        let store = MemoryStore::new();
        let segment = stage(&store, 0, &[team(1, 0)]).await.unwrap();
        let gone = Segment { key: "gone".into(), ..segment };
        let mut merge = Merge::new(Arc::new(store), &[gone], None, both);
        assert!(matches!(merge.next().await, Err(SegmentError::Missing(_))));
    }
}
