//! Publication killed at any write, repeated, raced.

mod catalogue;
mod counts;

use std::{collections::BTreeSet, sync::Arc};

use rollcall_roster::{Course, Enrolment, EnrolmentStatus, Row, Team, TeamMember, User};

use super::*;
use crate::{
    Base, CHECKPOINT_VERSION, Findings, Held, Kind, Latest, PartsWriter, RequestCounts, Scope,
    Segment, StagedRow, TableReader, encode_tellings,
    store::{FailingStore, FaultPlace, MemoryStore, StoreFault},
};

const FUNCTIONS: &[&str] = &["sync-users", "sync-teams", "sync-courses"];

fn publisher(store: Arc<dyn Store>) -> Publisher {
    let unreadable = BTreeSet::new();
    let limits = Limits { max_shrink_percent: 20.0, max_dangling_percent: 1.0, unreadable };
    Publisher { store, keys: Keys::new("acme"), limits, functions: FUNCTIONS, catalogue: None }
}

fn run(hour: i64) -> RunId {
    RunId::at(at(hour))
}

fn at(hour: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(hour)
}

async fn hold<R: Row>(store: &MemoryStore, run_id: &RunId, rows: Vec<R>) -> (Table, Held) {
    let mut writer = PartsWriter::new(R::TABLE.columns());
    for row in rows {
        writer.push(row).unwrap();
    }
    let key = Keys::new("acme").part(R::TABLE.name(), run_id, 0);
    let parts = vec![writer.store(store, key).await.unwrap()];
    let known_columns = R::TABLE.columns().iter().map(|column| column.name.to_owned()).collect();
    (R::TABLE, Held { known_columns, parts, last: None, whole: true })
}

/// A finished run with so many users, one of them with this first name.
async fn finish(store: &MemoryStore, run_id: &RunId, users: u32, first_name: &str) {
    finish_as(store, run_id, users, first_name, None, Vec::new()).await;
}

/// The same of a kind, with lists of changes that name these users.
async fn finish_as(
    store: &MemoryStore,
    run_id: &RunId,
    users: u32,
    first_name: &str,
    kind: Option<Kind>,
    named: Vec<u32>,
) {
    let plan = kind.map(|kind| RunPlan { kind, ..RunPlan::plain(at(0)) });
    let told: Vec<_> = named.into_iter().map(|index| format!("u{index:03}")).collect();
    let told = told.into_iter().map(|user_id| User { user_id, ..User::default() });
    let told = encode_tellings(&told.map(|user| StagedRow::of(&user)).collect::<Vec<_>>());
    let mut segments = BTreeMap::new();
    if let Some(encoded) = told {
        let key = format!("told of {run_id}");
        store.put(&key, encoded.bytes.clone(), PutMode::Create).await.unwrap();
        segments.insert(Table::Users, vec![encoded.stored_as(key)]);
    }
    let user = |index| User {
        user_id: format!("u{index:03}"),
        first_name: (index == 0).then(|| first_name.to_owned()),
        ..User::default()
    };
    let team = Team { team_id: "t".into(), ..Team::default() };
    let member =
        TeamMember { team_id: "t".into(), user_id: "u000".into(), ..TeamMember::default() };
    let course = Course {
        course_id: "c".into(),
        code: None,
        name: None,
        active: None,
        kind: None,
        attributes: None,
    };
    let enrolment = Enrolment {
        course_id: "c".into(),
        user_id: "u000".into(),
        status: Some(EnrolmentStatus::Assigned),
        percent_complete: None,
        assigned_at: None,
        started_at: None,
        due_at: None,
        completed_at: None,
        compliant_till: None,
        source: None,
    };
    let tables = [
        vec![hold(store, run_id, (0..users).map(user).collect()).await],
        vec![hold(store, run_id, vec![team]).await, hold(store, run_id, vec![member]).await],
        vec![hold(store, run_id, vec![course]).await, hold(store, run_id, vec![enrolment]).await],
    ];
    complete(store, run_id, plan.as_ref(), &segments, tables).await;
}

/// Notes that the functions have finished with these tables.
async fn complete(
    store: &MemoryStore,
    run_id: &RunId,
    plan: Option<&RunPlan>,
    told: &BTreeMap<Table, Vec<Segment>>,
    tables: [Vec<(Table, Held)>; 3],
) {
    for (function, tables) in FUNCTIONS.iter().zip(tables) {
        let checkpoint = Finished {
            version: CHECKPOINT_VERSION,
            function: (*function).to_owned(),
            vendor: "litmos".into(),
            run_id: run_id.clone(),
            writer: String::new(),
            started_at: at(0),
            scope: Scope::default(),
            plan: plan.cloned(),
            phase: Phase::Complete,
            pending: Vec::new(),
            findings: Findings::default(),
            requests: RequestCounts { sent: 3, retried: 1 },
            next_request_at: None,
            staged: BTreeMap::new(),
            set_aside: BTreeMap::new(),
            told: told.clone(),
            tables: tables.into_iter().collect(),
        };
        let key = Keys::new("acme").checkpoint(run_id, function);
        checkpoint.save(store, &key, None).await.unwrap();
    }
}

async fn latest(store: &MemoryStore) -> Option<RunId> {
    let object = store.get("acme/latest.json").await.unwrap()?;
    Some(serde_json::from_slice::<Latest>(&object.bytes).unwrap().run_id)
}

async fn published(store: &Arc<MemoryStore>, hour: i64, users: u32, name: &str) -> Publication {
    finish(store, &run(hour), users, name).await;
    publisher(store.clone()).publish(&run(hour), None, at(hour)).await.unwrap()
}

#[tokio::test]
async fn killed_at_any_write_publication_ends_the_same() {
    let mut survived = false;
    for writes in 1..40 {
        let store = Arc::new(MemoryStore::new());
        published(&store, 1, 100, "Ann").await;
        finish(&store, &run(2), 99, "Anna").await;
        let mortal = Arc::new(FailingStore::killed_at_write(store.clone(), writes));
        let first = publisher(mortal).publish(&run(2), None, at(2)).await;
        let second = publisher(store.clone()).publish(&run(2), None, at(3)).await.unwrap();
        assert_eq!(second.verdict, Verdict::Published);
        let users = ChangeCounts { added: 0, removed: 1, changed: 1 };
        assert_eq!(second.changes["users"], users, "killed at write {writes}");
        assert_eq!(second.changes["teams"], ChangeCounts::default());
        assert_eq!(latest(&store).await, Some(run(2)));
        assert!(store.get("acme/runs/current.json").await.unwrap().is_none());
        survived = first.is_ok();
        if survived {
            break;
        }
    }
    assert!(survived, "more writes than were tried");
}

/// Refused, unanswered, late or overtaken: called again after a clear error, it ends the same.
#[tokio::test(start_paused = true)]
async fn whatever_one_call_to_the_store_does_publication_ends_the_same() {
    for fault in StoreFault::EACH_THAT_IS_SURVIVED {
        for nth in 1.. {
            let store = Arc::new(MemoryStore::new());
            published(&store, 1, 100, "Ann").await;
            finish(&store, &run(2), 99, "Anna").await;
            let place = FaultPlace::Call(nth);
            let failing = Arc::new(FailingStore::new(store.clone(), [(place, fault)]));
            let publisher = publisher(failing.clone());
            let mut published = publisher.publish(&run(2), None, at(2)).await;
            if let Err(error) = &published {
                assert!(!error.ends_run(), "{fault:?} {place:?}: {error}");
                published = publisher.publish(&run(2), None, at(3)).await;
            }
            let published = published.unwrap();
            assert_eq!(published.verdict, Verdict::Published, "{fault:?} {place:?}");
            let users = ChangeCounts { added: 0, removed: 1, changed: 1 };
            assert_eq!(published.changes["users"], users, "{fault:?} {place:?}");
            assert_eq!(latest(&store).await, Some(run(2)), "{fault:?} {place:?}");
            assert!(store.get("acme/runs/current.json").await.unwrap().is_none());
            if failing.struck() == 0 {
                assert!(nth > 20, "{nth} places");
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_quarantined_run_is_seen_only_when_it_is_accepted() {
    let store = Arc::new(MemoryStore::new());
    published(&store, 1, 100, "Ann").await;
    let judged = published(&store, 2, 50, "Ann").await;
    assert_eq!(judged.verdict, Verdict::Quarantined);
    assert_eq!(judged.measured, Some(Measured { shrink_percent: 50.0, dangling: 0 }));
    assert_eq!(latest(&store).await, Some(run(1)));
    let accept = Acceptance { by: "lee".into(), reason: "they left".into() };
    for (accept, hour) in [(Some(&accept), 3), (None, 4), (Some(&accept), 5)] {
        let seen = publisher(store.clone()).publish(&run(2), accept, at(hour)).await.unwrap();
        assert_eq!(seen.verdict, Verdict::Published);
        assert_eq!(latest(&store).await, Some(run(2)));
    }
}

#[tokio::test]
async fn readers_never_go_back_or_past_a_run_that_was_not_compared() {
    let store = Arc::new(MemoryStore::new());
    published(&store, 2, 100, "Ann").await;
    finish(&store, &run(1), 100, "Ann").await;
    let accept = Acceptance { by: "lee".into(), reason: "they left".into() };
    let older = publisher(store.clone()).publish(&run(1), None, at(3)).await;
    assert!(matches!(older, Err(PublishError::Superseded { .. })), "{older:?}");
    // Quarantined against run 2, then run 4 is published: run 3 was not compared with it.
    assert_eq!(published(&store, 3, 50, "Ann").await.verdict, Verdict::Quarantined);
    published(&store, 4, 100, "Ann").await;
    let passed = publisher(store.clone()).publish(&run(3), Some(&accept), at(5)).await;
    assert!(matches!(passed, Err(PublishError::Superseded { .. })), "{passed:?}");
    // A run that readers have seen stays published, however often it is asked for.
    for hour in [2, 4] {
        let again = publisher(store.clone()).publish(&run(hour), None, at(6)).await.unwrap();
        assert_eq!(again.verdict, Verdict::Published);
    }
    assert_eq!(latest(&store).await, Some(run(4)));
}

fn since(hour: i64) -> Base {
    Base { run_id: run(hour), since: Some(at(0)) }
}

async fn manifest(store: &MemoryStore, hour: i64) -> Manifest {
    let object = store.get(&Keys::new("acme").manifest(&run(hour))).await.unwrap().unwrap();
    serde_json::from_slice(&object.bytes).unwrap()
}

#[tokio::test]
async fn a_full_run_tells_what_the_delta_runs_before_had_missed() {
    let store = Arc::new(MemoryStore::new());
    published(&store, 1, 100, "Ann").await;
    finish_as(&store, &run(2), 100, "Ann", Some(Kind::Delta(since(1))), Vec::new()).await;
    let delta = publisher(store.clone()).publish(&run(2), None, at(2)).await.unwrap();
    assert_eq!(delta.missed_by_delta, None, "a delta run cannot tell");
    // Two are gone, and one has another name; lists of changes name only one of these.
    let kind = Kind::Full { fell_back: None, carries: Some(since(2)) };
    finish_as(&store, &run(3), 98, "Anna", Some(kind), vec![98]).await;
    let full = publisher(store.clone()).publish(&run(3), None, at(3)).await.unwrap();
    let counts = |removed, changed| ChangeCounts { added: 0, removed, changed };
    assert_eq!(full.changes["users"], counts(2, 1));
    let missed = full.missed_by_delta.unwrap();
    assert_eq!(missed["users"], counts(1, 1));
    assert_eq!(missed["teams"], counts(0, 0));
    let manifest = manifest(&store, 3).await;
    assert_eq!(manifest.missed_by_delta, Some(missed));
    let parts = manifest.tables["changes"].parts.clone();
    let mut rows = TableReader::<crate::changes::ChangeRow>::new(store.clone(), parts);
    let mut told = Vec::new();
    while let Some(row) = rows.next().await.unwrap() {
        told.push((row.key, row.missed_by_delta));
    }
    let wanted = [("u000", true), ("u098", false), ("u099", true)];
    let wanted = wanted.map(|(id, missed)| (format!("[\"{id}\"]"), Some(missed)));
    assert_eq!(told, wanted);
}

#[tokio::test]
async fn a_manifest_tells_what_a_run_builds_on() {
    let store = Arc::new(MemoryStore::new());
    published(&store, 1, 100, "Ann").await;
    finish_as(&store, &run(2), 100, "Ann", Some(Kind::Delta(since(1))), Vec::new()).await;
    publisher(store.clone()).publish(&run(2), None, at(2)).await.unwrap();
    let (full, delta) = (manifest(&store, 1).await, manifest(&store, 2).await);
    assert_eq!((full.mode, full.full_run.unwrap().run_id), (Mode::Full, run(1)));
    assert_eq!((delta.mode, delta.base_run_id), (Mode::Delta, Some(run(1))));
    assert_eq!(delta.full_run.unwrap().run_id, run(1));
}

#[tokio::test]
async fn a_delta_run_follows_nothing_but_what_it_was_laid_over() {
    let store = Arc::new(MemoryStore::new());
    published(&store, 1, 100, "Ann").await;
    published(&store, 2, 100, "Ann").await;
    finish_as(&store, &run(3), 100, "Ann", Some(Kind::Delta(since(1))), Vec::new()).await;
    let late = publisher(store.clone()).publish(&run(3), None, at(3)).await;
    assert!(matches!(late, Err(PublishError::Superseded { .. })), "{late:?}");
    assert_eq!(latest(&store).await, Some(run(2)));
    assert!(store.get("acme/runs/current.json").await.unwrap().is_none(), "others may go on");
}
