//! What is known about a run when it is judged.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_roster::Table;

use crate::{AccountChange, Findings, Mode, TeamOrCourse, Unreadable};

/// What is known about a run when it is judged.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    /// By table.
    pub(super) tables: BTreeMap<Table, TableEvidence>,
    /// What the walks found.
    pub(super) findings: Findings,
    /// What the vendor has but did not give, and what stands for it.
    pub(super) unreadable: BTreeMap<TeamOrCourse, Unreadable>,
    /// Whether the base run had another scope of courses.
    pub(super) scope_changed: bool,
    /// How the account stands to that of the base run.
    pub(super) account_change: AccountChange,
    /// Whether everything was read.
    pub(super) mode: Mode,
    /// Accounts of a delta run whose memberships may be incomplete.
    pub(super) memberships_unsure: BTreeSet<String>,
    /// Why it is not the delta run that was asked for.
    pub(super) fell_back: Option<String>,
    /// Objects in the run's folders, that of `changes` too, that the run did not write.
    pub(super) strays: Vec<String>,
}

/// What was counted in one table.
#[derive(Debug, Clone, Default)]
pub(super) struct TableEvidence {
    /// Its rows.
    pub(super) rows: u64,
    /// The rows of the base run's table, if the two can be compared.
    pub(super) base_rows: Option<u64>,
    /// Rows whose key does not come after the one before.
    pub(super) misplaced: u64,
    /// Rows that point at a user, team or course that is not in the run, but for those that stand for
    /// what could not be read.
    pub(super) dangling: Dangling,
    /// Rows that are not in the base run or differ there, if the two can be compared.
    pub(super) fresh: u64,
    /// Those of them that dangle.
    pub(super) fresh_dangling: Dangling,
}

/// Rows that point at nobody or nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Dangling {
    /// How many.
    pub(super) rows: u64,
    /// The ids they point at: one more than are [few](Self::FEW_IDS) at most.
    ids: BTreeSet<Box<str>>,
}

impl Dangling {
    /// What an account or two that appear while a run reads may explain.
    const FEW_IDS: usize = 2;

    /// Counts a row that points at an id that is not there.
    pub(super) fn add(&mut self, id: &str) {
        self.rows += 1;
        if self.ids.len() <= Self::FEW_IDS && !self.ids.contains(id) {
            self.ids.insert(id.into());
        }
    }

    /// Whether they all point at one or two ids.
    pub(super) fn have_few_ids(&self) -> bool {
        self.ids.len() <= Self::FEW_IDS
    }
}

impl TableEvidence {
    /// How much was lost against the base run, in percent.
    pub(super) fn lost_percent(&self) -> Option<f64> {
        self.base_rows.map(|before| percent(before.saturating_sub(self.rows), before))
    }
}

/// How near a run came to being quarantined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The most that a table lost against the base run.
    pub shrink_percent: f64,
    /// Rows of all tables that point at nobody or nothing.
    pub dangling: u64,
}

impl Evidence {
    /// The numbers, for whoever watches them grow.
    pub(super) fn measured(&self) -> Measured {
        let lost = self.tables.values().filter_map(TableEvidence::lost_percent);
        Measured {
            shrink_percent: lost.fold(0.0, f64::max),
            dangling: self.tables.values().map(|counted| counted.dangling.rows).sum(),
        }
    }
}

/// A part of a whole in percent; nothing of nothing is 0.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(super) fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}
