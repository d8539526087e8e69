//! What a sync function answers.

use std::collections::BTreeMap;

use rollcall_snapshot::{Checkpoint, Manifest, Phase, RequestCounts, RunId};
use serde::Serialize;

/// The answer to an invocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The run.
    pub run_id: RunId,
    /// Whether to call again.
    pub status: Status,
    /// How long to wait before that.
    pub wait_seconds: u64,
    /// Rows so far, by table.
    pub tables: BTreeMap<String, TableRows>,
    /// Requests of the run so far.
    pub requests: RequestCounts,
}

/// Whether a function has finished its part of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has.
    Complete,
    /// Call again with the same event.
    Continue,
}

/// How much of a table there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TableRows {
    /// Rows: staged ones while the function reads, then those of the table.
    pub rows: u64,
}

impl Answer {
    pub(crate) fn of<T>(checkpoint: &Checkpoint<T>) -> Self {
        let staged = |table| {
            checkpoint.staged.get(table).map_or(0, |list| list.iter().map(|s| s.rows).sum())
        };
        let complete = checkpoint.phase == Phase::Complete;
        let tables = checkpoint.tables.iter().map(|(table, held)| {
            let rows = if complete { held.rows() } else { staged(table) };
            (table.name().to_owned(), TableRows { rows })
        });
        Self {
            run_id: checkpoint.run_id.clone(),
            status: if complete { Status::Complete } else { Status::Continue },
            wait_seconds: 0,
            tables: tables.collect(),
            requests: checkpoint.requests,
        }
    }

    /// The answer for a run that was judged long ago, from its manifest.
    pub(crate) fn of_judged(manifest: &Manifest, function: &str, tables: &[&str]) -> Self {
        let rows = |name: &&str| {
            let table = manifest.tables.get(*name)?;
            Some(((*name).to_owned(), TableRows { rows: table.rows }))
        };
        Self {
            run_id: manifest.run_id.clone(),
            status: Status::Complete,
            wait_seconds: 0,
            tables: tables.iter().filter_map(rows).collect(),
            requests: manifest.requests.get(function).copied().unwrap_or_default(),
        }
    }
}
