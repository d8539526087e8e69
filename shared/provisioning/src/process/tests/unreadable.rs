//! Messages that no request can be read from, or that nobody may send.

use serde_json::{Value, json};

use super::{grant, request, stack, support::Kill};
use crate::{
    outcome::{Outcome, Status},
    process::{Handled, Message},
};

/// There is no request to tell it by.
#[tokio::test]
async fn the_outcome_of_an_unreadable_message_names_the_message() {
    let mut end = grant("ana", "course:c:assigned", None);
    end["request_id"] = "rollcall.expire.req-1".into();
    let end = end.to_string();
    for (body, code, why) in [
        ("{", "invalid_request", "is no JSON"),
        (r#"{"request_id": "a/b"}"#, "invalid_request", "request_id must be"),
        (r#"{"Records": []}"#, "invalid_request", "a batch of an AWS service"),
        (&*end, "reserved_request_id", "Rollcall's own"),
    ] {
        let stack = stack();
        let message_id = "0f0e7d6c-1".to_owned();
        let message = Message { message_id, body: body.to_owned(), ..stack.message(&Value::Null) };
        let store = stack.store.clone();
        let handled = stack.hand_over_with(store, &message).await;
        let Handled::Settled(outcome) = handled else { panic!("{body}: {handled:?}") };
        let Outcome { status, code: told, message, .. } = *outcome;
        assert_eq!((status, told.as_deref()), (Status::Rejected, Some(code)), "{body}");
        assert!(message.starts_with("message 0f0e7d6c-1: "), "{body}: {message}");
        assert!(message.contains(why), "{body}: {message}");
    }
}

/// Nobody was found: whoever asked knows the outcome again by whom the request named.
#[tokio::test]
async fn an_outcome_names_whom_its_request_named() {
    for (principal, id, name) in [
        (json!({"user_id": "nobody"}), Some("nobody"), None),
        (json!({"user_name": "nobody@example.org"}), None, Some("nobody@example.org")),
    ] {
        let body = request("disable_account", &json!({"principal": principal}));
        let outcome = stack().deliver(&body, Kill::Never).await;
        assert_eq!(outcome.code.as_deref(), Some("principal_not_found"));
        let told = outcome.principal;
        assert_eq!((told.user_id.as_deref(), told.user_name.as_deref()), (id, name));
    }
}
