//! A simulated account, and runs over it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use litmos_simulator::{Options, Simulator};
use rollcall_roster::{Row, Table};
use rollcall_snapshot::{
    Checkpoint, DeltaLimits, Keys, Manifest, Mode, RunId, Scope, Store, TableReader, Verdict,
    publish::{Limits, Publication, Publisher},
    store::MemoryStore,
};
use rollcall_vendor_client::{
    CredentialError, Credentials, Http, Pacer, SecretString, VendorSettings,
    litmos::{JsonDates, Litmos, Settings},
};

use crate::{
    Brief, Slice, Status, Sync, SyncError, Walk,
    litmos::{Connection, CoursesWalk, PlainLearners, TeamsWalk, UsersWalk},
};

const FUNCTIONS: &[&str] = &["sync-users", "sync-teams", "sync-courses"];

/// An account, and where runs over it lie.
pub(super) struct Site {
    pub(super) simulator: Simulator,
    pub(super) store: Arc<MemoryStore>,
    pub(super) scope: Scope,
    pub(super) delta: DeltaLimits,
}

struct ApiKey(String);

#[async_trait]
impl Credentials for ApiKey {
    async fn current(&self) -> Result<SecretString, CredentialError> {
        Ok(SecretString::from(self.0.clone()))
    }

    async fn reread(&self) -> Result<SecretString, CredentialError> {
        self.current().await
    }
}

impl Site {
    pub(super) fn start(options: Options) -> Self {
        Self {
            simulator: Simulator::start(options).unwrap(),
            store: Arc::default(),
            scope: Scope::default(),
            delta: crate::DELTA_LIMITS,
        }
    }

    fn connection(&self) -> Connection {
        let settings = Settings {
            base_url: self.simulator.base_url().parse().unwrap(),
            source: "acme".to_owned(),
            json_dates: JsonDates::default(),
        };
        let pacer = Pacer::new(1_000_000, None);
        let http = Http::new(Settings::TIMEOUTS).unwrap();
        let key = Arc::new(ApiKey(self.simulator.api_key()));
        Connection { client: Litmos::new(settings, key, pacer.clone(), http), pacer }
    }

    fn sync(&self, store: Arc<dyn Store>, function: &'static str) -> Sync {
        Sync {
            store,
            keys: keys(),
            function,
            vendor: "litmos",
            scope: self.scope.clone(),
            learns_from: (function != FUNCTIONS[0]).then_some(FUNCTIONS[0]),
            delta: self.delta,
        }
    }

    async fn finish<W: Walk>(
        &self,
        sync: &Sync,
        hour: i64,
        mode: Mode,
        walk: impl AsyncFn(Brief<'_>) -> Result<W, SyncError>,
    ) -> Result<(), SyncError> {
        loop {
            let slice = Slice::of(Duration::from_secs(60), None);
            let walk = async |brief: Brief<'_>, _| walk(brief).await;
            let answer = sync.slice(&run(hour), Some(mode), slice, walk).await?;
            if answer.status == Status::Complete {
                return Ok(());
            }
        }
    }

    /// The reading half of a run.
    pub(super) async fn read_on(
        &self,
        store: Arc<dyn Store>,
        hour: i64,
        mode: Mode,
    ) -> Result<(), SyncError> {
        let [users, teams, courses] =
            [0, 1, 2].map(|place| self.sync(Arc::clone(&store), FUNCTIONS[place]));
        let walk = async |_: Brief<'_>| Ok(UsersWalk(self.connection()));
        self.finish(&users, hour, mode, walk).await?;
        let walk = async |brief: Brief<'_>| {
            let mut plain = PlainLearners::default();
            if brief.plan.mode() == Mode::Full {
                let mut standings = teams.users_of(&run(hour)).await?;
                while let Some(user) = standings.next().await? {
                    plain.note(&user.user_id, user.role.as_deref());
                }
            }
            Ok(TeamsWalk { connection: self.connection(), plain })
        };
        self.finish(&teams, hour, mode, walk).await?;
        let walk = async |brief: Brief<'_>| Ok(CoursesWalk::new(self.connection(), brief.scope));
        self.finish(&courses, hour, mode, walk).await
    }

    /// The judging half.
    pub(super) async fn publish_on(&self, store: Arc<dyn Store>, hour: i64) -> Publication {
        let limits = Limits { max_shrink_percent: 50.0, max_dangling_percent: 5.0 };
        let publisher = Publisher { store, keys: keys(), limits, functions: FUNCTIONS };
        publisher.publish(&run(hour), None, Timestamp::now()).await.unwrap()
    }

    /// A whole run of the kind.
    pub(super) async fn run(&self, hour: i64, mode: Mode) -> Publication {
        self.read_on(self.store.clone(), hour, mode).await.unwrap();
        let publication = self.publish_on(self.store.clone(), hour).await;
        assert_eq!(publication.verdict, Verdict::Published, "{:?}", publication.reasons);
        publication
    }

    /// Has a published run begin so long ago, as far as the next one can tell.
    pub(super) async fn age(&self, hour: i64, age: SignedDuration) {
        let mut manifest = self.manifest(hour).await;
        manifest.started_at = Timestamp::now() - age;
        let text = serde_json::to_vec(&manifest).unwrap().into();
        let (key, mode) = (keys().manifest(&run(hour)), rollcall_snapshot::PutMode::Overwrite);
        self.store.put(&key, text, mode).await.unwrap();
    }

    pub(super) async fn manifest(&self, hour: i64) -> Manifest {
        let object = self.store.get(&keys().manifest(&run(hour))).await.unwrap().unwrap();
        serde_json::from_slice(&object.bytes).unwrap()
    }

    /// A published table.
    pub(super) async fn table<R: Row>(&self, hour: i64) -> Vec<R> {
        let parts = self.manifest(hour).await.tables[R::TABLE.name()].parts.clone();
        let mut reader = TableReader::new(self.store.clone(), parts);
        let mut rows = Vec::new();
        while let Some(row) = reader.next().await.unwrap() {
            rows.push(row);
        }
        rows
    }

    /// The hashes of a run's parts.
    pub(super) async fn parts(&self, hour: i64) -> BTreeMap<Table, Vec<String>> {
        let manifest = self.manifest(hour).await;
        let of = |table: Table| {
            let parts = manifest.tables[table.name()].parts.iter();
            (table, parts.map(|part| part.sha256.clone()).collect())
        };
        Table::ALL.into_iter().map(of).collect()
    }

    /// Requests of a run to the vendor, by function.
    pub(super) async fn requests(&self, hour: i64) -> [u64; 3] {
        let mut sent = [0; 3];
        for (place, function) in FUNCTIONS.iter().enumerate() {
            let key = keys().checkpoint(&run(hour), function);
            let found = Checkpoint::<serde_json::Value>::load(&*self.store, &key).await;
            sent[place] = found.unwrap().unwrap().0.requests.sent;
        }
        sent
    }
}

pub(super) fn keys() -> Keys {
    Keys::new("acme")
}

/// The run of an hour; later ones have greater ids.
pub(super) fn run(hour: i64) -> RunId {
    RunId::at(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour))
}

/// Compares tables, and shows where they differ first.
pub(super) fn assert_same<R: Row>(read: &[R], meant: &[R], case: &str) {
    let differ = read.iter().zip(meant).find(|(read, meant)| read != meant);
    assert!(differ.is_none(), "{case}: {differ:#?}");
    assert_eq!(read.len(), meant.len(), "{case}: {}", R::TABLE);
}
