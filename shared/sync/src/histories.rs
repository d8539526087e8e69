//! Random histories of an account: things happen before runs and in their midst, calls to store and
//! vendor go wrong, processes die. Whatever is published is true of some instant of its run, row by
//! row, or says in its reasons what it lacks.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use proptest::{collection::vec, prelude::*};
use rollcall_roster::{Row, User};
use rollcall_snapshot::{
    Manifest, Mode, Store, Verdict,
    store::{FailingStore, FaultPlace, StoreFault},
};

use crate::test_runs::{Account, keys, run};

/// How many histories there are where nothing else is told: with those of the other vendor, 500.
const HISTORIES: u32 = 250;
/// How often a run is called that fails with what passes.
const CALLS: usize = 8;

/// One run, and what happens around it.
#[derive(Debug, Clone)]
pub(crate) struct Period<H> {
    mode: Mode,
    before: Vec<H>,
    /// Just before the run's request of this number.
    during: Vec<(u8, H)>,
    store_faults: Vec<(FaultPlace, StoreFault)>,
    /// After so many requests.
    vendor_faults: Vec<(u8, PassingFault)>,
}

/// What goes wrong at a vendor and passes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PassingFault {
    Unavailable,
    RateLimited,
    ServerError,
    GatewayTimeout,
    Reset,
    CutOff,
}

/// What is called before each request to the vendor.
pub(crate) type RequestHook = Arc<dyn Fn() + Send + Sync>;

/// Has something happen, if anything is named, and tells what the account is then.
pub(crate) type Changer<H, T> = Arc<dyn Fn(usize, Option<&H>) -> T + Send + Sync>;

/// A simulated account in which things happen.
pub(crate) trait ChangingAccount: Account {
    type Happening: Debug + Clone + Send + Sync + 'static;
    /// What the account is at an instant.
    type Truth: Send + 'static;

    fn on_each_request(&mut self, hook: RequestHook);

    fn changer(&self) -> Changer<Self::Happening, Self::Truth>;

    fn fail(&self, skip: u8, fault: PassingFault);

    fn stop_failing(&self);

    /// Asserts that a published run is true of these instants, or says what it lacks.
    async fn assert_true_or_told(&self, hour: i64, instants: &[Self::Truth], case: &str);
}

/// What has happened in a run so far.
struct Course<H, T> {
    requests: u8,
    left: Vec<(u8, H)>,
    number: usize,
    instants: Vec<T>,
}

fn period<H: Debug + Clone + 'static>(
    happening: impl Strategy<Value = H> + Clone + 'static,
) -> impl Strategy<Value = Period<H>> {
    let place = prop_oneof![
        (1..60_u32).prop_map(FaultPlace::Call),
        (1..30_u32).prop_map(FaultPlace::Write),
    ];
    let store_fault = prop_oneof![
        Just(StoreFault::Refused),
        Just(StoreFault::Unanswered),
        Just(StoreFault::Late(Duration::from_millis(3))),
        (1..6_u32).prop_map(StoreFault::Overtaken),
        Just(StoreFault::Killed),
    ];
    let vendor_fault = prop_oneof![
        Just(PassingFault::Unavailable),
        Just(PassingFault::RateLimited),
        Just(PassingFault::ServerError),
        Just(PassingFault::GatewayTimeout),
        Just(PassingFault::Reset),
        Just(PassingFault::CutOff),
    ];
    let mode = prop_oneof![Just(Mode::Full), Just(Mode::Delta)];
    let before = vec(happening.clone(), 0..6);
    let during = vec((1..25_u8, happening), 0..4);
    let store_faults = vec((place, store_fault), 0..3);
    let vendor_faults = vec((0..20_u8, vendor_fault), 0..2);
    (mode, before, during, store_faults, vendor_faults).prop_map(
        |(mode, before, during, store_faults, vendor_faults)| Period {
            mode,
            before,
            during,
            store_faults,
            vendor_faults,
        },
    )
}

/// Lives through random histories of accounts that are made of a seed. `ROLLCALL_HISTORIES` says how
/// many.
pub(crate) fn live<A: ChangingAccount>(
    begin: impl Fn(u64) -> A,
    happening: impl Strategy<Value = A::Happening> + Clone + 'static,
) {
    let told = std::env::var("ROLLCALL_HISTORIES").ok().and_then(|told| told.parse().ok());
    let cases = told.unwrap_or(HISTORIES);
    let failure_persistence = None;
    let config = ProptestConfig {
        cases,
        max_shrink_iters: 200,
        failure_persistence,
        ..ProptestConfig::default()
    };
    let histories = (0..10_000_u64, vec(period(happening), 1..4));
    proptest!(config, |((seed, periods) in histories)| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(live_through(begin(seed), &periods));
    });
}

async fn live_through<A: ChangingAccount>(mut account: A, periods: &[Period<A::Happening>]) {
    let (mut hour, mut number) = (1, 0);
    let change = account.changer();
    account.run(hour, Mode::Full).await;
    for period in periods {
        for happening in &period.before {
            change(number, Some(happening));
            number += 1;
        }
        hour += 1;
        let (left, instants) = (period.during.clone(), vec![change(number, None)]);
        let course = Arc::new(Mutex::new(Course { requests: 0, left, number, instants }));
        number += period.during.len();
        account.on_each_request(hook(&course, &change));
        for (skip, fault) in &period.vendor_faults {
            account.fail(*skip, *fault);
        }
        let failing = FailingStore::new(account.store().clone(), period.store_faults.clone());
        let published = call(&account, Arc::new(failing), hour, period).await;
        account.stop_failing();
        account.on_each_request(Arc::new(|| ()));
        if published {
            let instants = std::mem::take(&mut course.lock().unwrap().instants);
            account.assert_true_or_told(hour, &instants, &format!("run {hour}")).await;
        } else {
            // Others begin at once, and an undisturbed run is published.
            let current = account.store().get(&keys().current_run()).await.unwrap();
            assert!(current.is_none(), "run {hour} is over");
            hour += 1;
            account.run(hour, Mode::Full).await;
            let now = change(number, None);
            account.assert_true_or_told(hour, &[now], &format!("run {hour}")).await;
        }
    }
}

fn hook<H: Clone + Send + Sync + 'static, T: Send + 'static>(
    course: &Arc<Mutex<Course<H, T>>>,
    change: &Changer<H, T>,
) -> RequestHook {
    let (course, change) = (Arc::clone(course), Arc::clone(change));
    Arc::new(move || {
        let mut course = course.lock().unwrap();
        course.requests = course.requests.saturating_add(1);
        let now = course.requests;
        let left = std::mem::take(&mut course.left);
        for (at, happening) in left {
            if at > now {
                course.left.push((at, happening));
                continue;
            }
            let instant = change(course.number, Some(&happening));
            course.number += 1;
            course.instants.push(instant);
        }
    })
}

/// Calls a run until it is judged or over; whether it is published.
async fn call<A: ChangingAccount>(
    account: &A,
    failing: Arc<dyn Store>,
    hour: i64,
    period: &Period<A::Happening>,
) -> bool {
    let mut store = failing;
    for _ in 0..CALLS {
        let trouble = match account.read_on(Arc::clone(&store), hour, period.mode).await {
            Ok(()) => {
                let publisher = account.publisher(Arc::clone(&store));
                match publisher.publish(&run(hour), None, Timestamp::now()).await {
                    Ok(publication) => return publication.verdict == Verdict::Published,
                    Err(error) => (error.ends_run(), error.to_string()),
                }
            }
            Err(error) => (error.ends_run(), error.to_string()),
        };
        let (is_over, said) = trouble;
        if is_over {
            assert!(!period.during.is_empty() || !period.vendor_faults.is_empty(), "{said}");
            return false;
        }
        if said.contains("killed") {
            // Another process goes on.
            store = account.store().clone();
        }
    }
    panic!("run {hour} does not come to an end");
}

/// What a manifest says of accounts that are published though they are deleted, which no list of
/// changes tells.
pub(crate) struct UnseenDeletions<'a> {
    manifest: &'a Manifest,
    users_left: &'a [User],
}

impl<'a> UnseenDeletions<'a> {
    /// Where these users are left at the end of the run.
    pub(crate) fn of(manifest: &'a Manifest, users_left: &'a [User]) -> Self {
        Self { manifest, users_left }
    }

    fn is_told(&self, code: &str) -> bool {
        self.manifest.reasons.iter().any(|reason| reason.starts_with(code))
    }

    /// Whether an account is gone, and the reasons say that such are published.
    pub(crate) fn are_told_of(&self, user_id: &str) -> bool {
        self.is_told("deletions_unseen")
            && !self.users_left.iter().any(|user| user.user_id == user_id)
    }

    /// Asserts that each user is true of some instant, or that the reasons say what may not be.
    pub(crate) fn assert_users<'b>(
        &self,
        users: &'b [User],
        instants: impl IntoIterator<Item = &'b [User]>,
        case: &str,
    ) {
        for ((user, _), row) in untrue_rows(users, instants) {
            // The list that would tell who lost a manager is the one that tells no deletions.
            let manager = row.and_then(|row| row.manager_id.as_deref());
            let is_told = self.are_told_of(user)
                || manager.is_some_and(|manager| self.are_told_of(manager))
                || (row.is_none() && self.is_told("count_differs"));
            assert!(is_told, "{case}: {user}: {row:?}");
        }
    }
}

/// The keys of the rows that are true of none of these instants, with what was published.
pub(crate) fn untrue_rows<'a, R: Row + PartialEq>(
    published: &'a [R],
    instants: impl IntoIterator<Item = &'a [R]>,
) -> Vec<((&'a str, &'a str), Option<&'a R>)> {
    let by_key =
        |rows: &'a [R]| -> BTreeMap<_, _> { rows.iter().map(|row| (row.key(), row)).collect() };
    let published = by_key(published);
    let instants: Vec<_> = instants.into_iter().map(by_key).collect();
    let known = instants.iter().flat_map(|rows| rows.keys());
    let all: BTreeSet<_> = published.keys().chain(known).copied().collect();
    let row = |key| published.get(&key).copied();
    let is_true = |key| instants.iter().any(|rows| rows.get(&key).copied() == row(key));
    all.into_iter().filter(|key| !is_true(*key)).map(|key| (key, row(key))).collect()
}
