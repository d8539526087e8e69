//! What the engine needs to know of a vendor's lists.

use std::fmt::Debug;

use async_trait::async_trait;
use jiff::Timestamp;
use rollcall_roster::{Row, Table};
use rollcall_snapshot::{Findings, RequestCounts, Scope, StagedRow};
use rollcall_vendor_client::VendorError;
use serde::{Serialize, de::DeserializeOwned};

/// The walk of one function over one vendor's lists, for one slice.
#[async_trait]
pub trait Walk: Send + Sync + 'static {
    /// A piece of work: one request, seldom a few. Pieces are begun in their order.
    type Task: Serialize + DeserializeOwned + Clone + Ord + Debug + Send + Sync + 'static;

    /// The tables that the walk fills.
    fn tables() -> Vec<TableColumns>;

    /// Where a run of this scope begins.
    fn first(scope: &Scope) -> Vec<Self::Task>;

    /// Pieces of a higher stage begin when all of the lower stages are done.
    fn stage(task: &Self::Task) -> u8;

    /// Does a piece of work. `found` is what the run has found so far.
    async fn step(
        &self,
        task: Self::Task,
        found: &Findings,
    ) -> Result<Step<Self::Task>, VendorError>;

    /// What the walk has cost so far in this slice.
    fn meter(&self) -> Meter;
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
    pub(crate) rows: Vec<(Table, StagedRow)>,
    /// Work that follows from it.
    pub(crate) next: Vec<T>,
    /// What readers should know.
    pub(crate) findings: Findings,
}

impl<T> Default for Step<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), next: Vec::new(), findings: Findings::default() }
    }
}

impl<T> Step<T> {
    /// Adds rows.
    pub(crate) fn stage<'a, R: Row>(&mut self, rows: impl IntoIterator<Item = &'a R>) {
        self.rows.extend(rows.into_iter().map(|row| (R::TABLE, StagedRow::of(row))));
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
            (None, _) => "the vendor was silent".to_owned(),
        }
    }
}
