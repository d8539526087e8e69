//! Pages by item offset, with everything that can be odd about them.

use crate::{
    call::Call,
    quirks::{Moving, Quirks, Way},
    refusal::Refusal,
};

const MAXIMUM: usize = 1000;

/// A page that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    /// The first row's offset.
    pub(crate) offset: usize,
    /// The most rows that were asked for.
    pub(crate) max: usize,
    /// The most rows that are given.
    limit: usize,
}

impl Page {
    /// Reads `offset` and `max`.
    pub(crate) fn new(call: &Call, default: usize, quirks: &Quirks) -> Result<Self, Refusal> {
        let number = |name: &str, default: usize| {
            let text = call.parameter(name);
            text.map_or(Ok(default), |text| text.parse().map_err(|_| Refusal::invalid(name)))
        };
        let (offset, max) = (number("offset", 0)?, number("max", default)?);
        if !(1..=MAXIMUM).contains(&max) {
            return Err(Refusal::invalid("max"));
        }
        let offset = if quirks.offset_ignored { 0 } else { offset };
        let cap = quirks.page_cap.map_or(MAXIMUM, |cap| cap.max(1) as usize);
        Ok(Self { offset, max, limit: max.min(cap) })
    }

    /// The rows of this page of a list.
    pub(crate) fn cut<'a, T>(&self, rows: &'a [T]) -> &'a [T] {
        let begin = self.offset.min(rows.len());
        &rows[begin..begin.saturating_add(self.limit).min(rows.len())]
    }

    /// The rows of this page of a list that moves while it is read, and how long the list is now.
    pub(crate) fn cut_moving<T: Copy>(&self, rows: &[T], moving: Moving) -> (Vec<T>, usize) {
        let stretch = self.limit.saturating_mul(moving.every_pages.max(1) as usize);
        let moved = match moving.way {
            // a list that moves back as fast as it is read never ends
            Way::Back => (moving.rows as usize).min(stretch - 1),
            Way::Ahead => moving.rows as usize,
        };
        let moved = (self.offset / stretch).saturating_mul(moved);
        let offsets = self.offset..self.offset.saturating_add(self.limit);
        match moving.way {
            Way::Back => {
                let place = |offset: usize| offset.checked_sub(moved);
                let cut = offsets.map_while(|offset| rows.get(place(offset)?).copied());
                (cut.collect(), rows.len() + moved)
            }
            Way::Ahead => {
                let moved = moved.min(rows.len());
                let place = |offset: usize| offset.checked_add(moved);
                let at = |place: usize| match place.checked_sub(rows.len()) {
                    None => rows.get(place).copied(),
                    Some(after) => rows[..moved].get(after).copied(),
                };
                (offsets.map_while(|offset| at(place(offset)?)).collect(), rows.len())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str, quirks: &Quirks) -> Result<Page, Refusal> {
        Page::new(&Call::new(&format!("/x?{query}").parse().unwrap()), 25, quirks)
    }

    /// Walks a list of so many rows by offset, up to the number that the last page said.
    fn walk(length: usize, max: usize, moving: Moving) -> Vec<usize> {
        let rows: Vec<usize> = (0..length).collect();
        let (mut seen, mut offset) = (Vec::new(), 0);
        loop {
            let page = page(&format!("offset={offset}&max={max}"), &Quirks::default()).unwrap();
            let (cut, total) = page.cut_moving(&rows, moving);
            seen.extend(cut);
            offset += max;
            if offset >= total {
                return seen;
            }
        }
    }

    #[test]
    fn pages_have_a_default_and_a_silent_cap() {
        let plain = Quirks::default();
        assert_eq!(page("", &plain), Ok(Page { offset: 0, max: 25, limit: 25 }));
        let capped = Quirks { page_cap: Some(100), ..plain };
        let capped = page("offset=7&max=1000", &capped).unwrap();
        assert_eq!(capped, Page { offset: 7, max: 1000, limit: 100 });
        let rows: Vec<usize> = (0..120).collect();
        assert_eq!(capped.cut(&rows), &rows[7..107]);
        assert!(page("offset=120", &Quirks::default()).unwrap().cut(&rows).is_empty());
        let deaf = Quirks { offset_ignored: true, ..Quirks::default() };
        assert_eq!(page("offset=120", &deaf).unwrap().cut(&rows), &rows[..25]);
    }

    #[test]
    fn garbage_is_refused() {
        for query in ["max=0", "max=1001", "max=", "max=x", "offset=-1", "offset=", "offset=1.5"] {
            assert_eq!(page(query, &Quirks::default()).unwrap_err().status, 400, "{query}");
        }
    }

    #[test]
    fn a_list_that_moves_back_repeats_rows_and_loses_none() {
        for (every_pages, rows) in [(1, 3), (2, 5), (1, 100)] {
            let moving = Moving { every_pages, rows, way: Way::Back };
            let mut seen = walk(60, 10, moving);
            assert!(seen.len() > 60);
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen, (0..60).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_list_that_moves_ahead_has_as_many_rows_and_some_of_them_twice() {
        let moving = Moving { every_pages: 1, rows: 2, way: Way::Ahead };
        let seen = walk(40, 10, moving);
        assert_eq!(seen.len(), 40);
        assert_eq!((seen[9], seen[10], seen[39]), (9, 12, 5));
        let missed: Vec<_> = (0..40).filter(|row| !seen.contains(row)).collect();
        assert_eq!(missed, [10, 11, 22, 23, 34, 35]);
    }
}
