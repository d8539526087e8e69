//! The pages of one reading of a list, and whether they are the list as it was at one instant: pure.
//!
//! Each page after the first begins with the last row of the one before. Where that is another row
//! by then, rows have moved between the two pages, and some may be on neither. That shows what no
//! count shows: rows that went and others that came.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Search services stop counting here: a list that is told to be exactly so long may be longer.
pub const COUNTED_UP_TO: u64 = 10_000;

/// Pages that were read of a list, by the places of their rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PagesRead {
    /// Stretches of pages that follow on each other, by the place of their first row.
    stretches: BTreeMap<u64, Stretch>,
    /// The places from which nothing was found.
    nothing_at: BTreeSet<u64>,
    /// How often two pages did not fit together, or told different lengths of the list.
    misfits: u64,
    /// How long the list is, as a page said last.
    told: Option<u64>,
}

/// Rows without a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stretch {
    /// The place after its last row.
    end: u64,
    /// Its first row's id, if that has one.
    first: Option<String>,
    /// Its last row's id, if that has one.
    last: Option<String>,
}

impl PagesRead {
    /// A page of so many `rows` from `start` on, the ids of its first and its last row, and how long
    /// the list is as it says.
    #[must_use]
    pub fn page(
        start: u64,
        rows: u64,
        (first, last): (Option<String>, Option<String>),
        told: Option<u64>,
    ) -> Self {
        let stretch = Stretch { end: start + rows, first, last };
        // Behind the end of a list there is nothing to be known of it but that it ends before.
        let is_known = rows > 0 || start == 0;
        let stretches = is_known.then_some((start, stretch)).into_iter().collect();
        let nothing_at = (rows == 0).then_some(start).into_iter().collect();
        Self { stretches, nothing_at, misfits: 0, told }
    }

    /// These pages and others of the same reading, which came later.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        let differ = self.told.zip(other.told).is_some_and(|(one, other)| one != other);
        self.misfits += other.misfits + u64::from(differ);
        self.told = other.told.or(self.told);
        self.nothing_at.extend(other.nothing_at);
        for (start, stretch) in other.stretches {
            self.add(start, stretch);
        }
        self
    }

    fn add(&mut self, mut start: u64, mut stretch: Stretch) {
        let before = self.stretches.range(..start).next_back();
        if let Some((&earlier, before)) = before.filter(|(_, before)| before.end == start + 1) {
            self.misfits += u64::from(before.last != stretch.first);
            stretch.first.clone_from(&before.first);
            start = earlier;
        }
        let overlap = stretch.end.saturating_sub(1);
        if let Some(after) = self.stretches.get(&overlap).filter(|_| overlap > start).cloned() {
            self.misfits += u64::from(after.first != stretch.last);
            self.stretches.remove(&overlap);
            stretch = Stretch { first: stretch.first, ..after };
        }
        let same = self.stretches.insert(start, stretch.clone());
        // Read twice: what is there more than once is the same, or the list has moved.
        let again = same.filter(|same| same.end == stretch.end);
        self.misfits += u64::from(again.is_some_and(|again| again != stretch));
    }

    /// Whether anything was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stretches.is_empty()
    }

    /// Whether these pages are the whole list as it was at one instant: they fit together, and what
    /// was read is as much as was [told](Self::told).
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let mut stretches = self.stretches.iter();
        let (Some((0, whole)), None) = (stretches.next(), stretches.next()) else { return false };
        // A row that was read, and was not there any more: the list has moved.
        let was_longer = self.nothing_at.iter().any(|place| *place < whole.end);
        self.misfits == 0 && !was_longer && self.told().is_none_or(|told| told == whole.end)
    }

    /// How often two pages did not fit together.
    #[must_use]
    pub fn misfits(&self) -> u64 {
        self.misfits
    }

    /// How many rows were read, each place counted once.
    #[must_use]
    pub fn read(&self) -> u64 {
        self.stretches.iter().map(|(start, stretch)| stretch.end - start).sum()
    }

    /// How long the list is, as the vendor says; nothing if it stopped counting.
    #[must_use]
    pub fn told(&self) -> Option<u64> {
        self.told.filter(|&told| told != COUNTED_UP_TO || self.read() <= told)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A page of a list of these ids.
    fn page(ids: &[u32], start: usize, rows: usize, told: Option<u64>) -> PagesRead {
        let cut = &ids[start.min(ids.len())..(start + rows).min(ids.len())];
        let id = |id: Option<&u32>| id.map(u32::to_string);
        PagesRead::page(start as u64, cut.len() as u64, (id(cut.first()), id(cut.last())), told)
    }

    fn all(pages: impl IntoIterator<Item = PagesRead>) -> PagesRead {
        pages.into_iter().reduce(PagesRead::and).unwrap()
    }

    #[test]
    fn a_list_at_rest_is_whole_in_whatever_order_its_pages_come() {
        let ids: Vec<u32> = (0..25).collect();
        for order in [[0, 9, 18], [18, 9, 0], [9, 0, 18], [0, 18, 9]] {
            let read = all(order.map(|start| page(&ids, start, 10, Some(25))));
            assert!(read.is_whole(), "{order:?}: {read:?}");
            assert_eq!((read.read(), read.told(), read.misfits()), (25, Some(25), 0));
        }
        assert!(page(&[], 0, 10, Some(0)).is_whole() && page(&[], 0, 10, None).is_whole());
        assert!(page(&ids, 0, 30, None).is_whole());
    }

    #[test]
    fn what_was_not_read_or_moved_is_not_whole() {
        let ids: Vec<u32> = (0..25).collect();
        let cut = |start| page(&ids, start, 10, Some(25));
        let told = |told| page(&ids, 0, 30, Some(told));
        // One went from the first page, and one came behind: as many as before.
        let moved: Vec<u32> = (1..26).collect();
        let later = |start| page(&moved, start, 10, Some(25));
        for (case, read) in [
            ("a page is missing", all([cut(0), cut(18)])),
            ("the first page is missing", all([cut(9), cut(18)])),
            ("pages that only adjoin", all([page(&ids, 0, 10, None), page(&ids, 10, 15, None)])),
            ("fewer than told", told(26)),
            ("more than told", told(24)),
            ("nothing, and some are told", page(&[], 0, 10, Some(3))),
            ("another length", all([cut(0), cut(9), page(&ids, 18, 10, Some(24))])),
            ("rows that moved", all([cut(0), later(9), later(18)])),
            ("rows that moved, backwards", all([later(18), later(9), cut(0)])),
            ("another first page", all([cut(0), later(0), later(9), later(18)])),
            ("a row that went", all([page(&ids, 0, 10, None), page(&ids[..9], 9, 10, None)])),
        ] {
            assert!(!read.is_whole(), "{case}: {read:?}");
        }
    }

    #[test]
    fn a_count_that_stops_is_not_believed_where_there_is_more() {
        let pages = |rows| PagesRead::page(0, rows, (None, None), Some(COUNTED_UP_TO));
        assert_eq!((pages(10_000).told(), pages(10_000).is_whole()), (Some(10_000), true));
        assert_eq!((pages(10_400).told(), pages(10_400).is_whole()), (None, true));
        assert!(!pages(9_999).is_whole());
    }

    #[test]
    fn pages_are_read_back_from_a_checkpoint() {
        let read = all([page(&[1, 2, 3], 0, 2, Some(3)), page(&[1, 2, 3], 1, 2, Some(3))]);
        let text = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<PagesRead>(&text).unwrap(), read);
        assert_eq!(serde_json::from_str::<PagesRead>("{}").unwrap(), PagesRead::default());
    }

    proptest! {
        /// However rows come and go between two pages, the pages miss none that stays or are not whole.
        #[test]
        fn no_row_slips_unseen(
            rows in 1..60_u32,
            size in 2..12_usize,
            changes in prop::collection::vec(
                prop::collection::vec((any::<bool>(), 0..60_usize), 0..5), 30),
        ) {
            let mut ids: Vec<u32> = (0..rows).collect();
            let mut known: Vec<u32> = Vec::new();
            let (mut read, mut start, mut changes) = (PagesRead::default(), 0, changes.into_iter());
            loop {
                let cut = &ids[start.min(ids.len())..(start + size).min(ids.len())];
                known.extend(cut);
                read = read.and(page(&ids, start, size, None));
                if cut.len() < 2 {
                    break;
                }
                start += cut.len() - 1;
                for (comes, place) in changes.next().unwrap_or_default() {
                    match comes {
                        true => ids.insert(place.min(ids.len()), rows + start as u32),
                        false if place < ids.len() => drop(ids.remove(place)),
                        false => {}
                    }
                }
            }
            let missed = (0..rows).filter(|id| ids.contains(id) && !known.contains(id)).count();
            prop_assert!(missed == 0 || !read.is_whole(), "{missed} missed: {read:?}");
        }
    }
}
