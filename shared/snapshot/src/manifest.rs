//! What readers and the next run find of a finished run.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ChangeCounts, Mode, RequestCounts, RunAccount, RunId, Scope, TeamOrCourse};

/// The newest format of the manifest and of what leads to it.
pub const MANIFEST_VERSION: u32 = 1;

/// Everything about a finished run: create-only, written last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The format, 1.
    pub version: u32,
    /// The connection.
    pub connection: String,
    /// The vendor, `litmos` or `percipio`.
    pub vendor: String,
    /// The account that was read; `None` in a run of a release that did not tell it.
    #[serde(default)]
    pub account: Option<RunAccount>,
    /// The run.
    pub run_id: RunId,
    /// Whether it read everything or only changes.
    #[serde(default)]
    pub mode: Mode,
    /// When its first slice began.
    pub started_at: Timestamp,
    /// When it was judged.
    pub finished_at: Timestamp,
    /// The published run it was compared with; a delta run was laid over it.
    pub base_run_id: Option<RunId>,
    /// The last run that read everything; of a full run, itself.
    #[serde(default)]
    pub full_run: Option<FullRun>,
    /// The length at which the vendor was seen to cap its pages: lists of changes are too short to show it.
    #[serde(default)]
    pub page_cap: Option<u64>,
    /// Rows of the longest page that the vendor gave: it does not cut off shorter ones.
    #[serde(default)]
    pub longest_page: Option<u64>,
    /// The run from which a full run took over what it cannot tell itself.
    #[serde(default)]
    pub carried_from: Option<RunId>,
    /// Of a full run that follows delta runs: how many of the changes they had missed, by table.
    #[serde(default)]
    pub missed_by_delta: Option<BTreeMap<String, ChangeCounts>>,
    /// Of a delta run: the accounts that became active after the last full run, of whose memberships
    /// those are missing that no list has told. (Litmos lists members only while they are active.)
    #[serde(default)]
    pub memberships_unsure: BTreeSet<String>,
    /// The teams and courses that the vendor has but did not give: their members and enrolments are
    /// those of an earlier run.
    #[serde(default)]
    pub unreadable: BTreeMap<TeamOrCourse, Unreadable>,
    /// Whether readers may see it.
    pub verdict: Verdict,
    /// Why it was quarantined, and what else a reader should know: `code: detail`.
    pub reasons: Vec<String>,
    /// What was asked for.
    pub scope: Scope,
    /// The tables and `changes`, by name.
    pub tables: BTreeMap<String, TableManifest>,
    /// Requests to the vendor, by function.
    pub requests: BTreeMap<String, RequestCounts>,
}

/// A run that read everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FullRun {
    /// The run.
    pub run_id: RunId,
    /// When it began.
    pub started_at: Timestamp,
    /// How long before the present run that was.
    pub age_seconds: u64,
}

/// Since when a team or course cannot be read, and what stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// The first run that could not read it.
    pub since: RunId,
    /// The last run that could, of which its rows are; `None`: none has, and it has no rows.
    pub rows_of: Option<RunId>,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rows_of {
            Some(run_id) => {
                write!(f, "since run {}, its rows are those of run {run_id}", self.since)
            }
            None => write!(f, "since run {}, no run has read it yet: it has no rows", self.since),
        }
    }
}

impl Manifest {
    /// Whether the run has anything that only lists of changes tell.
    #[must_use]
    pub fn knows_changes(&self) -> bool {
        self.mode == Mode::Delta || self.carried_from.is_some()
    }

    /// The last run that read everything, as seen from one that began at an instant.
    #[must_use]
    pub(crate) fn full_run_before(&self, started_at: Timestamp) -> FullRun {
        let itself =
            || FullRun { run_id: self.run_id.clone(), started_at: self.started_at, age_seconds: 0 };
        let full = self.full_run.clone().unwrap_or_else(itself);
        let age = started_at.duration_since(full.started_at).as_secs();
        FullRun { age_seconds: u64::try_from(age).unwrap_or(0), ..full }
    }
}

/// What became of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Readers are led to it.
    Published,
    /// It is kept, but readers are not led to it.
    Quarantined,
}

/// One table of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableManifest {
    /// Rows in all parts.
    pub rows: u64,
    /// The columns that this run could tell; the others are null.
    pub known_columns: Vec<String>,
    /// The parts, in order.
    pub parts: Vec<Part>,
}

/// One Parquet object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The whole object key.
    pub key: String,
    /// Its rows.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// The hash of its content, hex.
    pub sha256: String,
}

/// The pointer readers start from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latest {
    /// The published run.
    pub run_id: RunId,
    /// The whole key of its manifest.
    pub manifest: String,
}

/// The last full run that was quarantined: while it is newer than what readers see, no delta run
/// follows that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantined {
    /// The run.
    pub run_id: RunId,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_delta_run_tells_how_old_the_full_run_is_on_which_it_stands() {
        let at = |hour| format!("2026-11-21T0{hour}:00:00Z");
        let run = |hour| format!("20261121T0{hour}0000Z");
        let mut manifest = json!({
            "version": 1, "connection": "acme", "vendor": "litmos", "run_id": run(2),
            "started_at": at(2), "finished_at": at(3), "base_run_id": null, "verdict": "published",
            "reasons": [], "scope": {}, "tables": {}, "requests": {},
        });
        let full_run = |manifest: &serde_json::Value| {
            let manifest: Manifest = serde_json::from_value(manifest.clone()).unwrap();
            let full = manifest.full_run_before(at(5).parse().unwrap());
            (full.run_id.to_string(), full.age_seconds)
        };
        assert_eq!(full_run(&manifest), (run(2), 3 * 3600), "it read everything itself");
        manifest["full_run"] = json!({"run_id": run(1), "started_at": at(1), "age_seconds": 3600});
        assert_eq!(full_run(&manifest), (run(1), 4 * 3600));
    }
}
