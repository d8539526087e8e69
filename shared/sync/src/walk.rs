//! What the engine needs to know of a vendor's lists.

use std::fmt::Debug;

use async_trait::async_trait;
use jiff::Timestamp;
use rollcall_roster::{Enrolment, Row, Table, Told};
use rollcall_snapshot::{
    Findings, Mode, OneOf, RequestCounts, RunPlan, Scope, Segment, StagedRow, TeamOrCourse,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::SyncError;

/// The walk of one function over one vendor's lists, for one slice.
#[async_trait]
pub trait Walk: Send + Sync + 'static {
    /// A piece of work: one request, seldom a few. Pieces are begun in their order.
    type Task: Serialize + DeserializeOwned + Clone + Ord + Debug + Send + Sync + 'static;

    /// The tables that the walk fills, and what this kind of run can tell of them.
    fn tables(mode: Mode) -> Vec<TableColumns>;

    /// Where a run begins.
    fn first(brief: Brief<'_>) -> Vec<Self::Task>;

    /// Pieces of a higher stage begin when all of the lower stages are done.
    fn stage(task: &Self::Task) -> u8;

    /// Before when a piece is of no use, as it is about something that is still being made. It is
    /// not waited for in a slice: the function asks to be called again.
    fn not_before(_: &Self::Task) -> Option<Timestamp> {
        None
    }

    /// The team or course that a piece is about, if it is about one: where the vendor does not give it,
    /// others can be read all the same.
    fn about(_: &Self::Task) -> Option<TeamOrCourse> {
        None
    }

    /// Sees whether the vendor answers at all: by a cheap request about no team or course of its own.
    async fn look_for_vendor(&self) -> Result<(), SyncError> {
        Ok(())
    }

    /// How two readings of one enrolment become one, in the order of staging, where the later one
    /// does not simply replace the earlier.
    fn one_of() -> Option<OneOf<Enrolment>> {
        None
    }

    /// The table whose staged rows must be counted before a piece is begun, each row once: they are
    /// in `found.rows_staged` then. Nothing else may be under way beside such a piece.
    fn compares(_: &Self::Task) -> Option<Table> {
        None
    }

    /// Does a piece of work. `found` is what the run has found so far.
    async fn step(&self, task: Self::Task, found: &Findings)
    -> Result<Step<Self::Task>, SyncError>;

    /// What the walk has cost so far in this slice.
    fn meter(&self) -> Meter;
}

/// What a run is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Brief<'a> {
    /// Which courses.
    pub scope: &'a Scope,
    /// What kind of run it is.
    pub plan: &'a RunPlan,
}

impl Brief<'_> {
    /// From when on changes are to be read, if they are.
    #[must_use]
    pub fn since(&self) -> Option<Timestamp> {
        self.plan.base().and_then(|base| base.since)
    }
}

/// What is staged: everything of a row, or what a list of changes tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shelf {
    /// Rows of a walk over everything.
    Found,
    /// Tellings of a list of changes.
    Told,
}

/// A table, and the columns of it that this kind of run can tell.
#[derive(Debug, Clone)]
pub struct TableColumns {
    /// The table.
    pub table: Table,
    /// The columns that are not null for lack of a source.
    pub known: Vec<String>,
}

impl TableColumns {
    /// A table of which everything is known but these columns.
    #[must_use]
    pub fn all_but(table: Table, unknown: &[&str]) -> Self {
        let known = table.columns().iter().map(|column| column.name);
        let known = known.filter(|name| !unknown.contains(name)).map(str::to_owned).collect();
        Self { table, known }
    }
}

/// What a piece of work gave.
#[derive(Debug)]
pub struct Step<T> {
    /// Rows to stage.
    pub(crate) rows: Vec<(Shelf, Table, StagedRow)>,
    /// Rows that are staged already, because they were too many to keep.
    pub(crate) segments: Vec<(Shelf, Table, Segment)>,
    /// Work that follows from it.
    pub(crate) next: Vec<T>,
    /// What readers should know.
    pub(crate) findings: Findings,
    /// To do it again would cost much: the checkpoint is written at once.
    pub(crate) is_costly: bool,
    /// What becomes of rows that are staged already.
    pub(crate) reread: Option<Reread>,
}

/// What becomes of the staged rows of a table of which more than one reading is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reread {
    /// They are kept apart: a reading after them may be whole without them.
    SetAside(Table),
    /// Those kept apart count too: no reading was whole.
    BringBack(Table),
}

impl<T> Default for Step<T> {
    fn default() -> Self {
        let (rows, segments, next) = (Vec::new(), Vec::new(), Vec::new());
        let findings = Findings::default();
        Self { rows, segments, next, findings, is_costly: false, reread: None }
    }
}

impl<T> Step<T> {
    /// A costly piece of work, and what follows from it.
    pub(crate) fn costly(next: impl IntoIterator<Item = T>) -> Self {
        Self { next: next.into_iter().collect(), is_costly: true, ..Self::default() }
    }

    /// Adds rows.
    pub(crate) fn stage<'a, R: Row>(&mut self, rows: impl IntoIterator<Item = &'a R>) {
        self.put(Shelf::Found, rows);
    }

    /// Adds what a list of changes tells.
    pub(crate) fn tell<'a, R: Row>(&mut self, tellings: impl IntoIterator<Item = &'a Told<R>>) {
        self.put(Shelf::Told, tellings);
    }

    fn put<'a, R: Row>(&mut self, shelf: Shelf, rows: impl IntoIterator<Item = &'a R>) {
        let staged = rows.into_iter().map(|row| (shelf, R::TABLE, StagedRow::of(row)));
        self.rows.extend(staged);
    }
}

/// What a walk has cost.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    /// Requests.
    pub requests: RequestCounts,
    /// No request may be sent before this instant.
    pub next_request_at: Option<Timestamp>,
    /// The pace at the moment, requests a minute.
    pub requests_per_minute: f64,
    /// The trouble that is not overcome, if there is any.
    pub trouble: Option<String>,
}

impl Meter {
    /// Why nothing came, as far as is known.
    pub(crate) fn excuse(&self) -> String {
        match (&self.trouble, self.next_request_at) {
            (Some(trouble), _) => format!("the last trouble: {trouble}"),
            (None, Some(at)) if self.requests.sent == 0 => {
                format!("the vendor refused before, and may be asked again at {at:.0}")
            }
            (None, None) if self.requests.sent == 0 => {
                "its time was over before one was sent: the store took it".to_owned()
            }
            (None, _) => "the vendor was silent".to_owned(),
        }
    }
}
