//! A simulated tenant, and a run over it.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use percipio_simulator::{Options, Simulator};
use rollcall_roster::Row;
use rollcall_snapshot::{
    Checkpoint, Findings, Keys, Mode, RunId, Scope, Store, TableReader, store::MemoryStore,
};
use rollcall_vendor_client::{
    Http, Pacer, VendorSettings,
    percipio::{Percipio, Settings},
};

use crate::{
    Answer, Brief, Slice, Status, Sync, SyncError,
    histories::RequestHook,
    percipio::{Connection, CourseTask, CoursesWalk, RunUsers, Stash, UsersWalk},
    test_runs::{Account, Key, run, subject},
};

/// A tenant, and where a run over it lies.
pub(super) struct Tenant {
    pub(super) simulator: Arc<Simulator>,
    pub(super) store: Arc<MemoryStore>,
    pub(super) scope: Scope,
    pub(super) rows_at_once: u64,
    pub(super) waits: &'static [SignedDuration],
    /// What an invocation may take.
    pub(super) lasts: Duration,
    pub(super) hook: RequestHook,
}

impl Tenant {
    pub(super) fn start(options: Options) -> Self {
        Self {
            simulator: Arc::new(Simulator::start(options).unwrap()),
            hook: Arc::new(|| ()),
            store: Arc::default(),
            scope: Scope::default(),
            rows_at_once: u64::MAX,
            waits: &[SignedDuration::ZERO],
            lasts: Duration::from_secs(60),
        }
    }

    /// The same tenant, and a run from the beginning.
    pub(super) fn anew(self) -> Self {
        Self { store: Arc::default(), ..self }
    }

    pub(super) fn connection(&self) -> Connection {
        let settings = Settings {
            base_url: self.simulator.base_url().parse().unwrap(),
            organization_id: self.simulator.organization_id().to_owned(),
        };
        let pacer = Pacer::new(1_000_000, None);
        let http = Http::new(Settings::TIMEOUTS).unwrap();
        let key = Key { key: self.simulator.api_token(), hook: Arc::clone(&self.hook) };
        let token = Arc::new(key);
        Connection::new(Percipio::new(settings, token, pacer.clone(), http), pacer)
    }

    pub(super) fn users_walk(&self) -> UsersWalk {
        UsersWalk { connection: self.connection(), since: None }
    }

    fn sync(&self, store: Arc<dyn Store>, function: &'static str) -> Sync {
        let (keys, subject) = (Keys::new("acme"), subject("percipio", self.scope.clone()));
        let delta = crate::DELTA_LIMITS;
        let unreadable = BTreeSet::new();
        Sync { store, keys, function, subject, learns_from: None, delta, unreadable }
    }

    /// Slices of the courses' part of a run, until nothing is left or only waiting.
    async fn courses_of(
        &self,
        store: Arc<dyn Store>,
        (run_id, mode): (&RunId, Option<Mode>),
    ) -> Result<Answer, SyncError> {
        let sync = self.sync(store, "sync-courses");
        loop {
            let lasts = Slice::of(self.lasts, None);
            let walk = async |brief: Brief<'_>, _| {
                let parts = (Stash::of(&sync, run_id), RunUsers::of(&sync, run_id));
                let mut walk = CoursesWalk::new(self.connection(), parts, brief, lasts);
                (walk.rows_at_once, walk.waits) = (self.rows_at_once, self.waits);
                Ok(walk)
            };
            let answer = sync.slice(run_id, mode, lasts, walk).await?;
            if answer.status == Status::Complete || answer.wait_seconds > 0 {
                return Ok(answer);
            }
        }
    }

    pub(super) async fn courses_on(&self, store: Arc<dyn Store>) -> Result<Answer, SyncError> {
        self.courses_of(store, (&run_id(), None)).await
    }

    pub(super) async fn courses(&self) -> Result<Answer, SyncError> {
        self.courses_on(self.store.clone()).await
    }

    async fn users_of(
        &self,
        store: Arc<dyn Store>,
        (run_id, mode): (&RunId, Option<Mode>),
    ) -> Result<Answer, SyncError> {
        let walk = async |brief: Brief<'_>, _| {
            Ok(UsersWalk { connection: self.connection(), since: brief.since() })
        };
        self.sync(store, "sync-users").slice(run_id, mode, Slice::of(self.lasts, None), walk).await
    }

    pub(super) async fn users(&self) -> Result<Answer, SyncError> {
        self.users_of(self.store.clone(), (&run_id(), None)).await
    }

    async fn teams_of(
        &self,
        store: Arc<dyn Store>,
        (run_id, mode): (&RunId, Option<Mode>),
    ) -> Result<Answer, SyncError> {
        let walk = async |_: Brief<'_>, _| Ok(crate::percipio::NoTeamsWalk);
        self.sync(store, "sync-teams").slice(run_id, mode, Slice::of(self.lasts, None), walk).await
    }

    pub(super) async fn teams(&self) -> Result<Answer, SyncError> {
        self.teams_of(self.store.clone(), (&run_id(), None)).await
    }

    /// A table of the run.
    pub(super) async fn table<R: Row>(&self, function: &str) -> Vec<R> {
        let key = Keys::new("acme").checkpoint(&run_id(), function);
        let checkpoint = Checkpoint::<serde_json::Value>::load(&*self.store, &key).await;
        let (checkpoint, _) = checkpoint.unwrap().unwrap();
        let held = &checkpoint.tables[&R::TABLE];
        assert!(held.whole);
        let mut reader = TableReader::new(self.store.clone(), held.parts.clone());
        let mut rows = Vec::new();
        while let Some(row) = reader.next().await.unwrap() {
            rows.push(row);
        }
        rows
    }

    pub(super) async fn findings(&self) -> Findings {
        self.checkpoint().await.findings
    }

    pub(super) async fn checkpoint(&self) -> Checkpoint<CourseTask> {
        let key = Keys::new("acme").checkpoint(&run_id(), "sync-courses");
        let found = Checkpoint::load(&*self.store, &key).await;
        found.unwrap().unwrap().0
    }

    /// How many requests had this in their path and query.
    pub(super) fn requests_for(&self, part: &str) -> usize {
        let log = self.simulator.log();
        let subject = |path: &str, query: &str| format!("{path}?{query}");
        let entries = log.entries().iter();
        entries.filter(|entry| subject(&entry.path, &entry.query).contains(part)).count()
    }
}

impl Account for Tenant {
    /// As it is where nothing else is configured: the report tells of accounts that are gone.
    const MAX_DANGLING_PERCENT: f64 = 100.0;

    fn store(&self) -> &Arc<MemoryStore> {
        &self.store
    }

    fn with_store(&mut self, store: Arc<MemoryStore>) {
        self.store = store;
    }

    async fn read_on(&self, store: Arc<dyn Store>, hour: i64, mode: Mode) -> Result<(), SyncError> {
        let run = (&run(hour), Some(mode));
        self.users_of(Arc::clone(&store), run).await?;
        self.teams_of(Arc::clone(&store), run).await?;
        while self.courses_of(Arc::clone(&store), run).await?.status == Status::Continue {}
        Ok(())
    }
}

fn run_id() -> RunId {
    RunId::at(Timestamp::UNIX_EPOCH)
}
