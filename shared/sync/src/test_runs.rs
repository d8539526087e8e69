//! Whole runs of a simulated account in a store in memory, for the tests of both vendors.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use rollcall_roster::{Row, Table};
use rollcall_snapshot::{
    Checkpoint, Keys, Manifest, Mode, PutMode, RunId, Store, TableReader, TeamOrCourse, Verdict,
    publish::{Limits, Publication, Publisher},
    store::MemoryStore,
};

use rollcall_vendor_client::{CredentialError, Credentials, SecretString};

use crate::SyncError;

/// The functions that make a run.
pub(crate) const FUNCTIONS: &[&str] = &["sync-users", "sync-teams", "sync-courses"];

/// The key of an account, as it is.
pub(crate) struct Key(pub(crate) String);

#[async_trait]
impl Credentials for Key {
    async fn current(&self) -> Result<SecretString, CredentialError> {
        Ok(SecretString::from(self.0.clone()))
    }

    async fn reread(&self) -> Result<SecretString, CredentialError> {
        self.current().await
    }
}

/// An account that runs are made of.
pub(crate) trait Account {
    /// Where they lie.
    fn store(&self) -> &Arc<MemoryStore>;

    /// What is known to be unreadable.
    fn unreadable(&self) -> BTreeSet<TeamOrCourse> {
        BTreeSet::new()
    }

    /// What an operator allows.
    fn limits(&self) -> Limits {
        let unreadable = self.unreadable();
        Limits { max_shrink_percent: 50.0, max_dangling_percent: 5.0, unreadable }
    }

    /// The reading half of a run.
    async fn read_on(&self, store: Arc<dyn Store>, hour: i64, mode: Mode) -> Result<(), SyncError>;

    /// The judging half.
    async fn publish_on(&self, store: Arc<dyn Store>, hour: i64) -> Publication {
        let (keys, limits) = (keys(), self.limits());
        let publisher = Publisher { store, keys, limits, functions: FUNCTIONS, catalogue: None };
        publisher.publish(&run(hour), None, Timestamp::now()).await.unwrap()
    }

    /// A whole run of the kind.
    async fn run(&self, hour: i64, mode: Mode) -> Publication {
        self.read_on(self.store().clone(), hour, mode).await.unwrap();
        let publication = self.publish_on(self.store().clone(), hour).await;
        assert_eq!(publication.verdict, Verdict::Published, "{:?}", publication.reasons);
        publication
    }

    /// Has a published run begin so long ago, as far as the next one can tell.
    async fn age(&self, hour: i64, age: SignedDuration) {
        let mut manifest = self.manifest(hour).await;
        manifest.started_at = Timestamp::now() - age;
        let text = serde_json::to_vec(&manifest).unwrap().into();
        let (key, mode) = (keys().manifest(&run(hour)), PutMode::Overwrite);
        self.store().put(&key, text, mode).await.unwrap();
    }

    async fn manifest(&self, hour: i64) -> Manifest {
        let object = self.store().get(&keys().manifest(&run(hour))).await.unwrap().unwrap();
        serde_json::from_slice(&object.bytes).unwrap()
    }

    /// A published table.
    async fn table<R: Row>(&self, hour: i64) -> Vec<R> {
        let parts = self.manifest(hour).await.tables[R::TABLE.name()].parts.clone();
        let mut reader = TableReader::new(self.store().clone(), parts);
        let mut rows = Vec::new();
        while let Some(row) = reader.next().await.unwrap() {
            rows.push(row);
        }
        rows
    }

    /// The hashes of a run's parts.
    async fn parts(&self, hour: i64) -> BTreeMap<Table, Vec<String>> {
        let manifest = self.manifest(hour).await;
        let of = |table: Table| {
            let parts = manifest.tables[table.name()].parts.iter();
            (table, parts.map(|part| part.sha256.clone()).collect())
        };
        Table::ALL.into_iter().map(of).collect()
    }

    /// Requests of a run to the vendor, by function.
    async fn requests(&self, hour: i64) -> [u64; 3] {
        let mut sent = [0; 3];
        for (place, function) in FUNCTIONS.iter().enumerate() {
            let key = keys().checkpoint(&run(hour), function);
            let found = Checkpoint::<serde_json::Value>::load(&**self.store(), &key).await;
            sent[place] = found.unwrap().unwrap().0.requests.sent;
        }
        sent
    }
}

pub(crate) fn keys() -> Keys {
    Keys::new("acme")
}

/// The run of an hour; later ones have greater ids.
pub(crate) fn run(hour: i64) -> RunId {
    RunId::at(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour))
}

/// Compares tables, and shows where they differ first.
pub(crate) fn assert_same<R: Row>(read: &[R], meant: &[R], case: &str) {
    let differ = read.iter().zip(meant).find(|(read, meant)| read != meant);
    assert!(differ.is_none(), "{case}: {differ:#?}");
    assert_eq!(read.len(), meant.len(), "{case}: {}", R::TABLE);
}
