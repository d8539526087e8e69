//! The store on S3: the suite that every store must pass, and races that have one winner, on both
//! emulators.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

use std::{future::Future, sync::Arc};

use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use rollcall_snapshot::{
    PutMode, Store, StoreError, Version,
    store::{S3Store, conformance},
};
use scenarios::{Connection, Emulator, LocalAws};
use tokio::{runtime::Runtime, task::JoinSet};

const EMULATORS: [Emulator; 2] = [Emulator::MiniStack, Emulator::Moto];
const RACERS: usize = 16;

/// A store in a bucket of its own, with a client as the functions have one.
fn store(emulator: Emulator) -> S3Store {
    let connection = Connection::litmos(LocalAws::shared(emulator), "key");
    S3Store::new(config(&connection.endpoint), connection.bucket.name())
}

fn config(endpoint: &str) -> aws_sdk_s3::config::Builder {
    aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "tests"))
        .endpoint_url(endpoint)
        .force_path_style(true)
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    Runtime::new().unwrap().block_on(future)
}

/// Writes under one condition from all sides at once; who won, by the content each wrote.
async fn race(store: Arc<S3Store>, key: &'static str, mode: PutMode) -> Vec<String> {
    let mut racers = JoinSet::new();
    for number in 0..RACERS {
        let (store, mode) = (store.clone(), mode.clone());
        racers.spawn(async move {
            let content = format!("racer {number}");
            match store.put(key, content.clone().into(), mode).await {
                Ok(_) => Some(content),
                Err(StoreError::Conflict { .. }) => None,
                Err(error) => panic!("{error}"),
            }
        });
    }
    racers.join_all().await.into_iter().flatten().collect()
}

async fn content(store: &S3Store, key: &str) -> Option<String> {
    let object = store.get(key).await.unwrap()?;
    Some(String::from_utf8(object.bytes.to_vec()).unwrap())
}

#[test]
fn s3_passes_the_conformance_suite() {
    for emulator in EMULATORS {
        wait(conformance::run(&store(emulator), "here/"));
    }
}

#[test]
fn of_many_that_create_one_wins() {
    for emulator in EMULATORS {
        let store = Arc::new(store(emulator));
        wait(async {
            let winners = race(store.clone(), "created", PutMode::Create).await;
            assert_eq!(winners.len(), 1, "{emulator:?}: {winners:?}");
            assert_eq!(content(&store, "created").await, winners.first().cloned());
        });
    }
}

#[test]
fn of_many_that_update_one_version_one_wins() {
    for emulator in EMULATORS {
        let store = Arc::new(store(emulator));
        wait(async {
            let version: Version = store.put("k", "old".into(), PutMode::Create).await.unwrap();
            let winners = race(store.clone(), "k", PutMode::Update(version)).await;
            assert_eq!(winners.len(), 1, "{emulator:?}: {winners:?}");
            assert_eq!(content(&store, "k").await, winners.first().cloned());
        });
    }
}

#[test]
fn a_delete_spares_another_version() {
    for emulator in EMULATORS {
        let store = store(emulator);
        wait(async {
            let old = store.put("k", "old".into(), PutMode::Create).await.unwrap();
            store.put("k", "new".into(), PutMode::Overwrite).await.unwrap();
            let deleted = store.delete("k", &old).await;
            assert!(matches!(deleted, Err(StoreError::Conflict { .. })), "{emulator:?}");
            assert_eq!(content(&store, "k").await.as_deref(), Some("new"), "{emulator:?}");
        });
    }
}

#[test]
fn a_bucket_that_is_not_there_is_neither_empty_nor_in_conflict() {
    for emulator in EMULATORS {
        let nowhere = S3Store::new(config(LocalAws::shared(emulator).endpoint()), "no-such-bucket");
        wait(async {
            let read = nowhere.get("k").await.map(|_| ());
            let listed = nowhere.list("k").await.map(|_| ());
            let created = nowhere.put("k", "x".into(), PutMode::Create).await.map(|_| ());
            for done in [read, listed, created] {
                let Err(StoreError::Unavailable { place, .. }) = done else {
                    panic!("{emulator:?}: {done:?}");
                };
                assert_eq!(place, "s3://no-such-bucket/k");
            }
        });
    }
}
