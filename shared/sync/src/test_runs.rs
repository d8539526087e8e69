//! Whole runs of a simulated account in a store in memory, for the tests of both vendors.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use rollcall_roster::{Row, Table};
use rollcall_snapshot::{
    Checkpoint, Keys, Manifest, Mode, PutMode, RunAccount, RunId, RunSubject, Scope, Store,
    TableReader, TeamOrCourse, Verdict,
    publish::{Limits, Publication, Publisher},
    store::{FailingStore, FaultPlace, MemoryStore, StoreFault},
};

use rollcall_vendor_client::{CredentialError, Credentials, SecretString};

use crate::{DELTA_LIMITS, Sync, SyncError, histories::RequestHook};

/// The functions that make a run.
pub(crate) const FUNCTIONS: &[&str] = &["sync-users", "sync-teams", "sync-courses"];

/// The key of an account, as it is. It is asked for before each request.
pub(crate) struct Key {
    pub(crate) key: String,
    pub(crate) hook: RequestHook,
}

#[async_trait]
impl Credentials for Key {
    async fn current(&self) -> Result<SecretString, CredentialError> {
        (self.hook)();
        Ok(SecretString::from(self.key.clone()))
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

    /// How many rows may point at nobody or nothing.
    const MAX_DANGLING_PERCENT: f64 = 5.0;

    /// What an operator allows.
    fn limits(&self) -> Limits {
        let (max_dangling_percent, unreadable) = (Self::MAX_DANGLING_PERCENT, self.unreadable());
        Limits { max_shrink_percent: 50.0, max_dangling_percent, unreadable }
    }

    /// The reading half of a run.
    async fn read_on(&self, store: Arc<dyn Store>, hour: i64, mode: Mode) -> Result<(), SyncError>;

    /// The same account, with other objects.
    fn with_store(&mut self, store: Arc<MemoryStore>);

    fn publisher(&self, store: Arc<dyn Store>) -> Publisher {
        let (keys, limits) = (keys(), self.limits());
        Publisher { store, keys, limits, functions: FUNCTIONS, catalogue: None }
    }

    /// The judging half.
    async fn publish_on(&self, store: Arc<dyn Store>, hour: i64) -> Publication {
        self.publisher(store).publish(&run(hour), None, Timestamp::now()).await.unwrap()
    }

    /// A run of the kind, called again while it fails with what passes.
    async fn run_until_published(&self, store: Arc<dyn Store>, hour: i64, mode: Mode) {
        for _ in 0..4 {
            if let Err(error) = self.read_on(Arc::clone(&store), hour, mode).await {
                assert!(!error.ends_run(), "{error}");
                continue;
            }
            let publisher = self.publisher(Arc::clone(&store));
            match publisher.publish(&run(hour), None, Timestamp::now()).await {
                Ok(publication) => {
                    assert_eq!(publication.verdict, Verdict::Published, "{publication:?}");
                    return;
                }
                Err(error) => assert!(!error.ends_run(), "{error}"),
            }
        }
        panic!("run {hour} is not published");
    }

    /// Lets each call to the store of a run of the kind go wrong, one after the other, each time over
    /// the same objects: the run ends in the same tables as an undisturbed one.
    async fn assert_survives(&mut self, fault: StoreFault, hour: i64, mode: Mode) {
        let before = Arc::clone(self.store());
        self.with_store(copy(&before).await);
        self.run(hour, mode).await;
        let undisturbed = self.parts(hour).await;
        for nth in 1.. {
            // Reading twice is no different from reading once.
            let place = match fault {
                StoreFault::Refused => FaultPlace::Call(nth),
                _ => FaultPlace::Write(nth),
            };
            self.with_store(copy(&before).await);
            let failing = Arc::new(FailingStore::new(self.store().clone(), [(place, fault)]));
            self.run_until_published(failing.clone(), hour, mode).await;
            assert_eq!(self.parts(hour).await, undisturbed, "{fault:?} {place:?} {mode:?}");
            let current = self.store().get(&keys().current_run()).await.unwrap();
            assert!(current.is_none(), "{fault:?} {place:?} {mode:?}: others may begin");
            if failing.struck() == 0 {
                assert!(nth > 20, "{nth} places");
                break;
            }
        }
        self.with_store(before);
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

/// The same objects in a store of their own.
pub(crate) async fn copy(store: &MemoryStore) -> Arc<MemoryStore> {
    let copy = MemoryStore::new();
    for entry in store.list("").await.unwrap() {
        let object = store.get(&entry.key).await.unwrap().unwrap();
        copy.put(&entry.key, object.bytes, PutMode::Create).await.unwrap();
    }
    Arc::new(copy)
}

pub(crate) fn keys() -> Keys {
    Keys::new("acme")
}

/// What a function of the account `acme` is configured to read.
pub(crate) fn subject(vendor: &str, scope: Scope) -> RunSubject {
    let [vendor, region, account, base_url] =
        [vendor, "us", "acme", "https://vendor.example"].map(str::to_owned);
    RunSubject { scope, account: RunAccount { vendor, region, account, base_url } }
}

/// A function of an account of a vendor that is none.
pub(crate) fn fake_sync(store: Arc<dyn Store>) -> Sync {
    Sync {
        store,
        keys: keys(),
        function: "sync-fake",
        subject: subject("fake", Scope::default()),
        learns_from: None,
        delta: DELTA_LIMITS,
        unreadable: BTreeSet::new(),
    }
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
