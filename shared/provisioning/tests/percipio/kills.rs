//! Killed at any write of its own, or without an answer at any request, a request ends as if nothing
//! had happened, and nothing is written twice.

use std::sync::Arc;

use percipio_simulator::{Fault, Loss, Rule};
use rollcall_provisioning::process::Handled;
use rollcall_snapshot::{
    Store,
    store::{FailingStore, MemoryStore},
};
use serde_json::{Value, json};

use crate::stage::Stage;

#[derive(Debug, Clone, Copy)]
enum Kill {
    Never,
    AtStoreWrite(u32),
    AtRequest(u32),
    AfterVendorWrite,
}

/// One of each, all of them with something to do.
fn requests(id: &str) -> Vec<(&'static str, Value)> {
    let principal = json!({"user_id": id});
    let grant = json!({"principal": principal, "entitlement": "role:LEARNING_ADMIN"});
    let mut ends = grant.clone();
    ends["expires_at"] = "1970-01-02T00:00:00Z".into();
    vec![
        ("grant", grant),
        ("grant", ends),
        ("create_account", json!({"account": {"user_name": "dee", "last_name": "Ek"}})),
        (
            "update_account",
            json!({"principal": principal, "account": {"first_name": "Anna", "active": false}}),
        ),
        ("disable_account", json!({"principal": principal})),
    ]
}

/// Delivers a request until it is settled; the first delivery may be killed.
async fn deliver(stage: &Stage, body: &Value, kill: Kill) -> Value {
    let store: Arc<MemoryStore> = stage.store.clone();
    let mortal: Arc<dyn Store> = match kill {
        Kill::AtStoreWrite(nth) => Arc::new(FailingStore::killed_at_write(store.clone(), nth)),
        _ => store.clone(),
    };
    match kill {
        Kill::AtRequest(nth) => {
            stage.simulator.faults().add(Rule::new(Fault::Reset).skip(nth.into()).times(1));
        }
        Kill::AfterVendorWrite => {
            let lost = Fault::AnswerLost { with: Loss::Reset };
            stage.simulator.faults().add(Rule::new(lost).times(1));
        }
        Kill::Never | Kill::AtStoreWrite(_) => {}
    }
    let first = stage.hand_over(body, mortal).await;
    stage.simulator.faults().clear();
    match first {
        Handled::Settled(outcome) => serde_json::to_value(outcome).unwrap(),
        Handled::Later(_) => stage.deliver(body).await,
    }
}

async fn ended(
    number: usize,
    kill: Kill,
) -> (Value, Vec<Value>, Vec<(String, Value)>, Vec<String>) {
    let stage = Stage::new();
    let (operation, members) = requests(&stage.learner()).remove(number);
    let outcome = deliver(&stage, &stage.request(operation, &members), kill).await;
    let keys = stage.store.list("acme/").await.unwrap().into_iter().map(|entry| entry.key);
    (outcome, stage.records(), stage.writes(), keys.collect())
}

#[tokio::test]
async fn whatever_kills_it_a_request_ends_the_same() {
    for number in 0..requests("").len() {
        let expected = ended(number, Kill::Never).await;
        assert_eq!((&expected.0["status"], expected.2.len()), (&json!("succeeded"), 1));
        let store = (1..8).map(Kill::AtStoreWrite);
        let requests = (0..4).map(Kill::AtRequest);
        for kill in store.chain(requests).chain([Kill::AfterVendorWrite]) {
            let is = ended(number, kill).await;
            assert!(is == expected, "request {number}, killed {kill:?}: {:#}, {:#?}", is.0, is.2);
        }
    }
}
