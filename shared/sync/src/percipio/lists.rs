//! Which list is read: everything, or what has changed.

use jiff::Timestamp;
use rollcall_roster::{Extent, Row, Told};
use rollcall_snapshot::{DataSet, Findings, Mode};
use serde::{Deserialize, Serialize};

use crate::{Brief, Step, walk::Shelf};

/// A list, by what of it is read.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// Everything.
    #[default]
    All,
    /// How long it is, nothing else: what comes out after the changes must be as long.
    Count,
    /// What has changed.
    Changed,
    /// How long it is by then: an account that has gone since is in no list of changes, and one that
    /// has come since must not hide that.
    Recount,
}

impl List {
    /// What a run reads.
    pub(super) fn of(brief: Brief<'_>) -> impl Iterator<Item = Self> + use<> {
        let (first, last) = match brief.plan.mode() {
            Mode::Full => (Self::All, None),
            Mode::Delta => (Self::Count, Some(Self::Recount)),
        };
        std::iter::once(first).chain(brief.since().map(|_| Self::Changed)).chain(last)
    }

    pub(super) fn is_of_changes(self) -> bool {
        self == Self::Changed
    }

    /// Where its rows are staged.
    pub(super) fn shelf(self) -> Shelf {
        if self.is_of_changes() { Shelf::Told } else { Shelf::Found }
    }

    /// Stages rows, whole ones, that changed at these times.
    pub(super) fn put<R: Row>(
        self,
        step: &mut Step<impl Sized>,
        rows: &[R],
        changed_at: impl Fn(&R) -> Option<Timestamp>,
    ) {
        if !self.is_of_changes() {
            return step.stage(rows);
        }
        let told = |row: &R| Told::new(row.clone(), Extent::Whole, changed_at(row), false);
        step.tell(&rows.iter().map(told).collect::<Vec<_>>());
    }

    /// What its pages are cut from, as far as was found.
    pub(super) fn set(self, found: &Findings) -> &Option<DataSet> {
        if self.is_of_changes() { &found.changed_set } else { &found.data_set }
    }

    /// The same, to be told.
    pub(super) fn set_mut(self, findings: &mut Findings) -> &mut Option<DataSet> {
        if self.is_of_changes() { &mut findings.changed_set } else { &mut findings.data_set }
    }
}
