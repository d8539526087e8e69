//! What makes a run resumable: how far one function has come, replaced only by whoever read it.

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;
use rollcall_roster::Table;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    Findings, Part, PutMode, RunId, RunPlan, Segment, Store, StoreError, document,
    store::{Version, put_or_same},
};

/// The newest format. The first knew full runs only: whoever reads no other must not go on with a
/// delta run.
pub const CHECKPOINT_VERSION: u32 = 2;

/// How far one function has come in a run. `T` is a piece of work that is still to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint<T> {
    /// The format.
    pub version: u32,
    /// The function.
    pub function: String,
    /// The vendor.
    pub vendor: String,
    /// The run.
    pub run_id: RunId,
    /// Who wrote it: differs between instances, so that two never write the same.
    pub writer: String,
    /// When the function's first slice began.
    pub started_at: Timestamp,
    /// What was asked for.
    pub scope: Scope,
    /// What kind of run it is; `None` in a run of a release that knew full ones only.
    #[serde(default)]
    pub plan: Option<RunPlan>,
    /// Where the function stands.
    pub phase: Phase,
    /// What is still to be read.
    pub pending: Vec<T>,
    /// What readers of the snapshot should know about the walk.
    pub findings: Findings,
    /// Requests so far.
    pub requests: RequestCounts,
    /// No request may be sent before this instant.
    pub next_request_at: Option<Timestamp>,
    /// What has been read, in the order of staging.
    pub staged: BTreeMap<Table, Vec<Segment>>,
    /// What earlier readings of a list have given that is being read once more.
    #[serde(default)]
    pub set_aside: BTreeMap<Table, Vec<Segment>>,
    /// What lists of changes have told, in the order of staging.
    #[serde(default)]
    pub told: BTreeMap<Table, Vec<Segment>>,
    /// The function's tables.
    pub tables: BTreeMap<Table, Held>,
}

/// Where a function stands in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Reading from the vendor.
    Walking,
    /// Everything is staged; the tables' parts are being written.
    Writing,
    /// The tables are whole.
    Complete,
}

/// What a run has of one table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The columns that this kind of run can tell.
    pub known_columns: Vec<String>,
    /// The parts written so far.
    pub parts: Vec<Part>,
    /// The key of the last row in them.
    pub last: Option<(String, String)>,
    /// Whether the parts are the whole table.
    pub whole: bool,
}

impl Held {
    /// Rows in the parts so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.parts.iter().map(|part| part.rows).sum()
    }
}

/// What a run was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Only these courses; `None`: all.
    pub limited_courses: Option<Vec<String>>,
}

/// HTTP requests to the vendor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestCounts {
    /// All, repeats included.
    pub sent: u64,
    /// Those that repeated an earlier one.
    pub retried: u64,
}

impl<T> Checkpoint<T> {
    /// Keeps a table's staged rows apart, as what they are of is read once more.
    pub fn set_aside(&mut self, table: Table) {
        let staged = self.staged.remove(&table).unwrap_or_default();
        self.set_aside.entry(table).or_default().extend(staged);
    }

    /// Has the rows of earlier readings count too; where readings differ the last one stands.
    pub fn bring_back(&mut self, table: Table) {
        let last = self.staged.remove(&table).unwrap_or_default();
        let earlier = self.set_aside.remove(&table).unwrap_or_default();
        self.staged.insert(table, [earlier, last].concat());
    }
}

/// Why a checkpoint cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// It makes no sense.
    #[error("{key} cannot be read ({reason}); this run cannot go on: start a new one")]
    Corrupt {
        /// Its key.
        key: String,
        /// What is wrong.
        reason: String,
    },
    /// Another instance works on the same run.
    #[error("another instance works on the same run: {0} was changed meanwhile")]
    Conflict(String),
    /// The store did not answer.
    #[error(transparent)]
    Store(StoreError),
}

impl CheckpointError {
    /// Whether asking again would end the same.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Corrupt { .. })
    }
}

impl<T: Serialize + DeserializeOwned> Checkpoint<T> {
    /// Reads a checkpoint, if there is one.
    ///
    /// # Errors
    /// If it is of a later version or makes no sense, or the store does not answer.
    pub async fn load(
        store: &dyn Store,
        key: &str,
    ) -> Result<Option<(Self, Version)>, CheckpointError> {
        let object = store.get(key).await.map_err(CheckpointError::Store)?;
        let Some(object) = object else { return Ok(None) };
        let found = document::read::<Self>(&object.bytes, CHECKPOINT_VERSION)
            .map_err(|error| corrupt(key, &error))?;
        Ok(Some((Self { version: CHECKPOINT_VERSION, ..found }, object.version)))
    }

    /// Writes the checkpoint in place of the version read before, or as the first. An earlier save
    /// of the same `writer` whose answer was lost is replaced too.
    ///
    /// # Errors
    /// If another instance wrote meanwhile, or the store does not answer.
    pub async fn save(
        &self,
        store: &dyn Store,
        key: &str,
        before: Option<Version>,
    ) -> Result<Version, CheckpointError> {
        let bytes = Bytes::from(serde_json::to_vec(self).map_err(|error| corrupt(key, &error))?);
        let mode = before.map_or(PutMode::Create, PutMode::Update);
        let mode = match put_or_same(store, key, bytes.clone(), mode).await {
            Err(StoreError::Conflict { .. }) => match Self::load(store, key).await? {
                Some((there, version)) if there.writer == self.writer => PutMode::Update(version),
                _ => return Err(CheckpointError::Conflict(key.to_owned())),
            },
            saved => return saved.map_err(CheckpointError::Store),
        };
        put_or_same(store, key, bytes, mode).await.map_err(|error| match error {
            StoreError::Conflict { key } => CheckpointError::Conflict(key),
            other => CheckpointError::Store(other),
        })
    }
}

fn corrupt(key: &str, reason: &dyn std::fmt::Display) -> CheckpointError {
    CheckpointError::Corrupt { key: key.to_owned(), reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::store::{FailingStore, FaultPlace, MemoryStore, StoreFault};

    fn checkpoint(writer: &str) -> Checkpoint<String> {
        Checkpoint {
            version: CHECKPOINT_VERSION,
            function: "sync-users".into(),
            vendor: "litmos".into(),
            run_id: RunId::at(Timestamp::UNIX_EPOCH),
            writer: writer.into(),
            started_at: Timestamp::UNIX_EPOCH,
            scope: Scope::default(),
            plan: None,
            phase: Phase::Walking,
            pending: vec!["work".into()],
            findings: Findings::default(),
            requests: RequestCounts::default(),
            next_request_at: None,
            staged: BTreeMap::from([(Table::Users, Vec::new())]),
            set_aside: BTreeMap::new(),
            told: BTreeMap::new(),
            tables: BTreeMap::from([(Table::Users, Held::default())]),
        }
    }

    /// Else the release before would take it for its own, whatever it cannot read of it.
    #[tokio::test]
    async fn what_an_earlier_release_wrote_is_saved_in_the_newest_form() {
        let store = MemoryStore::new();
        let earlier = Checkpoint { version: CHECKPOINT_VERSION - 1, ..checkpoint("a") };
        earlier.save(&store, "k", None).await.unwrap();
        let (read, _) = Checkpoint::<String>::load(&store, "k").await.unwrap().unwrap();
        assert_eq!(read.version, CHECKPOINT_VERSION);
    }

    #[tokio::test]
    async fn of_two_instances_one_goes_on() {
        let store = MemoryStore::new();
        assert!(Checkpoint::<String>::load(&store, "k").await.unwrap().is_none());
        let version = checkpoint("a").save(&store, "k", None).await.unwrap();
        let second = checkpoint("b").save(&store, "k", None).await;
        assert!(matches!(second, Err(CheckpointError::Conflict(_))));
        let (read, same) = Checkpoint::load(&store, "k").await.unwrap().unwrap();
        assert_eq!((read, same), (checkpoint("a"), version.clone()));
        checkpoint("c").save(&store, "k", Some(version.clone())).await.unwrap();
        let late = checkpoint("d").save(&store, "k", Some(version)).await;
        assert!(matches!(late, Err(CheckpointError::Conflict(_))));
    }

    /// The writer knows only the version before the save whose answer was lost.
    #[tokio::test]
    async fn a_save_whose_answer_was_lost_is_the_writers_own() {
        for place in [1, 2] {
            let store = Arc::new(MemoryStore::new());
            let lost = [(FaultPlace::Write(place), StoreFault::Unanswered)];
            let failing = FailingStore::new(store.clone(), lost);
            let mut mine = checkpoint("a");
            let mut version = None;
            for round in 0..3 {
                mine.pending.push(round.to_string());
                match mine.save(&failing, "k", version.clone()).await {
                    Ok(saved) => version = Some(saved),
                    Err(error) => assert!(matches!(error, CheckpointError::Store(_)), "{error}"),
                }
            }
            let (read, same) = Checkpoint::load(&*store, "k").await.unwrap().unwrap();
            assert_eq!((read, Some(same)), (mine, version), "lost at save {place}");
        }
    }

    #[test]
    fn what_was_set_aside_counts_again_before_what_was_read_later() {
        let segment = |key: &str| {
            let ends = || (String::new(), String::new());
            Segment { key: key.to_owned(), rows: 1, first: ends(), last: ends() }
        };
        let mut checkpoint = checkpoint("a");
        for key in ["first", "second"] {
            checkpoint.set_aside(Table::Users);
            checkpoint.staged.insert(Table::Users, vec![segment(key)]);
        }
        assert_eq!(checkpoint.staged[&Table::Users], [segment("second")]);
        checkpoint.bring_back(Table::Users);
        assert_eq!(checkpoint.staged[&Table::Users], ["first", "second"].map(segment));
    }

    #[tokio::test]
    async fn nonsense_is_corrupt_and_stays_as_it_is() {
        let store = MemoryStore::new();
        let whole = serde_json::to_string(&checkpoint("a")).unwrap();
        for text in ["", "{}", "[1]", &whole[..whole.len() - 4], &whole.replacen('2', "9", 1)] {
            store.put("k", text.to_owned().into(), PutMode::Overwrite).await.unwrap();
            let loaded = Checkpoint::<String>::load(&store, "k").await;
            assert!(matches!(loaded, Err(CheckpointError::Corrupt { .. })), "{text:?}");
        }
    }

    #[tokio::test]
    async fn what_the_release_before_has_left_is_read() {
        let recorded = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/scenarios/recorded/0.2.0/litmos-courses/"
        );
        let recorded = |path: &str| std::fs::read(format!("{recorded}{path}")).unwrap();
        let store = MemoryStore::new();
        for function in ["sync-users", "sync-teams", "sync-courses"] {
            let bytes = recorded(&format!("runs/20261122T020000Z/{function}/checkpoint.json"));
            store.put(function, bytes.into(), PutMode::Create).await.unwrap();
            let found = Checkpoint::<serde_json::Value>::load(&store, function).await;
            let (checkpoint, _) = found.unwrap().unwrap();
            assert_eq!(checkpoint.plan.unwrap().last_published, None);
            assert!(checkpoint.findings.missing().is_empty());
        }
        let manifest = recorded("manifests/run_id=20261121T020000Z/manifest.json");
        let manifest: crate::Manifest = document::read(&manifest, crate::MANIFEST_VERSION).unwrap();
        assert!(manifest.unreadable.is_empty());
    }
}
