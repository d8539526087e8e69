//! How the list of users is split into ranges that are read side by side: pure.

use std::collections::BTreeMap;

use rollcall_roster::Table;
use rollcall_snapshot::{Findings, ListReading, Seam};
use rollcall_vendor_client::litmos::LIMIT;

use super::UserTask;
use crate::{
    litmos::lists::ListKind,
    paging::{self, Look, PageBefore, PageEnd, Trail},
};

/// Rows that neighbouring ranges have in common: so many accounts may go meanwhile before somebody
/// slips from one to the other.
const OVERLAP: u64 = 10;
/// Rows at the head of a range among which these must be, wherever others came before them.
const HEAD: usize = 30;

/// What follows from a page, and what it shows.
pub(super) fn after_page(
    until: Option<u64>,
    trail: &Trail,
    page: &Look,
    found: &Findings,
) -> (Vec<UserTask>, Findings) {
    let kind = ListKind::Users.name();
    let mut shown = paging::shown(kind, trail, page);
    let count = found.vendor_count.get(&Table::Users).copied().unwrap_or(0);
    let range = |(start, trail)| UserTask::Range { start, until, trail };
    let on = || trail.on(page).place().map(range).into_iter().collect();
    let follows = match until {
        _ if trail.is_exhausted(page) => Vec::new(),
        Some(until) if page.end() >= until => Vec::new(),
        Some(_) => on(),
        // The first page is a whole one: the rest can be read side by side.
        None if page.start == 0 && page.received >= LIMIT && count > page.end() => {
            split(trail.reading, page, count)
        }
        // There are more. Whether the page was cut off, or accounts have gone, the next one shows.
        None if page.end() < count => on(),
        // The count is reached, which settles what the length of the page leaves in doubt.
        None if paging::end_of(kind, page.received, found) == PageEnd::Full => on(),
        None => Vec::new(),
    };
    let is_over = follows.is_empty();
    shown.reading = ListReading {
        number: trail.reading,
        seams: seams(trail, page, is_over.then_some(until).flatten(), &follows),
        without_id: page.without_id(),
        rows_before: None,
    };
    (follows, shown)
}

/// The ranges after a first page of full length.
fn split(reading: u8, page: &Look, count: u64) -> Vec<UserTask> {
    let step = usize::try_from(LIMIT - OVERLAP).unwrap_or(1);
    let starts: Vec<_> = (page.end() - OVERLAP..count - OVERLAP).step_by(step).collect();
    let ends = starts.iter().skip(1).map(|start| Some(start + OVERLAP)).chain([None]);
    // Which page begins as the first one is known before what it must have in common with another.
    let before = PageBefore { first: page.ids.first().cloned(), ..PageBefore::default() };
    let range = |(start, until): (&u64, Option<u64>)| {
        let trail = Trail { reading, before: Some(before.clone()) };
        UserTask::Range { start: *start, until, trail }
    };
    starts.iter().zip(ends).map(range).collect()
}

/// What the page has in common with its neighbours, as far as they are read apart from it or did not
/// fit. `until` is where its range ends, if it does with this page.
fn seams(
    trail: &Trail,
    page: &Look,
    until: Option<u64>,
    follows: &[UserTask],
) -> BTreeMap<u64, Seam> {
    let mut seams = BTreeMap::new();
    match trail.seam(page) {
        Some(seam) if seam.is_torn() => {
            seams.insert(page.start, seam);
        }
        None if page.start > 0 && trail.is_of_range() => {
            let head = page.ids.iter().take(HEAD).cloned().collect();
            seams.insert(page.start, Seam { before: None, after: Some(head) });
        }
        _ => {}
    }
    let range_after = match (until, follows.first()) {
        (Some(until), _) => Some(until - OVERLAP),
        // The ranges after the first page know only how that began.
        (None, Some(UserTask::Range { start, trail, .. })) if trail.is_of_range() => Some(*start),
        _ => None,
    };
    if let Some(start) = range_after {
        let tail = page.tail(page.end().saturating_sub(start));
        seams.entry(start).or_insert(Seam { before: Some(tail), after: None });
    }
    seams
}
