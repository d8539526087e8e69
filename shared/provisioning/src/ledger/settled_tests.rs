//! Each outcome has its place, those of before too, whatever interrupts whoever enters them.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use rollcall_snapshot::{
    Store,
    store::{FailingStore, MemoryStore, Object},
};
use serde_json::{Value, json};

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

/// What a release has left that entered nothing: so many requests, one of them not settled.
async fn left(store: &MemoryStore, requests: i64) {
    let put = async |key: String, document: Value| {
        store.put(&key, document.to_string().into(), PutMode::Create).await.unwrap();
    };
    for number in 0..requests {
        let folder = format!("acme/ledger/requests/req-{number}");
        put(format!("{folder}/request.json"), json!({"request_id": "of its sender"})).await;
        let outcome = json!({"request_id": format!("req-{number}"), "operation": null,
            "status": "rejected", "code": null, "message": "", "principal": {}, "entitlement": null,
            "effects": [], "result": {}, "started_at": at(0), "finished_at": at(number)});
        put(format!("{folder}/attempts/m.json"), outcome.clone()).await;
        put(format!("{folder}/outcome.json"), outcome).await;
    }
    put("acme/ledger/requests/begun/intent.json".into(), json!({})).await;
}

async fn entered(store: &dyn Store) -> Vec<String> {
    let folder = "acme/ledger/settled/";
    let entries = store.list(folder).await.unwrap();
    entries.into_iter().map(|entry| entry.key[folder.len()..].to_owned()).collect()
}

/// Lists three at a time, and counts what is read.
struct Small(MemoryStore, std::sync::Mutex<u32>);

#[async_trait]
impl Store for Small {
    async fn get(&self, key: &str) -> Result<Option<Object>, StoreError> {
        *self.1.lock().unwrap() += 1;
        self.0.get(key).await
    }

    async fn put(&self, key: &str, bytes: Bytes, mode: PutMode) -> Result<Version, StoreError> {
        self.0.put(key, bytes, mode).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        self.0.list(prefix).await
    }

    async fn list_after(&self, prefix: &str, after: &str) -> Result<Vec<Entry>, StoreError> {
        let mut page = self.0.list_after(prefix, after).await?;
        page.truncate(3);
        Ok(page)
    }

    async fn delete(&self, key: &str, version: &Version) -> Result<(), StoreError> {
        self.0.delete(key, version).await
    }
}

#[tokio::test]
async fn outcomes_of_before_are_entered_once() {
    let store = Arc::new(Small(MemoryStore::new(), 0.into()));
    left(&store.0, 9).await;
    let broken = "acme/ledger/requests/req-5/outcome.json";
    store.0.put(broken, "{".into(), PutMode::Overwrite).await.unwrap();
    let ledger = Ledger::new(store.clone(), "acme");
    let expected: Vec<_> = (0..9)
        .filter(|number| *number != 5)
        .map(|number| format!("1970-01-01/00000{number}000.req-{number}"))
        .collect();
    // The hour after which whatever the release before has settled meanwhile is entered too.
    for (tick, now) in [0, 1, 3_599, 3_600, 3_601].into_iter().enumerate() {
        if tick == 1 {
            left_meanwhile(&store.0).await;
        }
        ledger.enter_earlier(at(now), soon()).await.unwrap();
        let late = ["1970-01-01/000000000.a-late".to_owned()];
        let late = late.into_iter().filter(|_| now >= 3_600);
        let expected: BTreeSet<_> = expected.iter().cloned().chain(late).collect();
        assert!(entered(&*store).await.into_iter().eq(expected), "{now}");
    }
    let read = std::mem::take(&mut *store.1.lock().unwrap());
    ledger.enter_earlier(at(9_999), soon()).await.unwrap();
    let again = *store.1.lock().unwrap();
    assert!(read > 20 && again == 1, "then nothing but the note of it is read: {read} {again}");
}

async fn left_meanwhile(store: &MemoryStore) {
    let there = store.get("acme/ledger/requests/req-0/outcome.json").await.unwrap().unwrap();
    let key = "acme/ledger/requests/a-late/outcome.json";
    store.put(key, there.bytes, PutMode::Create).await.unwrap();
}

/// Nothing is missed, and each goes on where the one before was interrupted.
#[tokio::test]
async fn killed_at_any_write_all_are_entered_in_the_end() {
    for nth in 1..=21 {
        let store = Arc::new(Small(MemoryStore::new(), 0.into()));
        left(&store.0, 9).await;
        let mortal = Arc::new(FailingStore::killed_at_write(store.clone(), nth));
        let killed = Ledger::new(mortal, "acme").enter_earlier(at(0), soon()).await;
        assert!(killed.is_err(), "{nth}");
        Ledger::new(store.clone(), "acme").enter_earlier(at(1), soon()).await.unwrap();
        assert_eq!(entered(&*store).await.len(), 9, "killed at write {nth}");
    }
}

/// However many there are, a tick takes no longer than it may.
#[tokio::test(start_paused = true)]
async fn what_is_not_entered_in_time_is_left_to_the_next_tick() {
    use rollcall_snapshot::store::{FaultPlace, StoreFault};
    let inner = Arc::new(Small(MemoryStore::new(), 0.into()));
    left(&inner.0, 30).await;
    let slow = (1..)
        .take(2_000)
        .map(|nth| (FaultPlace::Call(nth), StoreFault::Late(Duration::from_secs(1))));
    let ledger = Ledger::new(Arc::new(FailingStore::new(inner.clone(), slow)), "acme");
    let (mut ticks, mut seen) = (0, 0);
    while seen < 30 {
        let began = Instant::now();
        ledger.enter_earlier(at(0), Instant::now() + Duration::from_secs(600)).await.unwrap();
        assert!(began.elapsed() < Duration::from_secs(33), "{:?}", began.elapsed());
        let there = entered(&inner.0).await.len();
        assert!(there > seen, "each goes on: {there}");
        (ticks, seen) = (ticks + 1, there);
    }
    assert!(ticks > 2, "{ticks}");
}

#[tokio::test]
async fn a_ledger_without_requests_is_entered_at_once() {
    let store = Arc::new(MemoryStore::new());
    Ledger::new(store.clone(), "acme").enter_earlier(at(0), soon()).await.unwrap();
    let note = store.get("acme/ledger/indexed.json").await.unwrap().unwrap();
    let note: Value = serde_json::from_slice(&note.bytes).unwrap();
    assert_eq!((&note["walks"], &note["version"]), (&json!(1), &json!(1)));
    assert_eq!(entered(&*store).await, [] as [String; 0]);
}
