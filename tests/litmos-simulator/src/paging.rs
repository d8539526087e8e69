//! Pages by row offset, with everything that is known to be odd about them.

use std::ops::Range;

use simulator_kit::Dice;

use crate::{
    options::{Quirks, Repeats},
    reply::Refusal,
};

const DEFAULT: usize = 100;
const MAXIMUM: usize = 1000;

/// A page that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    /// The first row's offset.
    pub(crate) start: usize,
    /// The most rows, after the server has had its way with what was asked for.
    pub(crate) limit: usize,
}

impl Page {
    /// Reads `limit` and `start`.
    pub(crate) fn new(
        limit: Option<&str>,
        start: Option<&str>,
        quirks: &Quirks,
    ) -> Result<Self, Refusal> {
        let number = |text: Option<&str>, default: usize| {
            text.map_or(Ok(default), |text| text.parse().map_err(|_| Refusal::malformed()))
        };
        let limit = number(limit, DEFAULT)?;
        let start = number(start, 0)?;
        if limit == 0 {
            return Err(Refusal::malformed());
        }
        let cap = quirks.page_cap.map_or(MAXIMUM, |cap| cap.max(1) as usize);
        Ok(Self { start, limit: limit.min(MAXIMUM).min(cap) })
    }

    /// The rows of this page of a list.
    pub(crate) fn cut<T: Copy>(&self, rows: &[T], quirks: &Quirks) -> Vec<T> {
        let offsets = self.offsets(quirks);
        match quirks.repeats {
            None => offsets.map_while(|offset| rows.get(offset).copied()).collect(),
            Some(repeats) => {
                let place = |offset| shifted(offset, self.limit, rows.len(), repeats);
                offsets.map_while(|offset| place(offset).map(|at| rows[at])).collect()
            }
        }
    }

    fn offsets(&self, quirks: &Quirks) -> Range<usize> {
        let number = self.start / self.limit;
        let every = quirks.long_page_every.map_or(usize::MAX, |every| every.max(1) as usize);
        let extra = match (number + 1).is_multiple_of(every) {
            true => 1 + Dice::new(0, "page", number as u64).below("extra", 3) as usize,
            false => 0,
        };
        self.start..self.start.saturating_add(self.limit + extra)
    }
}

/// The place in a list of the row at an offset, if the list shifts back by some rows every so
/// many pages while it is read.
fn shifted(offset: usize, limit: usize, length: usize, repeats: Repeats) -> Option<usize> {
    let stretch = limit * repeats.every_pages.max(1) as usize;
    let again = (repeats.rows as usize).min(stretch - 1);
    let (shifts, within) = (offset / stretch, offset % stretch);
    // rows there were before this stretch
    let before = shifts * (stretch - again) + if shifts > 0 { again } else { 0 };
    let place = if shifts > 0 { before + within - again } else { within };
    (before < length && place < length).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(limit: Option<&str>, start: Option<&str>, quirks: &Quirks) -> Result<Page, Refusal> {
        Page::new(limit, start, quirks)
    }

    /// Walks a list of so many rows as a client does: on by the rows received.
    fn walk(length: usize, limit: &str, quirks: &Quirks) -> Vec<Vec<usize>> {
        let rows: Vec<usize> = (0..length).collect();
        let mut pages = Vec::new();
        let mut start = 0;
        loop {
            let page = page(Some(limit), Some(&start.to_string()), quirks).unwrap();
            let got = page.cut(&rows, quirks);
            if got.is_empty() {
                return pages;
            }
            start += got.len();
            pages.push(got);
        }
    }

    #[test]
    fn limits_have_a_default_a_maximum_and_a_silent_cap() {
        let plain = Quirks::default();
        let limit = |text, quirks| page(text, None, quirks).unwrap().limit;
        assert_eq!(
            [None, Some("7"), Some("1000"), Some("9999")].map(|t| limit(t, &plain)),
            [100, 7, 1000, 1000]
        );
        let capped = Quirks { page_cap: Some(100), ..Quirks::default() };
        assert_eq!(limit(Some("1000"), &capped), 100);
    }

    #[test]
    fn garbage_is_refused() {
        let plain = Quirks::default();
        for text in ["", "x", "-1", "1.5", "1e3"] {
            assert_eq!(page(Some(text), None, &plain).unwrap_err().status, 400);
            assert_eq!(page(None, Some(text), &plain).unwrap_err().status, 400);
        }
        assert_eq!(page(Some("0"), None, &plain).unwrap_err().status, 400);
    }

    #[test]
    fn pages_follow_each_other_by_rows() {
        let pages = walk(25, "10", &Quirks::default());
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 5]);
        assert_eq!(pages.concat(), (0..25).collect::<Vec<_>>());
    }

    #[test]
    fn some_pages_are_too_long_and_nothing_is_lost_by_it() {
        let quirks = Quirks { long_page_every: Some(3), ..Quirks::default() };
        let pages = walk(100, "10", &quirks);
        assert!(pages.iter().any(|page| (11..=13).contains(&page.len())));
        assert!(pages.iter().any(|page| page.len() == 10));
        assert_eq!(pages.concat(), (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn a_shifted_list_repeats_rows_at_the_start_of_a_page_and_loses_none() {
        let repeats = Repeats { every_pages: 2, rows: 3 };
        let quirks = Quirks { repeats: Some(repeats), ..Quirks::default() };
        let pages = walk(60, "10", &quirks);
        assert_eq!(pages[2][..4], [17, 18, 19, 20]);
        assert_eq!(pages[4][..4], [34, 35, 36, 37]);
        let mut seen = pages.concat();
        assert!(seen.len() > 60);
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, (0..60).collect::<Vec<_>>());
    }

    #[test]
    fn a_list_that_ends_with_a_stretch_ends_there() {
        let repeats = Repeats { every_pages: 1, rows: 3 };
        let quirks = Quirks { repeats: Some(repeats), ..Quirks::default() };
        assert_eq!(walk(10, "10", &quirks).len(), 1);
    }
}
