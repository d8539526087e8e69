//! What the pages of a vendor's lists have shown, and how far one reading of a list has come.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What the pages of one kind of list have shown in a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PagesSeen {
    /// Rows of the longest page.
    pub longest: u64,
    /// Rows of the longest page that was shorter than asked for and was followed by more.
    pub cap: Option<u64>,
    /// Whether a list of which it was doubtful was asked for more, and had none.
    pub probed: bool,
    /// Lists of one page as long as a page that a server cuts off, by id: its rows.
    pub doubtful: BTreeMap<String, u64>,
}

impl PagesSeen {
    pub(crate) fn add(&mut self, other: Self) {
        self.longest = self.longest.max(other.longest);
        self.cap = self.cap.max(other.cap);
        self.probed |= other.probed;
        self.doubtful.extend(other.doubtful);
    }
}

/// How far one reading of a list has come whose ranges are read side by side.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListReading {
    /// Which reading; the first is 0.
    pub number: u8,
    /// Where two pages meet, by offset.
    pub seams: BTreeMap<u64, Seam>,
    /// Rows without an id, which take a place in the list and none in the table.
    pub without_id: u64,
    /// Rows that the reading before gave.
    pub rows_before: Option<u64>,
}

impl ListReading {
    /// Whether rows may have slipped between two of its pages unread.
    #[must_use]
    pub fn is_torn(&self) -> bool {
        self.seams.values().any(Seam::is_torn)
    }

    /// The beginning of the next one, after one that gave so many rows.
    #[must_use]
    pub fn next(&self, rows_before: Option<u64>) -> Self {
        Self { number: self.number + 1, rows_before, ..Self::default() }
    }

    pub(crate) fn add(&mut self, other: Self) {
        if other.number > self.number {
            *self = other;
        } else if other.number == self.number {
            for (offset, seam) in other.seams {
                self.seams.entry(offset).or_default().add(seam);
            }
            self.without_id += other.without_id;
            self.rows_before = other.rows_before.or(self.rows_before);
        }
    }
}

/// Where two pages meet: both hold the rows between, unless the list moved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seam {
    /// The ids at the end of the page before, if it was read.
    pub before: Option<Vec<String>>,
    /// The ids at the beginning of the page after it, if that was read.
    pub after: Option<Vec<String>>,
}

impl Seam {
    fn add(&mut self, other: Self) {
        self.before = other.before.or_else(|| self.before.take());
        self.after = other.after.or_else(|| self.after.take());
    }

    /// Whether rows may have slipped from one page to the other unread. They have not where both
    /// have a row in common: what stood before it is in the first, what stood behind it in the second.
    #[must_use]
    pub fn is_torn(&self) -> bool {
        let (Some(before), Some(after)) = (&self.before, &self.after) else { return false };
        let is_beyond_the_end = before.is_empty() && after.is_empty();
        !is_beyond_the_end && !before.iter().any(|id| after.contains(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seam(before: Option<&str>, after: Option<&str>) -> Seam {
        let ids = |text: &str| text.chars().map(String::from).collect();
        Seam { before: before.map(ids), after: after.map(ids) }
    }

    #[test]
    fn two_pages_with_a_row_in_common_leave_nothing_out() {
        for (before, after, torn) in [
            (Some("abc"), Some("abc"), false),
            (Some("abc"), Some("cde"), false),
            (Some("abc"), Some("xab"), false),
            (Some("abc"), Some("def"), true),
            (Some("abc"), Some(""), true),
            (Some(""), Some("abc"), true),
            (Some(""), Some(""), false),
            (Some("abc"), None, false),
        ] {
            assert_eq!(seam(before, after).is_torn(), torn, "{before:?} {after:?}");
        }
    }

    #[test]
    fn a_later_reading_begins_anew_and_an_earlier_one_is_over() {
        let at = |offset, seam| BTreeMap::from([(offset, seam)]);
        let mut reading =
            ListReading { seams: at(990, seam(Some("a"), None)), ..Default::default() };
        reading.add(ListReading { seams: at(990, seam(None, Some("b"))), ..Default::default() });
        assert!(reading.seams[&990].is_torn());
        reading.add(reading.next(Some(7)));
        assert_eq!((reading.seams.len(), reading.rows_before), (0, Some(7)));
        reading.add(ListReading { without_id: 3, ..Default::default() });
        assert_eq!((reading.number, reading.without_id), (1, 0));
    }
}
