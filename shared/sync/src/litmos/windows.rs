//! The windows of time that changes are asked for by, and the lists of what changed in one.

use std::{collections::BTreeSet, future::Future};

use jiff::{SignedDuration, Timestamp};
use rollcall_roster::{Row, Told};
use rollcall_snapshot::Findings;
use rollcall_vendor_client::{Page, VendorError, litmos::ChangeWindow};
use serde::{Deserialize, Serialize};

use super::lists::{List, ListKind};
use crate::{Brief, Step, SyncError, paging::Trail};

/// The vendor takes seven days at most (reference 3.1); a minute less, as it may count to the second.
const LONGEST: SignedDuration = SignedDuration::from_mins(7 * 24 * 60 - 1);
/// To get the rows of the present day the end must lie in the future (reference 3.1): in whatever time
/// zone the vendor reads it.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// A window of time, its bounds included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Window {
    /// Its beginning.
    since: Timestamp,
    /// Its end.
    to: Timestamp,
}

impl From<Window> for ChangeWindow {
    fn from(Window { since, to }: Window) -> Self {
        Self { since, to }
    }
}

/// The windows that a run asks for; none if it does not ask for changes.
pub(super) fn of(brief: Brief<'_>) -> impl Iterator<Item = Window> + use<> {
    let until = brief.plan.settled_at.saturating_add(AHEAD).unwrap_or(Timestamp::MAX);
    let first = brief.since().map(|since| Window::of(since, until));
    std::iter::successors(first, move |window| {
        (window.to < until).then(|| Window::of(window.to, until))
    })
}

impl Window {
    /// As long as it may be.
    fn of(since: Timestamp, until: Timestamp) -> Self {
        let to = since.saturating_add(LONGEST).unwrap_or(Timestamp::MAX);
        Self { since, to: to.min(until) }
    }
}

/// A place in a list of what changed in a window.
pub(super) struct Windowed<'a> {
    pub(super) kind: ListKind,
    pub(super) start: u64,
    pub(super) trail: Trail,
    /// The first ids of the rows that count, if not all do.
    pub(super) within: Option<&'a BTreeSet<String>>,
}

impl Windowed<'_> {
    /// Reads a page and tells what is in it.
    pub(super) async fn read<T, R: Row, F>(
        &self,
        found: &Findings,
        read: impl Fn(u64) -> F,
        again: impl FnOnce(u64, Trail) -> T,
    ) -> Result<Step<T>, SyncError>
    where
        F: Future<Output = Result<Page<Told<R>>, VendorError>>,
    {
        let list = List { kind: self.kind, of: None };
        let mut read = list.read((self.start, &self.trail), id, read).await?;
        let next = read.follow(list, &self.trail, found);
        let mut step = Step { findings: read.findings, ..Step::default() };
        let counts = |told: &&Told<R>| self.within.is_none_or(|ids| ids.contains(told.key().0));
        step.tell(read.page.rows.iter().filter(counts));
        step.next.extend(next.place().map(|(start, trail)| again(start, trail)));
        Ok(step)
    }
}

/// What tells one row of a list of changes from another.
fn id<R: Row>(told: &Told<R>) -> String {
    let (first, second) = told.key();
    format!("{first} {second}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rollcall_snapshot::{Base, Kind, RunId, RunPlan, Scope};

    use super::*;

    fn windows(since: Option<i64>, settled_at: i64) -> Vec<(i64, i64)> {
        let at = |second| Timestamp::from_second(second).unwrap();
        let base = Base { run_id: RunId::at(Timestamp::UNIX_EPOCH), since: since.map(at) };
        let plan = RunPlan { kind: Kind::Delta(base), ..RunPlan::plain(at(settled_at)) };
        let windows = of(Brief { scope: &Scope::default(), plan: &plan });
        windows.map(|window| (window.since.as_second(), window.to.as_second())).collect()
    }

    const HOUR: i64 = 3_600;

    #[test]
    fn an_hour_old_base_is_one_window() {
        assert_eq!(windows(Some(0), 25 * HOUR), [(0, 49 * HOUR)]);
        assert_eq!(windows(None, 25 * HOUR), []);
    }

    proptest! {
        /// Every instant is covered, up to a day from now, and no window is too long.
        #[test]
        fn windows_leave_no_gap(since in 0..10_000_000_i64, age in 0..6_000_000_i64) {
            let windows = windows(Some(since), since + age);
            prop_assert_eq!(windows[0].0, since);
            prop_assert_eq!(windows[windows.len() - 1].1, since + age + 24 * HOUR);
            for (from, to) in &windows {
                prop_assert!(from < to && to - from < 7 * 24 * HOUR);
            }
            for pair in windows.windows(2) {
                prop_assert_eq!(pair[0].1, pair[1].0);
            }
        }
    }
}
