//! Who sent a request, and whose ids a sender may use.

use rollcall_snapshot::{PutMode, Store};
use serde_json::{Value, json};

use super::{grant, stack, support::Kill};
use crate::{
    Door, Mode, Waiting,
    outcome::Status,
    process::{Handled, Message, tests::support::Stack},
};

fn asked(id: &str) -> Value {
    let mut body = grant("ana", "course:c:assigned", None);
    body["request_id"] = id.into();
    body
}

/// What becomes of a request that this one sends.
async fn sent_by(stack: &Stack, body: &Value, sender: Option<&str>, kill: Kill) -> Value {
    let message_id = format!("{} of {sender:?}", body["request_id"]);
    let sender = sender.map(str::to_owned);
    let message = Message { message_id, sender, ..stack.message(body) };
    match stack.hand_over(&message, kill, &mut Waiting::default()).await {
        Handled::Settled(outcome) => json!(outcome),
        Handled::Later(_) => Value::Null,
    }
}

fn of_scim() -> Stack {
    let mut stack = stack();
    stack.policy.door_senders.admit(Door::Scim, "AROASCIM");
    stack
}

/// A refusal binds nothing: the door's own request acts afterwards.
#[tokio::test]
async fn a_doors_id_is_refused_to_strangers_and_left_to_the_door() {
    let mut stack = of_scim();
    for mode in [Mode::Off, Mode::DryRun, Mode::On] {
        stack.mode = mode;
        for (id, sender) in [
            ("scim.a.1", Some("AIDALEE")),
            ("scim.a.1", None),
            ("c1.1", Some("AROASCIM:session")),
            ("review.c.1", Some("AIDALEE")),
        ] {
            let outcome = sent_by(&stack, &asked(id), sender, Kill::Never).await;
            let told = (&outcome["status"], &outcome["code"], &outcome["request_id"]);
            assert_eq!(told, (&json!("rejected"), &json!("reserved_request_id"), &json!(id)));
            assert_eq!(outcome.get("sender").and_then(Value::as_str), sender, "who it was");
        }
    }
    let keys = stack.store.list("acme/").await.unwrap();
    assert!(keys.iter().all(|entry| entry.key.starts_with("acme/ledger/unreadable/")), "{keys:?}");
    let outcome = sent_by(&stack, &asked("scim.a.1"), Some("AROASCIM:session"), Kill::Never).await;
    assert_eq!(
        (&outcome["status"], &outcome["sender"]),
        (&json!("succeeded"), &json!("AROASCIM:session"))
    );
    // Sent again by somebody else it tells nothing either.
    let again = sent_by(&stack, &asked("scim.a.1"), Some("AIDALEE"), Kill::Never).await;
    assert_eq!(again["code"], "reserved_request_id");
}

/// However often it comes while it cannot be begun, and gives up at last.
#[tokio::test]
async fn a_strangers_message_that_is_put_off_binds_nothing() {
    let stack = of_scim();
    let message = Message { received: 990, ..stack.message(&asked("scim.a.1")) };
    assert!(matches!(stack.put_off(&message).await, Handled::Later(_)));
    assert_eq!(stack.store.list("acme/").await.unwrap(), []);
}

/// Whoever brings it again, what was begun is finished, and told of whoever sent it first.
#[tokio::test]
async fn the_sender_of_what_was_begun_is_told() {
    let stack = of_scim();
    let (door, body) = (Some("AROASCIM:session"), asked("scim.a.1"));
    assert_eq!(sent_by(&stack, &body, door, Kill::AtVendorWrite(1, false)).await, Value::Null);
    let intent = stack.store.get("acme/ledger/requests/scim.a.1/intent.json").await.unwrap();
    let intent: Value = serde_json::from_slice(&intent.unwrap().bytes).unwrap();
    assert_eq!(intent["sender"], "AROASCIM:session");
    let outcome = sent_by(&stack, &body, Some("AIDALEE"), Kill::Never).await;
    assert_eq!(
        (&outcome["status"], &outcome["sender"]),
        (&json!("succeeded"), &json!("AROASCIM:session"))
    );
    let request = stack.store.get("acme/ledger/requests/scim.a.1/request.json").await.unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&request.unwrap().bytes).unwrap(), body);
}

/// Under ids that were anybody's before there were doors.
#[tokio::test]
async fn what_a_release_before_has_settled_is_told_again() {
    let mut stack = of_scim();
    let body = asked("c1.1");
    stack.policy.door_senders.admit(Door::C1, "AIDATEST");
    let outcome = stack.deliver(&body, Kill::Never).await;
    assert_eq!(outcome.status, Status::Succeeded);
    let key = "acme/ledger/requests/c1.1/outcome.json";
    let mut before: Value =
        serde_json::from_slice(&stack.store.get(key).await.unwrap().unwrap().bytes).unwrap();
    assert_eq!(before.as_object_mut().unwrap().remove("sender"), Some(json!("AIDATEST")));
    stack.store.put(key, before.to_string().into(), PutMode::Overwrite).await.unwrap();
    stack.policy.door_senders = Default::default();
    let again = sent_by(&stack, &body, Some("AIDATEST"), Kill::Never).await;
    before.as_object_mut().unwrap().remove("version");
    assert_eq!(again, before);
}
