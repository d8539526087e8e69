//! Where things lie in the bucket.

use rollcall_roster::Table;

use crate::RunId;

/// The object keys of one connection.
#[derive(Debug, Clone)]
pub struct Keys {
    connection: String,
}

impl Keys {
    /// The keys of the connection with this (already validated) name.
    #[must_use]
    pub fn new(connection: &str) -> Self {
        Self { connection: connection.to_owned() }
    }

    /// The connection's name.
    #[must_use]
    pub fn connection(&self) -> &str {
        &self.connection
    }

    /// The folder of a run's parts of a table (or of `changes`), with a closing `/`.
    #[must_use]
    pub fn parts_of(&self, table: &str, run: &RunId) -> String {
        format!("{}/snapshots/{table}/run_id={run}/", self.connection)
    }

    /// One part.
    #[must_use]
    pub fn part(&self, table: &str, run: &RunId, index: usize) -> String {
        format!("{}part-{index:05}.parquet", self.parts_of(table, run))
    }

    /// The folder of a run's manifest, with a closing `/`.
    #[must_use]
    pub fn manifest_folder(&self, run: &RunId) -> String {
        format!("{}/manifests/run_id={run}/", self.connection)
    }

    /// The manifest of a run.
    #[must_use]
    pub fn manifest(&self, run: &RunId) -> String {
        format!("{}manifest.json", self.manifest_folder(run))
    }

    /// The pointer that readers start from.
    #[must_use]
    pub fn latest(&self) -> String {
        format!("{}/latest.json", self.connection)
    }

    /// The record of who released a quarantined run.
    #[must_use]
    pub fn acceptance(&self, run: &RunId) -> String {
        format!("{}/acceptances/{run}.json", self.connection)
    }

    /// The marker of the run that is under way.
    #[must_use]
    pub fn current_run(&self) -> String {
        format!("{}/runs/current.json", self.connection)
    }

    /// What kind of run it is.
    #[must_use]
    pub fn plan(&self, run: &RunId) -> String {
        format!("{}/runs/{run}/plan.json", self.connection)
    }

    /// The checkpoint of one function in a run.
    #[must_use]
    pub fn checkpoint(&self, run: &RunId, function: &str) -> String {
        format!("{}/runs/{run}/{function}/checkpoint.json", self.connection)
    }

    /// A staged segment; its content's hash keeps two writers apart.
    #[must_use]
    pub fn segment(&self, run: &RunId, table: Table, index: usize, sha256: &str) -> String {
        let hash = &sha256[..16];
        format!("{}/runs/{run}/staged/{table}/{index:06}-{hash}.jsonl.zst", self.connection)
    }

    /// The last full run that was quarantined.
    #[must_use]
    pub fn quarantined(&self) -> String {
        format!("{}/runs/quarantined.json", self.connection)
    }

    /// What publication of a run has settled so far.
    #[must_use]
    pub fn publication(&self, run: &RunId) -> String {
        format!("{}/runs/{run}/publication.json", self.connection)
    }

    /// The object by which `check-connection` tries the bucket.
    #[must_use]
    pub fn probe(&self) -> String {
        format!("{}/runs/check-connection.json", self.connection)
    }
}
