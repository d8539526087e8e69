//! What every store must do: plain functions, run against memory and against S3 servers.

use bytes::Bytes;

use super::{Entry, PutMode, Store, StoreError, put_or_same};

/// Runs the whole suite below a prefix that is empty.
///
/// # Panics
/// Where the store does not keep a rule.
pub async fn run(store: &dyn Store, prefix: &str) {
    absent_is_none(store, prefix).await;
    create_happens_once(store, prefix).await;
    update_needs_the_version_that_is_there(store, prefix).await;
    overwrite_always_happens(store, prefix).await;
    a_repeated_write_is_no_conflict(store, prefix).await;
    list_is_whole_and_sorted(store, prefix).await;
    delete_is_idempotent(store, prefix).await;
}

fn is_conflict<T: std::fmt::Debug>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Conflict { .. }))
}

async fn content(store: &dyn Store, key: &str) -> Option<Bytes> {
    store.get(key).await.expect("readable").map(|object| object.bytes)
}

async fn absent_is_none(store: &dyn Store, prefix: &str) {
    assert!(content(store, &format!("{prefix}absent")).await.is_none());
    assert_eq!(store.list(&format!("{prefix}absent")).await.expect("listed"), []);
}

async fn create_happens_once(store: &dyn Store, prefix: &str) {
    let key = format!("{prefix}create");
    store.put(&key, "one".into(), PutMode::Create).await.expect("the first create");
    let second = store.put(&key, "two".into(), PutMode::Create).await;
    assert!(is_conflict(&second), "{second:?}");
    assert_eq!(content(store, &key).await.as_deref(), Some(&b"one"[..]));
}

async fn update_needs_the_version_that_is_there(store: &dyn Store, prefix: &str) {
    let key = format!("{prefix}update");
    let first = store.put(&key, "one".into(), PutMode::Create).await.expect("created");
    let read = store.get(&key).await.expect("readable").expect("there").version;
    assert_eq!(read, first, "put and get tell the same version");
    let second = store.put(&key, "two".into(), PutMode::Update(first.clone())).await;
    let second = second.expect("an update of what is there");
    let stale = store.put(&key, "three".into(), PutMode::Update(first)).await;
    assert!(is_conflict(&stale), "{stale:?}");
    assert_eq!(content(store, &key).await.as_deref(), Some(&b"two"[..]));
    store.delete(&key, &second).await.expect("deleted");
    let gone = store.put(&key, "four".into(), PutMode::Update(second)).await;
    assert!(is_conflict(&gone), "an update never creates: {gone:?}");
}

async fn overwrite_always_happens(store: &dyn Store, prefix: &str) {
    let key = format!("{prefix}overwrite");
    for text in ["one", "two"] {
        store.put(&key, text.into(), PutMode::Overwrite).await.expect("written");
    }
    assert_eq!(content(store, &key).await.as_deref(), Some(&b"two"[..]));
}

async fn a_repeated_write_is_no_conflict(store: &dyn Store, prefix: &str) {
    let key = format!("{prefix}repeated");
    for _ in 0..2 {
        put_or_same(store, &key, "same".into(), PutMode::Create).await.expect("the same");
    }
    let other = put_or_same(store, &key, "other".into(), PutMode::Create).await;
    assert!(is_conflict(&other), "{other:?}");
}

async fn list_is_whole_and_sorted(store: &dyn Store, prefix: &str) {
    let below = format!("{prefix}list/");
    let mut wanted = Vec::new();
    for index in [2, 0, 1] {
        let key = format!("{below}run_id=x/part {index}+ä.parquet");
        store.put(&key, "12345".into(), PutMode::Create).await.expect("written");
        wanted.push(Entry { key, size: 5 });
    }
    wanted.sort_by(|a, b| a.key.cmp(&b.key));
    assert_eq!(store.list(&below).await.expect("listed"), wanted);
    let rest = store.list_after(&below, &wanted[0].key).await.expect("listed");
    assert_eq!(rest, wanted[1..], "what comes after a key");
    assert_eq!(store.list_after(&below, &below).await.expect("listed"), wanted);
    assert_eq!(store.list_after(&below, &wanted[2].key).await.expect("listed"), []);
}

async fn delete_is_idempotent(store: &dyn Store, prefix: &str) {
    let key = format!("{prefix}delete");
    let version = store.put(&key, "x".into(), PutMode::Create).await.expect("created");
    for _ in 0..2 {
        store.delete(&key, &version).await.expect("gone, or gone already");
    }
    assert!(content(store, &key).await.is_none());
}
