//! What a page has in common with the one before it.

use rollcall_snapshot::Seam;
use rollcall_vendor_client::Page;
use serde::{Deserialize, Serialize};

use super::Next;

/// One row in so many is read twice, so that it shows whether the list has moved.
const OVERLAP_EVERY: u64 = 100;

/// A page as far as paging looks at it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// What the list is called in errors and reasons.
    pub(crate) list: String,
    /// The offset of its first row.
    pub(crate) start: u64,
    /// Its rows, those without an id too.
    pub(crate) received: u64,
    /// The ids of its rows.
    pub(crate) ids: Vec<String>,
}

/// How the reading of a list has come to a place.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Trail {
    /// Which reading of the list; the first is 0.
    #[serde(skip_serializing_if = "is_first")]
    pub(crate) reading: u8,
    /// The page before, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<PageBefore>,
}

/// What is remembered of a page until the one after it is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PageBefore {
    /// Its rows.
    pub(crate) received: u64,
    /// The id of its first row.
    pub(crate) first: Option<String>,
    /// How many of its rows the page after it holds too, unless the list moves.
    pub(crate) overlap: u64,
    /// The ids of the last of its rows, which are among those.
    pub(crate) tail: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde wants it")]
fn is_first(reading: &u8) -> bool {
    *reading == 0
}

impl Look {
    pub(crate) fn of<R>(list: &str, start: u64, page: &Page<R>, id: impl Fn(&R) -> String) -> Self {
        let ids = page.rows.iter().map(id).collect();
        Self { list: list.to_owned(), start, received: page.received, ids }
    }

    /// The offset behind its last row.
    pub(crate) fn end(&self) -> u64 {
        self.start + self.received
    }

    /// Rows without an id.
    pub(crate) fn without_id(&self) -> u64 {
        self.received.saturating_sub(self.ids.len() as u64)
    }

    /// The ids of so many rows at its end, or of fewer.
    pub(crate) fn tail(&self, rows: u64) -> Vec<String> {
        let rows = usize::try_from(rows).unwrap_or(usize::MAX).min(self.ids.len());
        self.ids[self.ids.len() - rows..].to_vec()
    }

    /// The page as it is remembered: one row in a hundred of it is read again, at least one. Where
    /// rows have no id more are, so that some with an id are among them.
    fn remembered(&self) -> PageBefore {
        let rows = (self.received / OVERLAP_EVERY).max(1);
        let overlap = (rows + self.without_id()).min(self.received.saturating_sub(1));
        let tail = self.tail(rows.min(overlap));
        PageBefore { received: self.received, first: self.ids.first().cloned(), overlap, tail }
    }
}

impl Trail {
    pub(crate) fn of_reading(reading: u8) -> Self {
        Self { reading, before: None }
    }

    /// The place after a page.
    pub(crate) fn on(&self, page: &Look) -> Next {
        let before = page.remembered();
        let start = page.end() - before.overlap;
        Next::On(start, Self { reading: self.reading, before: Some(before) })
    }

    /// Whether a page holds nothing that the one before it did not hold.
    pub(crate) fn is_exhausted(&self, page: &Look) -> bool {
        let overlap = self.before.as_ref().map_or(0, |before| before.overlap);
        page.received <= overlap
    }

    /// Whether rows may have slipped between the page before and this one.
    pub(crate) fn is_torn(&self, page: &Look) -> bool {
        self.seam(page).is_some_and(|seam| seam.is_torn())
    }

    /// Whether nothing shows what slipped between the page before and this one: where the vendor
    /// gives one row at a time, none can be read twice.
    pub(crate) fn is_unproven(&self, page: &Look) -> bool {
        let before = self.before.as_ref().filter(|before| before.received > 0);
        before.is_some_and(|before| before.tail.is_empty()) && !self.is_exhausted(page)
    }

    /// Whether it begins in mid-list, where the page before is read apart from it.
    pub(crate) fn is_of_range(&self) -> bool {
        self.before.as_ref().is_none_or(|before| before.received == 0)
    }

    /// Where the page before and this one meet, if they must have rows in common.
    pub(crate) fn seam(&self, page: &Look) -> Option<Seam> {
        let before = self.before.as_ref().filter(|before| !before.tail.is_empty())?;
        Some(Seam { before: Some(before.tail.clone()), after: Some(page.ids.clone()) })
    }

    /// Whether a page begins as the one before it did, as each does where `start` is not heeded.
    pub(crate) fn is_repeated(&self, page: &Look) -> bool {
        let first = self.before.as_ref().and_then(|before| before.first.as_ref());
        page.start > 0 && first.is_some() && page.ids.first() == first
    }
}
