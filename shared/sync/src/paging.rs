//! Where a list that is read by offset goes on, and where it is at its end: pure.
//!
//! A page overlaps the one before by a few rows. If the two have a row in common, nothing slipped
//! between them while the list moved; if they have none, the list is read again.

mod ends;
mod trail;

use rollcall_snapshot::{Findings, PagesSeen};
use rollcall_vendor_client::litmos::LIMIT;

pub(crate) use ends::{PageEnd, end_of, unsettled};
pub(crate) use trail::{Look, PageBefore, Trail};

/// How often a list is read that does not keep still.
pub(crate) const READINGS: u8 = 3;

/// Where a list goes on after a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    /// It is at its end.
    End,
    /// So it seems, but the page is as long as one that a server cuts off.
    Doubtful,
    /// There.
    On(u64, Trail),
    /// At its beginning, as it has moved.
    Again(Trail),
}

impl Next {
    /// From where it is read on, if it is.
    pub(crate) fn place(self) -> Option<(u64, Trail)> {
        match self {
            Self::On(start, trail) => Some((start, trail)),
            Self::Again(trail) => Some((0, trail)),
            Self::End | Self::Doubtful => None,
        }
    }
}

/// Where a list goes on after a page, and what the page shows.
pub(crate) fn follow(kind: &str, trail: &Trail, page: &Look, found: &Findings) -> (Next, Findings) {
    let mut findings = shown(kind, trail, page);
    if trail.is_torn(page) {
        if trail.reading + 1 < READINGS {
            return (Next::Again(Trail::of_reading(trail.reading + 1)), findings);
        }
        findings.moving_lists.insert(page.list.clone());
    }
    if trail.is_unproven(page) {
        findings.moving_lists.insert(page.list.clone());
    }
    let next = match end_of(kind, page.received, found) {
        _ if trail.is_exhausted(page) => Next::End,
        PageEnd::Full => trail.on(page),
        PageEnd::Doubtful => Next::Doubtful,
        PageEnd::Short => Next::End,
    };
    (next, findings)
}

/// What a page shows about how the vendor cuts lists of its kind.
pub(crate) fn shown(kind: &str, trail: &Trail, page: &Look) -> Findings {
    // A page that was shorter than asked for, and was followed by more.
    let before = trail.before.as_ref().map_or(0, |before| before.received);
    let is_cut = 0 < before && before < LIMIT && !trail.is_exhausted(page) && !trail.is_torn(page);
    let cap = is_cut.then_some(before);
    let seen = PagesSeen { longest: page.received, cap, ..PagesSeen::default() };
    Findings {
        page_cap: cap,
        longest_page: Some(page.received),
        pages: [(kind.to_owned(), seen)].into(),
        ..Findings::default()
    }
}

/// What is known from before about how the vendor cuts its lists.
pub(crate) fn carried(page_cap: Option<u64>, longest_page: Option<u64>) -> Findings {
    Findings { page_cap, longest_page, ..Findings::default() }
}

#[cfg(test)]
mod tests;
