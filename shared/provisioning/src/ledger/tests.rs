//! A request is recorded once, whatever happens to its message.

use async_trait::async_trait;
use rollcall_snapshot::store::{Entry, FailingStore, MemoryStore, Object};
use serde_json::json;

use super::*;
use crate::{outcome::Status, process::outcome_of_nothing};

fn id() -> RequestId {
    RequestId::parse("req-8841").unwrap()
}

fn body() -> Value {
    json!({"request_id": "req-8841", "operation": "revoke", "n": 1.0})
}

fn intent(observed: &str) -> Intent {
    Intent {
        decided_at: Timestamp::UNIX_EPOCH,
        sender: None,
        user_id: None,
        observed: json!(observed),
        holds: Vec::new(),
        effects: Vec::new(),
        added: Added::default(),
    }
}

fn outcome(message: &str) -> Outcome {
    Outcome {
        request_id: Some("req-8841".into()),
        operation: Some("revoke".into()),
        status: Status::Succeeded,
        message: message.into(),
        ..outcome_of_nothing(Timestamp::UNIX_EPOCH)
    }
}

/// What a message does to the ledger, from its arrival to its end.
async fn carry(ledger: &Ledger, note: &str) -> Result<Outcome, LedgerError> {
    match ledger.open(&id(), &body()).await? {
        Standing::Settled(outcome) => return Ok(*outcome),
        Standing::New | Standing::Begun => drop(ledger.intend(&id(), intent(note)).await?),
        Standing::Interrupted(_) => {}
        Standing::Reused => panic!("the same body"),
    }
    ledger.settle(&id(), outcome(note)).await
}

#[tokio::test]
async fn a_request_goes_from_new_to_settled() {
    let ledger = Ledger::new(Arc::new(MemoryStore::new()), "acme");
    assert_eq!(ledger.open(&id(), &body()).await.unwrap(), Standing::New);
    assert_eq!(ledger.open(&id(), &body()).await.unwrap(), Standing::Begun);
    ledger.intend(&id(), intent("first")).await.unwrap();
    let standing = ledger.open(&id(), &body()).await.unwrap();
    assert_eq!(standing, Standing::Interrupted(intent("first")));
    ledger.settle(&id(), outcome("first")).await.unwrap();
    let standing = ledger.open(&id(), &body()).await.unwrap();
    assert_eq!(standing, Standing::Settled(Box::new(outcome("first"))));
}

#[tokio::test]
async fn the_first_intent_and_the_first_outcome_stand() {
    let ledger = Ledger::new(Arc::new(MemoryStore::new()), "acme");
    for note in ["first", "second"] {
        assert_eq!(ledger.intend(&id(), intent(note)).await.unwrap(), intent("first"));
        assert_eq!(ledger.settle(&id(), outcome(note)).await.unwrap(), outcome("first"));
    }
}

#[tokio::test]
async fn an_id_belongs_to_one_body() {
    let ledger = Ledger::new(Arc::new(MemoryStore::new()), "acme");
    ledger.open(&id(), &body()).await.unwrap();
    let reordered =
        serde_json::from_str(r#"{"n":1.0,"operation":"revoke", "request_id":"req-8841"}"#);
    assert_eq!(ledger.open(&id(), &reordered.unwrap()).await.unwrap(), Standing::Begun);
    let other = json!({"request_id": "req-8841", "operation": "grant"});
    assert_eq!(ledger.open(&id(), &other).await.unwrap(), Standing::Reused);
}

/// A store in which something is in the way, but not to be read.
struct Elusive(MemoryStore);

#[async_trait]
impl Store for Elusive {
    async fn get(&self, _: &str) -> Result<Option<Object>, StoreError> {
        Ok(None)
    }

    async fn put(&self, key: &str, _: Bytes, _: PutMode) -> Result<Version, StoreError> {
        Err(StoreError::Conflict { key: key.to_owned() })
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        self.0.list(prefix).await
    }

    async fn delete(&self, key: &str, version: &Version) -> Result<(), StoreError> {
        self.0.delete(key, version).await
    }
}

/// What is not known is no reason to reject for good.
#[tokio::test]
async fn a_body_that_cannot_be_read_back_is_not_another_one() {
    let ledger = Ledger::new(Arc::new(Elusive(MemoryStore::new())), "acme");
    let opened = ledger.open(&id(), &body()).await;
    assert!(matches!(opened, Err(LedgerError::Store(StoreError::Conflict { .. }))), "{opened:?}");
}

#[tokio::test]
async fn killed_at_any_write_there_is_one_outcome() {
    let mut survived = false;
    for writes in 1..7 {
        let store = Arc::new(MemoryStore::new());
        let mortal = Arc::new(FailingStore::killed_at_write(store.clone(), writes));
        let first = carry(&Ledger::new(mortal, "acme"), "first").await;
        let ledger = Ledger::new(store.clone(), "acme");
        let second = carry(&ledger, "second").await.unwrap();
        assert_eq!(carry(&ledger, "third").await.unwrap(), second, "killed at write {writes}");
        assert_eq!(store.list("acme/ledger/requests/").await.unwrap().len(), 3);
        let settled = store.list("acme/ledger/settled/").await.unwrap();
        assert_eq!(settled[0].key, "acme/ledger/settled/1970-01-01/000000000.req-8841");
        assert_eq!(settled.len(), 1, "however often it came, killed at write {writes}");
        let listed = store.get("acme/ledger/outcomes/req-8841.json").await.unwrap().unwrap();
        assert_eq!(serde_json::from_slice::<Outcome>(&listed.bytes).unwrap(), second);
        survived = first.is_ok();
        if survived {
            break;
        }
    }
    assert!(survived, "more writes than were tried");
}

/// Whoever finds it settled finds it among the outcomes, and whoever finds it there finds what it was.
#[tokio::test]
async fn an_outcome_is_recorded_then_listed_then_entered_as_settled() {
    let places = ["requests/req-8841/outcome.json", "outcomes/", "settled/"];
    for writes in 1..=3 {
        let store = Arc::new(MemoryStore::new());
        let mortal = Arc::new(FailingStore::killed_at_write(store.clone(), writes));
        Ledger::new(mortal, "acme").settle(&id(), outcome("first")).await.unwrap_err();
        let mut there = Vec::new();
        for place in places {
            there.push(store.list(&format!("acme/ledger/{place}")).await.unwrap().len());
        }
        let expected: Vec<_> = (1..=3).map(|place| usize::from(place <= writes)).collect();
        assert_eq!(there, expected);
    }
}

/// What a later release wrote is not guessed at; what an earlier one wrote has no version.
#[tokio::test]
async fn documents_have_a_version_and_a_later_one_is_refused() {
    let store = Arc::new(MemoryStore::new());
    let ledger = Ledger::new(store.clone(), "acme");
    carry(&ledger, "first").await.unwrap();
    let read = async |key: &str| -> Value {
        serde_json::from_slice(&store.get(key).await.unwrap().unwrap().bytes).unwrap()
    };
    assert_eq!(read("acme/ledger/requests/req-8841/request.json").await, body(), "as it was sent");
    for key in ["requests/req-8841/intent", "requests/req-8841/outcome", "outcomes/req-8841"] {
        assert_eq!(read(&format!("acme/ledger/{key}.json")).await["version"], 1, "{key}");
    }
    let key = "acme/ledger/requests/req-8841/outcome.json";
    let mut earlier = read(key).await;
    earlier.as_object_mut().unwrap().remove("version");
    let later = json!({"version": 2, "ended": "well"});
    for (there, readable) in [(earlier, true), (later, false)] {
        store.put(key, there.to_string().into(), PutMode::Overwrite).await.unwrap();
        match ledger.open(&id(), &body()).await {
            Ok(Standing::Settled(_)) => assert!(readable),
            Err(LedgerError::Damaged { key: named, reason }) => {
                assert!(
                    !readable && named == key && reason.contains("update the stack"),
                    "{reason}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
}
