//! How long a message is tried, and what waits behind it.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;

use super::{grant, request, stack, support::Kill};
use crate::{
    Waiting,
    fake_vendor::{Kind, Trouble},
    outcome::Status,
    process::{Handled, Message},
};

/// A record's own trouble is known by others being answered; an outage is waited out.
#[tokio::test]
async fn a_record_that_fails_alone_is_given_up_after_an_hour() {
    for (minutes, away, given_up) in
        [(59, false, false), (60, false, true), (60, true, false), (24 * 60, true, true)]
    {
        let stack = stack();
        let message = stack.message(&grant("ana", "course:c:assigned", None));
        stack.vendor.world().poisoned.insert("ana".into());
        stack.vendor.world().away = away;
        stack.pass(SignedDuration::from_mins(minutes));
        let handled = stack.hand_over(&message, Kill::Never, &mut Waiting::default()).await;
        match handled {
            Handled::Settled(outcome) => {
                assert!(given_up, "{minutes} {away}");
                assert_eq!(outcome.code.as_deref(), Some("vendor_unavailable"));
                let since = if away { "24 hours" } else { "an hour in which the vendor answered" };
                assert!(outcome.message.contains(since), "{}", outcome.message);
            }
            Handled::Later(_) => assert!(!given_up, "{minutes} {away}"),
        }
    }
}

/// So is an end, which stays due under another id.
#[tokio::test]
async fn an_end_that_fails_alone_is_tried_anew_after_an_hour() {
    let stack = stack();
    let body = grant("ana", "course:c:assigned", Some("1970-01-01T01:00:00Z"));
    stack.deliver(&body, Kill::Never).await;
    stack.pass(SignedDuration::from_hours(1));
    let message = stack.message(&stack.due().await.remove(0).message());
    stack.vendor.world().poisoned.insert("ana".into());
    stack.pass(SignedDuration::from_hours(1));
    let handled = stack.hand_over(&message, Kill::Never, &mut Waiting::default()).await;
    assert!(matches!(handled, Handled::Settled(_)), "{handled:?}");
    assert_eq!(stack.due().await[0].failed, 1);
}

/// The queue promises the order of a group, whatever its messages are about.
#[tokio::test]
async fn what_is_behind_in_the_same_group_waits() {
    let stack = stack();
    let mut waiting = Waiting::default();
    let of_group = |body: &serde_json::Value, group: &str| Message {
        group: Some(group.to_owned()),
        ..stack.message(body)
    };
    let first = of_group(&grant("ana", "course:c:assigned", None), "one");
    stack.hand_over(&first, Kill::AtVendorWrite(1, false), &mut waiting).await;
    for (group, waits) in [("one", true), ("two", false)] {
        let mut body = request("enable_account", &json!({"principal": {"user_id": "bo"}}));
        body["request_id"] = group.into();
        let handled = stack.hand_over(&of_group(&body, group), Kill::Never, &mut waiting).await;
        assert_eq!(matches!(handled, Handled::Later(_)), waits, "{group}: {handled:?}");
    }
}

#[tokio::test]
async fn after_a_day_or_a_thousand_receipts_a_message_is_given_up() {
    let body = grant("ana", "course:c:assigned", None);
    for (hours, received, given_up) in
        [(23, 5, false), (24, 5, true), (1, 989, false), (1, 990, true)]
    {
        let stack = stack();
        let message = Message { received, ..stack.message(&body) };
        stack.pass(SignedDuration::from_hours(hours));
        stack.vendor.world().away = true;
        match stack.hand_over(&message, Kill::Never, &mut Waiting::default()).await {
            Handled::Settled(outcome) => {
                assert!(given_up, "{hours} {received}");
                assert_eq!(outcome.code.as_deref(), Some("vendor_unavailable"));
            }
            Handled::Later(_) => assert!(!given_up, "{hours} {received}"),
        }
    }
}

/// A vendor that takes a request and stays silent is a trouble like others, although nothing but the
/// time ends it: also then a message is given up at last.
#[tokio::test]
async fn a_silent_vendor_is_given_up_after_a_day() {
    let ends = Some("1970-01-05T00:00:00Z");
    for (hours, given_up) in [(23, false), (24, true)] {
        let mut stack = stack();
        stack.time = Duration::from_millis(50);
        let message = stack.message(&grant("ana", "team:north:leader", ends));
        stack.pass(SignedDuration::from_hours(hours));
        stack.vendor.world().trouble = Some(Trouble { nth: 2, kind: Kind::Silent });
        match stack.hand_over(&message, Kill::Never, &mut Waiting::default()).await {
            Handled::Settled(outcome) => {
                assert!(given_up, "{hours}");
                let told = (outcome.status, outcome.code.as_deref(), outcome.effects.len());
                assert_eq!(told, (Status::Failed, Some("vendor_unavailable"), 2));
                assert!(outcome.message.contains("time was up"), "{}", outcome.message);
            }
            Handled::Later(_) => assert!(!given_up, "{hours}"),
        }
    }
}

/// Whose end is silent for a day stays due, under another id.
#[tokio::test]
async fn an_end_that_meets_silence_for_a_day_stays_due() {
    let mut stack = stack();
    let body = grant("ana", "course:c:assigned", Some("1970-01-01T01:00:00Z"));
    stack.deliver(&body, Kill::Never).await;
    stack.pass(SignedDuration::from_hours(1));
    let end = stack.due().await.remove(0);
    let message = stack.message(&end.message());
    stack.pass(SignedDuration::from_hours(24));
    stack.time = Duration::from_millis(50);
    stack.vendor.world().trouble = Some(Trouble { nth: 1, kind: Kind::Silent });
    let handled = stack.hand_over(&message, Kill::Never, &mut Waiting::default()).await;
    let Handled::Settled(outcome) = handled else { panic!("{handled:?}") };
    assert_eq!(outcome.code.as_deref(), Some("vendor_unavailable"));
    assert_eq!(stack.due().await[0].failed, 1);
}

/// Whoever never finds the way to the vendor free hears of it before the message is lost.
#[tokio::test]
async fn a_message_that_is_only_put_off_is_given_up_too() {
    let body = grant("ana", "course:c:assigned", None);
    let code = |handled: Handled| match handled {
        Handled::Settled(outcome) => outcome.code.unwrap_or_else(|| outcome.status.name().into()),
        Handled::Later(_) => "later".to_owned(),
    };
    let stack = stack();
    let message = stack.message(&body);
    assert_eq!(code(stack.put_off(&message).await), "later");
    let last = Message { received: 990, ..message.clone() };
    assert_eq!(code(stack.put_off(&last).await), "vendor_unavailable");
    // For good, and nothing is done afterwards.
    let outcome = stack.deliver(&body, Kill::Never).await;
    assert_eq!(outcome.code.as_deref(), Some("vendor_unavailable"));
    assert!(stack.vendor.world().writes.is_empty());
    let other = Message { body: body.to_string().replace("a test", "another"), ..last.clone() };
    assert_eq!(code(stack.put_off(&other).await), "request_id_reused");
    let unreadable = Message { body: "{".into(), ..message };
    assert_eq!(
        code(stack.put_off(&unreadable).await),
        "invalid_request",
        "nothing is missing for that"
    );
}

/// What became of it before is told again, however often it comes while it cannot be begun.
#[tokio::test]
async fn a_message_that_is_put_off_once_too_often_tells_what_was_done() {
    let stack = stack();
    let body = grant("ana", "course:c:assigned", None);
    let done = stack.deliver(&body, Kill::Never).await;
    let message = Message { received: 995, ..stack.message(&body) };
    assert_eq!(stack.put_off(&message).await, Handled::Settled(Box::new(done)));
}

/// Whoever is behind one that has to wait, and about the same account, waits too.
#[tokio::test]
async fn what_has_to_wait_holds_back_what_is_about_the_same() {
    let stack = stack();
    let mut waiting = Waiting::default();
    let first = stack.message(&grant("ana", "course:c:assigned", None));
    stack.hand_over(&first, Kill::AtVendorWrite(1, false), &mut waiting).await;
    for (principal, waits) in [
        (json!({"user_name": "ana@example.org"}), true),
        (json!({"user_id": "ana"}), true),
        (json!({"user_id": "bo"}), false),
    ] {
        let mut body = request("enable_account", &json!({"principal": principal}));
        body["request_id"] = format!("req-{principal}").replace(['{', '}', '"', '@'], "x").into();
        let handled = stack.hand_over(&stack.message(&body), Kill::Never, &mut waiting).await;
        assert_eq!(matches!(handled, Handled::Later(_)), waits, "{principal}: {handled:?}");
    }
}
