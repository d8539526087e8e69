//! One team that is not given, and a vendor that gives nothing.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use rollcall_roster::{Table, Team, TeamMember};
use rollcall_snapshot::{
    Checkpoint, Mode, RequestCounts, Store,
    store::{FailingStore, MemoryStore},
};
use serde::{Deserialize, Serialize};

use super::*;
use crate::{
    Answer, Brief, Meter, Slice, Status, Sync, TableColumns,
    test_runs::{fake_sync, keys, run},
};

const TEAMS: u8 = 20;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Task {
    Teams,
    Members(u8),
}

/// What comes in place of a team's members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Unavailable,
    Garbled,
    Forbidden,
    NotGiven,
    Silence,
    /// It is gone.
    Gone,
}

/// A vendor in memory, with trouble for some teams: so many times.
#[derive(Clone, Default)]
struct Vendor {
    troubles: Arc<Mutex<BTreeMap<u8, (Trouble, u32)>>>,
    /// Nothing but the list of teams is answered.
    is_away: Arc<AtomicBool>,
    asked: Arc<Mutex<BTreeMap<Task, u32>>>,
}

impl Vendor {
    fn with(troubles: &[(u8, Trouble, u32)]) -> Self {
        let by_team = |&(team, trouble, times): &(u8, Trouble, u32)| (team, (trouble, times));
        let troubles = Arc::new(Mutex::new(troubles.iter().map(by_team).collect()));
        Self { troubles, ..Self::default() }
    }

    fn away(self) -> Self {
        self.is_away.store(true, Ordering::Relaxed);
        self
    }

    fn come_back(&self) {
        self.is_away.store(false, Ordering::Relaxed);
        self.troubles.lock().unwrap().clear();
    }

    /// The trouble that there is this time.
    fn trouble(&self, team: u8) -> Option<Trouble> {
        let mut troubles = self.troubles.lock().unwrap();
        let (trouble, times) = troubles.get_mut(&team)?;
        *times = times.checked_sub(1)?;
        Some(*trouble)
    }

    /// How often the members of a team were asked for.
    fn asked(&self, team: u8) -> u32 {
        self.asked.lock().unwrap().get(&Task::Members(team)).copied().unwrap_or(0)
    }
}

fn unavailable() -> SyncError {
    let (call, trouble) = ("GET /teams".to_owned(), "500".to_owned());
    VendorError::Unavailable { call, attempts: 8, status: Some(500), trouble, source: None }.into()
}

#[async_trait]
impl Walk for Vendor {
    type Task = Task;

    fn tables(_: Mode) -> Vec<TableColumns> {
        [Table::Teams, Table::TeamMembers].map(|table| TableColumns::all_but(table, &[])).into()
    }

    fn first(_: Brief<'_>) -> Vec<Task> {
        vec![Task::Teams]
    }

    fn stage(task: &Task) -> u8 {
        u8::from(*task != Task::Teams)
    }

    fn about(task: &Task) -> Option<TeamOrCourse> {
        match task {
            Task::Teams => None,
            Task::Members(team) => Some(named(*team)),
        }
    }

    async fn look_for_vendor(&self) -> Result<(), SyncError> {
        if self.is_away.load(Ordering::Relaxed) { Err(unavailable()) } else { Ok(()) }
    }

    async fn step(&self, task: Task, _: &Findings) -> Result<Step<Task>, SyncError> {
        *self.asked.lock().unwrap().entry(task.clone()).or_default() += 1;
        let mut step = Step::default();
        let Task::Members(team) = task else {
            step.stage(&(0..TEAMS).map(row).collect::<Vec<_>>());
            step.next = (0..TEAMS).map(Task::Members).collect();
            return Ok(step);
        };
        let (call, detail) = ("GET /teams".to_owned(), "no".to_owned());
        match self.trouble(team) {
            None => {
                let (team_id, user_id) = (row(team).team_id, "u".to_owned());
                step.stage([&TeamMember { team_id, user_id, ..TeamMember::default() }]);
                Ok(step)
            }
            Some(Trouble::Unavailable) => Err(unavailable()),
            Some(Trouble::Garbled) => {
                Err(VendorError::Unexpected { call, status: 200, detail }.into())
            }
            Some(Trouble::Forbidden) => Err(VendorError::Forbidden { call, detail }.into()),
            Some(Trouble::NotGiven) => Err(SyncError::NotGiven(named(team))),
            Some(Trouble::Silence) => std::future::pending().await,
            Some(Trouble::Gone) => {
                let id = row(team).team_id;
                step.findings.vanished.entry(Table::Teams).or_default().insert(id);
                Ok(step)
            }
        }
    }

    fn meter(&self) -> Meter {
        let sent = self.asked.lock().unwrap().values().copied().map(u64::from).sum();
        Meter { requests: RequestCounts { sent, retried: 0 }, ..Meter::default() }
    }
}

fn row(team: u8) -> Team {
    Team { team_id: format!("t{team:02}"), ..Team::default() }
}

fn named(team: u8) -> TeamOrCourse {
    TeamOrCourse::Team(row(team).team_id)
}

/// A slice of a run in which one team is known to be unreadable.
async fn slice(store: &Arc<dyn Store>, vendor: &Vendor) -> Result<Answer, SyncError> {
    let unreadable = BTreeSet::from([named(KNOWN)]);
    let sync = Sync { unreadable, ..fake_sync(Arc::clone(store)) };
    let time = Slice::of(Duration::from_secs(900), None);
    let vendor = vendor.clone();
    sync.slice(&run(0), None, time, async |_, _| Ok(vendor)).await
}

const KNOWN: u8 = 19;

async fn findings(store: &Arc<dyn Store>) -> Findings {
    let key = keys().checkpoint(&run(0), "sync-fake");
    let found = Checkpoint::<serde_json::Value>::load(&**store, &key).await;
    found.unwrap().unwrap().0.findings
}

fn memory() -> Arc<dyn Store> {
    Arc::new(MemoryStore::new())
}

#[tokio::test(start_paused = true)]
async fn one_that_is_not_given_is_tried_again_at_the_end_and_then_given_up() {
    use Trouble::{Forbidden, Garbled, NotGiven, Unavailable};
    for (team, trouble, times, asked, is_given_up) in [
        (0, Unavailable, u32::MAX, TRIES, true),
        (7, Garbled, u32::MAX, TRIES, true),
        (7, NotGiven, u32::MAX, TRIES, true),
        // The last one, after which nothing comes that could be answered.
        (18, Unavailable, u32::MAX, TRIES, true),
        (7, Unavailable, TRIES - 1, TRIES, false),
        (7, NotGiven, 1, 2, false),
        // Of which it is known.
        (KNOWN, Unavailable, u32::MAX, 1, true),
        (KNOWN, Forbidden, u32::MAX, 1, true),
        (KNOWN, Unavailable, 0, 1, false),
    ] {
        let case = format!("{team} {trouble:?} {times} times");
        let (store, vendor) = (memory(), Vendor::with(&[(team, trouble, times)]));
        let answer = slice(&store, &vendor).await.unwrap();
        assert_eq!(answer.status, Status::Complete, "{case}");
        assert_eq!(vendor.asked(team), asked, "{case}");
        let findings = findings(&store).await;
        let given_up: Vec<_> = findings.unreadable().collect();
        assert_eq!(given_up, if is_given_up { vec![named(team)] } else { vec![] }, "{case}");
        assert_eq!(findings.failed_calls.contains_key(&named(team)), is_given_up, "{case}");
        let members = u64::from(TEAMS) - u64::from(is_given_up);
        assert_eq!(answer.tables["team_members"].rows, members, "{case}");
        assert_eq!(answer.tables["teams"].rows, u64::from(TEAMS), "{case}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_is_away_is_waited_for() {
    let all: Vec<_> = (0..TEAMS).map(|team| (team, Trouble::Unavailable, u32::MAX)).collect();
    let credentials = |team| vec![(team, Trouble::Forbidden, u32::MAX)];
    for (case, vendor) in [
        ("all of it", Vendor::with(&all).away()),
        ("while one is read", Vendor::with(&all[7..8]).away()),
        ("after one is not found", Vendor::with(&[(7, Trouble::NotGiven, u32::MAX)]).away()),
        // The list of teams is answered, but so many of them are not.
        ("a part of it", Vendor::with(&all)),
        ("six teams", Vendor::with(&all[4..10])),
        ("what the key may not do", Vendor::with(&credentials(7))),
    ] {
        let store = memory();
        for _ in 0..2 * TRIES {
            let failed = slice(&store, &vendor).await;
            assert!(matches!(failed, Err(SyncError::Vendor(_))), "{case}: {failed:?}");
        }
        vendor.come_back();
        let answer = slice(&store, &vendor).await.unwrap();
        assert_eq!(answer.status, Status::Complete, "{case}");
        assert_eq!(answer.tables["team_members"].rows, u64::from(TEAMS), "{case}");
        let missing = findings(&store).await.missing();
        assert!(missing.is_empty(), "{case}: {missing:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_few_may_not_be_given_and_more_stop_the_run() {
    for (count, is_too_many) in [(5, false), (6, true)] {
        let troubles = (0..count).map(|team| (team, Trouble::NotGiven, u32::MAX));
        // One more of which it is known does not count.
        let known = (KNOWN, Trouble::NotGiven, u32::MAX);
        let vendor = Vendor::with(&troubles.chain([known]).collect::<Vec<_>>());
        let store = memory();
        for _ in 0..2 {
            match slice(&store, &vendor).await {
                Ok(answer) => assert!(!is_too_many && answer.status == Status::Complete),
                Err(SyncError::TooManyMissing { count: 6, ids, .. }) => {
                    assert!(is_too_many && ids.contains("team:t05"), "{ids}");
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_to_be_tried_again_does_not_stop_the_run_with_what_is_gone() {
    let again = (0..4).map(|team| (team, Trouble::Unavailable, 1));
    let gone = (4..6).map(|team| (team, Trouble::Gone, u32::MAX));
    let vendor = Vendor::with(&again.chain(gone).collect::<Vec<_>>());
    let store = memory();
    let answer = slice(&store, &vendor).await.unwrap();
    assert_eq!(answer.status, Status::Complete);
    assert_eq!(findings(&store).await.missing(), BTreeSet::from([named(4), named(5)]));
}

#[tokio::test(start_paused = true)]
async fn one_that_is_silent_for_ever_costs_a_few_slices() {
    let (store, vendor) = (memory(), Vendor::with(&[(7, Trouble::Silence, u32::MAX)]));
    for _ in 0..TRIES {
        let answer = slice(&store, &vendor).await.unwrap();
        assert_eq!(answer.status, Status::Continue);
    }
    let answer = slice(&store, &vendor).await.unwrap();
    assert_eq!(answer.status, Status::Complete);
    assert_eq!(findings(&store).await.missing(), BTreeSet::from([named(7)]));
    // Silent while the vendor is away, it has not failed.
    let (store, vendor) = (memory(), Vendor::with(&[(7, Trouble::Silence, u32::MAX)]));
    slice(&store, &vendor).await.unwrap();
    let vendor = vendor.away();
    for _ in 0..2 * TRIES {
        let failed = slice(&store, &vendor).await;
        assert!(matches!(failed, Err(SyncError::Vendor(_))), "{failed:?}");
    }
    assert_eq!(findings(&store).await.failed_calls[&named(7)].count, 1);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_is_silent_about_all_is_away() {
    let all: Vec<_> = (0..TEAMS).map(|team| (team, Trouble::Silence, u32::MAX)).collect();
    let (store, vendor) = (memory(), Vendor::with(&all));
    // The list of teams was answered, what was in flight after it was not.
    slice(&store, &vendor).await.unwrap();
    for _ in 0..TRIES {
        let failed = slice(&store, &vendor).await;
        assert!(matches!(failed, Err(SyncError::NoProgress(_))), "{failed:?}");
        let failed_calls = findings(&store).await.failed_calls;
        assert_eq!(failed_calls.len(), usize::from(IN_FLIGHT));
        assert!(failed_calls.values().all(|calls| calls.count == 1), "{failed_calls:?}");
    }
    vendor.come_back();
    assert_eq!(slice(&store, &vendor).await.unwrap().status, Status::Complete);
    assert!(findings(&store).await.missing().is_empty());
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_write_it_is_given_up_all_the_same() {
    for writes in 1..40 {
        let memory = Arc::new(MemoryStore::new());
        let store: Arc<dyn Store> = memory.clone();
        let mortal: Arc<dyn Store> = Arc::new(FailingStore::killed_at_write(memory, writes));
        let vendor = Vendor::with(&[(7, Trouble::Unavailable, u32::MAX)]);
        let survived = slice(&mortal, &vendor).await.is_ok();
        let answer = slice(&store, &vendor).await.unwrap();
        assert_eq!(answer.status, Status::Complete, "killed at write {writes}");
        assert_eq!(answer.tables["team_members"].rows, u64::from(TEAMS) - 1);
        assert_eq!(findings(&store).await.missing(), BTreeSet::from([named(7)]));
        assert!(vendor.asked(7) <= TRIES + 1, "killed at write {writes}");
        if survived {
            return;
        }
    }
    panic!("more writes than were tried");
}

#[test]
fn silence_is_longer_than_the_wait_for_a_turn() {
    for (slice, requests_per_minute, seconds) in
        [(885, 85.0, 60), (885, 1.0, 480), (30, 1_000.0, 15), (885, 0.0, 60)]
    {
        let silence = silence(Duration::from_secs(slice), requests_per_minute);
        assert_eq!(silence.as_secs(), seconds, "{slice} s, {requests_per_minute} a minute");
    }
}
