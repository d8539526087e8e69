//! Killed at any instant and called again, a run ends as an undisturbed one.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use rollcall_roster::{Table, Team, TeamMember};
use rollcall_snapshot::{
    Findings, Mode, RequestCounts, Store,
    store::{FailingStore, FaultPlace, MemoryStore, StoreFault},
};
use serde::{Deserialize, Serialize};

use crate::{
    Answer, Brief, Meter, Slice, Status, Step, Sync, SyncError, TableColumns, Walk,
    test_runs::{fake_sync, run},
};

const TEAMS: u8 = 30;
const MEMBERS: u8 = 40;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Task {
    Teams,
    Members(u8),
}

/// A vendor in memory, which answers when its step is polled.
#[derive(Clone, Default)]
struct FakeWalk {
    sent: Arc<AtomicU64>,
    /// Of all slices.
    total: Arc<AtomicU64>,
    /// Never answers for this team.
    silent: Option<u8>,
    gone: Vec<u8>,
}

#[async_trait]
impl Walk for FakeWalk {
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

    async fn step(&self, task: Task, _: &Findings) -> Result<Step<Task>, SyncError> {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.total.fetch_add(1, Ordering::Relaxed);
        let mut step = Step::default();
        match task {
            Task::Teams => {
                let teams: Vec<_> = (0..TEAMS).map(team).collect();
                step.stage(&teams);
                step.next = (0..TEAMS).map(Task::Members).collect();
            }
            Task::Members(index) if self.silent == Some(index) => {
                std::future::pending::<()>().await;
            }
            Task::Members(index) if self.gone.contains(&index) => {
                let id = team(index).team_id;
                step.findings.vanished.entry(Table::Teams).or_default().insert(id);
            }
            Task::Members(index) => {
                let members: Vec<_> = (0..MEMBERS).map(|user| member(index, user)).collect();
                step.stage(&members);
            }
        }
        Ok(step)
    }

    fn meter(&self) -> Meter {
        let requests = RequestCounts { sent: self.sent.load(Ordering::Relaxed), retried: 0 };
        Meter { requests, ..Meter::default() }
    }
}

fn team(index: u8) -> Team {
    // Not in the order in which they are listed.
    let team_id = format!("t{:03}", index.wrapping_mul(77));
    Team { team_id, ..Team::default() }
}

fn member(team_index: u8, user: u8) -> TeamMember {
    let user_id = format!("u{:03}", user.wrapping_mul(101));
    TeamMember { team_id: team(team_index).team_id, user_id, ..TeamMember::default() }
}

async fn slice(store: Arc<dyn Store>, walk: &FakeWalk) -> Result<Answer, SyncError> {
    let walk = FakeWalk { sent: Arc::default(), ..walk.clone() };
    let slice = Slice::of(Duration::from_secs(30), None);
    fake_sync(store).slice(&run(0), None, slice, async |_, _| Ok(walk)).await
}

/// The tables' objects by key.
async fn tables(store: &MemoryStore) -> BTreeMap<String, Vec<u8>> {
    let mut objects = BTreeMap::new();
    for entry in store.list("acme/snapshots/").await.unwrap() {
        let object = store.get(&entry.key).await.unwrap().unwrap();
        objects.insert(entry.key, object.bytes.to_vec());
    }
    objects
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_write_a_run_ends_in_the_same_tables() {
    let undisturbed = Arc::new(MemoryStore::new());
    let walk = FakeWalk::default();
    let answer = slice(undisturbed.clone(), &walk).await.unwrap();
    assert_eq!(answer.status, Status::Complete);
    assert_eq!(answer.tables["team_members"].rows, u64::from(TEAMS) * u64::from(MEMBERS));
    let requests = walk.total.load(Ordering::Relaxed);
    let wanted = tables(&undisturbed).await;

    let mut survived = false;
    for writes in 1..200 {
        let store = Arc::new(MemoryStore::new());
        let walk = FakeWalk::default();
        let first =
            slice(Arc::new(FailingStore::killed_at_write(store.clone(), writes)), &walk).await;
        slice(store.clone(), &walk).await.unwrap();
        assert_eq!(tables(&store).await, wanted, "killed at write {writes}");
        let repeated = walk.total.load(Ordering::Relaxed) - requests;
        assert!(repeated <= 15, "killed at write {writes}: {repeated} requests repeated");
        survived = first.is_ok();
        if survived {
            break;
        }
    }
    assert!(survived, "more writes than were tried");
}

/// Whatever one call to the store does while the process lives on: the run ends in the same tables, at
/// once or when it is called again after a clear error.
#[tokio::test(start_paused = true)]
async fn one_call_that_goes_wrong_costs_no_row() {
    let undisturbed = Arc::new(MemoryStore::new());
    slice(undisturbed.clone(), &FakeWalk::default()).await.unwrap();
    let wanted = tables(&undisturbed).await;
    for fault in StoreFault::EACH_THAT_IS_SURVIVED {
        let mut places = 0;
        for place in 1.. {
            let store = Arc::new(MemoryStore::new());
            let place = FaultPlace::Call(place);
            let failing = Arc::new(FailingStore::new(store.clone(), [(place, fault)]));
            let first = slice(failing.clone(), &FakeWalk::default()).await;
            if failing.struck() == 0 {
                break;
            }
            places += 1;
            let mut answer = first;
            // A write that happens late makes one more call find another writer.
            for _ in 0..2 {
                match &answer {
                    Ok(answer) if answer.status == Status::Complete => break,
                    Ok(_) => {}
                    Err(error) => assert!(!error.ends_run(), "{fault:?} {place:?}: {error}"),
                }
                answer = slice(failing.clone(), &FakeWalk::default()).await;
            }
            assert_eq!(answer.unwrap().status, Status::Complete, "{fault:?} {place:?}");
            assert!(tables(&store).await == wanted, "{fault:?} {place:?}: a row is lost");
        }
        assert!(places > 20, "{fault:?}: {places}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_vendor_costs_a_slice_but_not_the_run() {
    let store = Arc::new(MemoryStore::new());
    let silent = FakeWalk { silent: Some(7), ..FakeWalk::default() };
    let first = slice(store.clone(), &silent).await.unwrap();
    assert_eq!(first.status, Status::Continue, "everything else was read");
    let second = slice(store.clone(), &silent).await;
    assert!(matches!(second, Err(SyncError::NoProgress(_))), "{second:?}");
    let third = slice(store, &FakeWalk::default()).await.unwrap();
    assert_eq!(third.status, Status::Complete);
    assert_eq!(third.tables["team_members"].rows, u64::from(TEAMS) * u64::from(MEMBERS));
}

#[tokio::test(start_paused = true)]
async fn what_vanished_is_in_no_table_and_many_stop_the_run() {
    let store = Arc::new(MemoryStore::new());
    let walk = FakeWalk { gone: (0..5).collect(), ..FakeWalk::default() };
    let answer = slice(store, &walk).await.unwrap();
    assert_eq!(answer.tables["teams"].rows, u64::from(TEAMS) - 5);
    let store = Arc::new(MemoryStore::new());
    let walk = FakeWalk { gone: (0..6).collect(), ..FakeWalk::default() };
    for _ in 0..2 {
        let stopped = slice(store.clone(), &walk).await;
        assert!(matches!(stopped, Err(SyncError::TooManyMissing { count: 6, .. })), "{stopped:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn another_scope_is_another_run() {
    let store = Arc::new(MemoryStore::new());
    let silent = FakeWalk { silent: Some(7), ..FakeWalk::default() };
    slice(store.clone(), &silent).await.unwrap();
    let mut sync = fake_sync(store);
    sync.subject.scope.limited_courses = Some(vec!["c".into()]);
    let time = Slice::of(Duration::from_secs(30), None);
    let changed = sync.slice(&run(0), None, time, async |_, _| Ok(FakeWalk::default())).await;
    assert!(matches!(changed, Err(SyncError::SubjectChanged { .. })), "{changed:?}");
}

#[tokio::test(start_paused = true)]
async fn what_builds_on_another_function_waits_for_it() {
    let store = Arc::new(MemoryStore::new());
    let time = || Slice::of(Duration::from_secs(30), None);
    let second = Sync {
        function: "sync-second",
        learns_from: Some("sync-fake"),
        ..fake_sync(store.clone())
    };
    for first in [None, Some(FakeWalk { silent: Some(7), ..FakeWalk::default() })] {
        if let Some(first) = first {
            slice(store.clone(), &first).await.unwrap();
        }
        let early = second.slice(&run(0), None, time(), async |_, _| Ok(FakeWalk::default())).await;
        assert!(matches!(early, Err(SyncError::TooEarly { .. })), "{early:?}");
    }
    slice(store.clone(), &FakeWalk::default()).await.unwrap();
    let answer = second.slice(&run(0), None, time(), async |_, _| Ok(FakeWalk::default())).await;
    assert_eq!(answer.unwrap().status, Status::Complete);
}
