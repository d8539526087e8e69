//! A simulated account, and runs over it.

use std::{cell::RefCell, collections::BTreeSet, sync::Arc, time::Duration};

use litmos_simulator::{Options, Simulator};
use rollcall_snapshot::{
    DeltaLimits, Mode, RunSubject, Scope, Store, TeamOrCourse, store::MemoryStore,
};
use rollcall_vendor_client::{
    Http, Pacer, VendorSettings,
    litmos::{JsonDates, Litmos, Settings},
};

use crate::{
    Brief, Slice, Status, Sync, SyncError, Walk,
    histories::RequestHook,
    litmos::{Connection, CoursesWalk, PlainLearners, TeamsWalk, UsersWalk},
    test_runs::{Account, FUNCTIONS, Key, keys, run, subject},
};

/// An account, and where runs over it lie.
pub(super) struct Site {
    pub(super) simulator: Arc<Simulator>,
    pub(super) store: Arc<MemoryStore>,
    pub(super) subject: RunSubject,
    pub(super) delta: DeltaLimits,
    pub(super) hook: RequestHook,
    /// Who was inactive at some instant of the last full run.
    pub(super) inactive: RefCell<BTreeSet<String>>,
    pub(super) unreadable: BTreeSet<TeamOrCourse>,
}

impl Site {
    pub(super) fn start(options: Options) -> Self {
        Self {
            simulator: Arc::new(Simulator::start(options).unwrap()),
            hook: Arc::new(|| ()),
            inactive: RefCell::default(),
            store: Arc::default(),
            subject: subject("litmos", Scope::default()),
            delta: crate::DELTA_LIMITS,
            unreadable: BTreeSet::new(),
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
        let key = Key { key: self.simulator.api_key(), hook: Arc::clone(&self.hook) };
        let key = Arc::new(key);
        Connection::new(Litmos::new(settings, key, pacer.clone(), http), pacer)
    }

    fn sync(&self, store: Arc<dyn Store>, function: &'static str) -> Sync {
        Sync {
            store,
            keys: keys(),
            function,
            subject: self.subject.clone(),
            learns_from: (function != FUNCTIONS[0]).then_some(FUNCTIONS[0]),
            delta: self.delta,
            unreadable: self.unreadable.clone(),
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
}

impl Account for Site {
    fn store(&self) -> &Arc<MemoryStore> {
        &self.store
    }

    fn with_store(&mut self, store: Arc<MemoryStore>) {
        self.store = store;
    }

    fn unreadable(&self) -> BTreeSet<TeamOrCourse> {
        self.unreadable.clone()
    }

    async fn read_on(&self, store: Arc<dyn Store>, hour: i64, mode: Mode) -> Result<(), SyncError> {
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
}
