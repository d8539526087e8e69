//! Requests that must have begun by an instant.

use jiff::SignedDuration;
use serde_json::Value;

use super::{requests, stack, support::Kill};
use crate::{
    Mode, Waiting,
    outcome::Status,
    process::{Handled, Message, tests::support::Stack},
};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// To be begun within the first hour.
fn soon(mut body: Value) -> Value {
    body["not_after"] = "1970-01-01T01:00:00Z".into();
    body
}

fn code(handled: Handled) -> String {
    match handled {
        Handled::Settled(outcome) => {
            let code = outcome.code.unwrap_or_default();
            format!("{} {code}", outcome.status.name()).trim_end().to_owned()
        }
        Handled::Later(_) => "later".to_owned(),
    }
}

#[tokio::test]
async fn what_has_not_begun_in_time_is_not_begun() {
    for body in requests() {
        for (late, status) in [(0, Status::Succeeded), (1, Status::Rejected)] {
            let stack = stack();
            stack.pass(HOUR + SignedDuration::from_secs(late));
            let outcome = stack.deliver(&soon(body.clone()), Kill::Never).await;
            assert_eq!(outcome.status, status, "{body}: {outcome:?}");
            let is_late = outcome.code.as_deref() == Some("too_late");
            assert_eq!(is_late, late > 0, "{body}: {outcome:?}");
            assert_eq!(stack.vendor.world().writes.is_empty(), late > 0, "{body}");
        }
    }
}

#[tokio::test]
async fn what_has_begun_is_finished_however_late() {
    let ends = |body: &Value| body["expires_at"].is_string();
    for body in requests().into_iter().filter(|body| !ends(body)).map(soon) {
        let stack = stack();
        let message = stack.message(&body);
        let kill = Kill::AtVendorWrite(1, false);
        assert_eq!(code(stack.hand_over(&message, kill, &mut Waiting::default()).await), "later");
        stack.pass(HOUR * 2);
        let outcome = stack.deliver(&body, Kill::Never).await;
        assert_eq!(outcome.status, Status::Succeeded, "{body}: {outcome:?}");
    }
}

/// What has waited behind something, or for a vendor that was away, is late too.
#[tokio::test]
async fn late_is_said_before_anything_is_asked_of_the_vendor_or_of_the_mode() {
    for mode in [Mode::Off, Mode::DryRun, Mode::On] {
        let mut stack = stack();
        stack.mode = mode;
        let body = soon(requests().remove(0));
        stack.pass(HOUR * 2);
        let mut everybody_waits = Waiting::default();
        everybody_waits.add_everybody();
        let handled =
            stack.hand_over(&stack.message(&body), Kill::Never, &mut everybody_waits).await;
        assert_eq!(code(handled), "rejected too_late", "{mode:?}");
    }
}

/// To look at the vendor takes a while, and what comes of it is not intended any more.
#[tokio::test]
async fn what_was_in_time_when_it_came_may_be_late_when_it_would_begin() {
    use rollcall_snapshot::Store;
    for body in requests().into_iter().map(soon) {
        let mut stack = stack();
        stack.pass(HOUR - SignedDuration::from_secs(90));
        stack.ticks = SignedDuration::from_mins(1);
        let outcome = stack.deliver(&body, Kill::Never).await;
        assert_eq!(outcome.code.as_deref(), Some("too_late"), "{body}: {outcome:?}");
        assert!(stack.store.get("acme/ledger/requests/req-1/intent.json").await.unwrap().is_none());
        assert!(stack.vendor.world().writes.is_empty(), "{body}");
    }
}

/// It is not kept waiting for a lease that it will not need. Who has the lease may be about to begin
/// the same: for as long as a batch takes, that is not known.
#[tokio::test]
async fn what_is_put_off_is_late_in_the_end() {
    let body = soon(requests().remove(0));
    let put_off = async |stack: &Stack, received, minutes| {
        let message = Message { received, ..stack.message(&body) };
        stack.pass(SignedDuration::from_mins(minutes));
        code(stack.put_off(&message).await)
    };
    for (minutes, received, told) in [
        (59, 1, "later"),
        (65, 1, "later"),
        (66, 1, "rejected too_late"),
        (59, 990, "failed vendor_unavailable"),
        (61, 990, "rejected too_late"),
    ] {
        let stack = stack();
        assert_eq!(put_off(&stack, received, minutes).await, told, "{minutes} {received}");
        if told.contains("too_late") {
            assert_eq!(
                code(Handled::Settled(stack.deliver(&body, Kill::Never).await.into())),
                told
            );
            assert!(stack.vendor.world().writes.is_empty());
        }
    }
    let stack = stack();
    let message = stack.message(&body);
    stack.hand_over(&message, Kill::AtVendorWrite(1, false), &mut Waiting::default()).await;
    assert_eq!(put_off(&stack, 1, 120).await, "later", "it has begun");
    let done = stack.deliver(&body, Kill::Never).await;
    assert_eq!(put_off(&stack, 1, 120).await, "later", "it is settled");
    assert_eq!(done.status, Status::Succeeded);
}
