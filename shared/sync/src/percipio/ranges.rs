//! How a list that tells its length is read side by side: pure.
//!
//! Every page after the first begins with the last row of the one before, so that
//! [`PagesRead`](rollcall_snapshot::PagesRead) can tell whether rows moved between the two.

use rollcall_snapshot::COUNTED_UP_TO;
use rollcall_vendor_client::percipio::MAX;
use serde::{Deserialize, Serialize};

/// No list of this vendor is longer; whatever seems so goes round in circles, and the ranges of one
/// that is said to be would fill the memory.
const LONGEST: u64 = 10_000_000;

/// A part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Range {
    /// The offset of its next row.
    pub start: u64,
    /// Where the next range begins; the last one is open.
    pub until: Option<u64>,
    /// How many rows at its start were read with the page before.
    #[serde(default)]
    pub overlap: u64,
}

impl Range {
    /// A whole list.
    pub(super) const WHOLE: Self = Self { start: 0, until: None, overlap: 0 };

    /// What cannot be of a list of which this is a part, `total` being what the vendor says it has.
    pub(super) fn check(self, total: Option<u64>) -> Result<(), &'static str> {
        match total {
            Some(total) if total > LONGEST => Err("the list is said to be too long to be true"),
            _ if self.start > LONGEST => Err("the list has no end"),
            _ => Ok(()),
        }
    }

    /// What is left to read after a page of so many rows, `total` being what the vendor says it has.
    ///
    /// A page without any new row ends a list, and so does reaching its length to the row, unless
    /// that is where a vendor may have stopped counting. A short page alone is no proof: a server may
    /// cap its pages.
    pub(super) fn after(self, received: u64, total: Option<u64>) -> Vec<Self> {
        let next = self.start + received;
        let is_new = received > self.overlap;
        match (self.until, total) {
            _ if received == 0 => Vec::new(),
            (Some(until), _) if next >= until => Vec::new(),
            (None, Some(total)) if next == total && total != COUNTED_UP_TO => Vec::new(),
            (None, total) if !is_new && total.is_none_or(|total| next >= total) => Vec::new(),
            // The first page is a whole one: the rest can be read side by side.
            (None, Some(total)) if self.start == 0 && received >= MAX && next < total => {
                let starts = (0..).map(|page| next - 1 + page * (MAX - 1));
                let starts = starts.take_while(|start| start + 1 < total);
                let until = |start| Some(start + MAX).filter(|end| *end < total);
                starts.map(|start| Self { start, until: until(start), overlap: 1 }).collect()
            }
            // Of a page of one row the next one could not get any further.
            (until, _) => {
                let overlap = u64::from(received > 1);
                vec![Self { start: next - overlap, until, overlap }]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// The rows that are read, and how many pages that takes.
    fn read(rows: u64, total: Option<u64>, cap: u64) -> (BTreeSet<u64>, u64) {
        let (mut read, mut pages) = (BTreeSet::new(), 0);
        let mut todo = vec![Range::WHOLE];
        while let Some(range) = todo.pop() {
            let received = rows.saturating_sub(range.start).min(cap);
            assert!(pages < 3 * rows + 9, "no end");
            read.extend(range.start..range.start + received);
            todo.extend(range.after(received, total));
            pages += 1;
        }
        (read, pages)
    }

    #[test]
    fn no_page_is_asked_for_in_vain() {
        for (rows, expected) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (9_999, 11), (20_000, 21)]
        {
            assert_eq!(read(rows, Some(rows), MAX).1, expected, "{rows}");
        }
        assert_eq!(read(2_000, None, MAX).1, 4, "a page without a new row proves the end");
    }

    #[test]
    fn where_counting_may_have_stopped_one_page_more_is_asked_for() {
        for (rows, expected) in [(10_000, 12), (10_001, 12), (10_400, 12), (12_500, 14)] {
            let (found, pages) = read(rows, Some(10_000), MAX);
            assert_eq!((found.len() as u64, pages), (rows, expected), "{rows}");
        }
    }

    #[test]
    fn no_list_is_endless() {
        let far = Range { start: LONGEST + 1, until: None, overlap: 0 };
        assert_eq!(far.check(None), Err("the list has no end"));
        for (total, is_true) in [(None, true), (Some(LONGEST), true), (Some(LONGEST + 1), false)] {
            assert_eq!(Range::WHOLE.check(total).is_ok(), is_true, "{total:?}");
        }
    }

    proptest! {
        /// Every row is read, with or without a total, capped or not, unless the total tells less
        /// than there is and a page ends there to the row.
        #[test]
        fn nothing_is_left_out(
            rows in 0..9_000_u64,
            error in prop::option::of(-1_500..1_500_i64),
            cap in prop_oneof![Just(MAX), 1..MAX],
        ) {
            let total = error.map(|error| rows.saturating_add_signed(error));
            let (read, _) = read(rows, total, cap);
            // Where pages overlap: a whole one, and so many new rows a page.
            let ends_at = |total| total == cap || (total - 1) % (cap - 1).max(1) == 0 || cap == 1;
            let told_short = total.is_some_and(|total| 0 < total && total < rows && ends_at(total));
            prop_assert!(read.len() as u64 == rows || told_short, "{} of {rows}", read.len());
        }
    }
}
