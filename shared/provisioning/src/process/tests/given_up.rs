//! What was given up holds nothing, and what it may have given does not stay.

use jiff::SignedDuration;

use super::{
    grant, has_course, stack,
    support::{Kill, Stack},
};
use crate::{
    StandingPart::Member,
    Waiting,
    outcome::Status,
    process::{Handled, Message},
};

const IN_DAYS: Option<&str> = Some("1970-01-05T00:00:00Z");

/// Gives a grant up at its last receipt.
async fn give_up(stack: &Stack, what: &str, ends: Option<&str>, kill: Kill) {
    let message = Message { received: 990, ..stack.message(&grant("ana", what, ends)) };
    let handled = stack.hand_over(&message, kill, &mut Waiting::default()).await;
    let Handled::Settled(outcome) = handled else { panic!("{handled:?}") };
    assert_eq!(
        (outcome.status, outcome.code.as_deref()),
        (Status::Failed, Some("vendor_unavailable"))
    );
}

fn by_hand(stack: &Stack) {
    let course = "course:c:assigned".to_owned().try_into().unwrap();
    stack.vendor.world().assigned.insert((course, "ana".into()));
}

/// An administrator gives what Rollcall could not give.
#[tokio::test]
async fn what_is_given_by_hand_after_a_failure_stays() {
    for ends in [IN_DAYS, None] {
        let stack = stack();
        give_up(&stack, "course:c:assigned", ends, Kill::AtVendorWrite(1, false)).await;
        by_hand(&stack);
        stack.pass(SignedDuration::from_hours(100));
        stack.expire(Kill::Never).await;
        assert!(has_course(&stack), "{ends:?}");
        // Nor does a later grant of the same lay claim to it.
        let mut body = grant("ana", "course:c:assigned", Some("1970-01-06T00:00:00Z"));
        body["request_id"] = "req-2".into();
        stack.deliver(&body, Kill::Never).await;
        stack.pass(SignedDuration::from_hours(100));
        stack.expire(Kill::Never).await;
        assert!(has_course(&stack) && stack.due().await.is_empty(), "{ends:?}");
    }
}

/// The vendor did it, and never said so: what has failed does not stand.
#[tokio::test]
async fn what_was_given_in_spite_of_the_failure_ends_at_once() {
    for (what, ends) in
        [("course:c:assigned", IN_DAYS), ("course:c:assigned", None), ("role:Administrator", None)]
    {
        let stack = stack();
        give_up(&stack, what, ends, Kill::AtVendorWrite(1, true)).await;
        stack.pass(SignedDuration::from_secs(1));
        assert_eq!(stack.expire(Kill::Never).await[0].status, Status::Succeeded, "{what} {ends:?}");
        assert!(!has_course(&stack), "{ends:?}");
        assert_eq!(stack.vendor.world().accounts["ana"].role.as_deref(), Some("Learner"));
    }
}

/// Nobody knows whether it was given: that stays due until somebody does.
#[tokio::test]
async fn what_may_have_been_given_stays_due_until_it_is_seen() {
    for done in [true, false] {
        let stack = stack();
        let body = grant("ana", "course:c:assigned", IN_DAYS);
        let kill = Kill::AtVendorWrite(1, done);
        stack.hand_over(&stack.message(&body), kill, &mut Waiting::default()).await;
        // Whoever never finds the way to the vendor free cannot look.
        let message = Message { received: 990, ..stack.message(&body) };
        assert!(matches!(stack.put_off(&message).await, Handled::Settled(_)));
        stack.pass(SignedDuration::from_secs(1));
        let status = if done { Status::Succeeded } else { Status::AlreadyDone };
        assert_eq!(stack.expire(Kill::Never).await[0].status, status, "{done}");
        assert!(!has_course(&stack) && stack.due().await.is_empty());
    }
}

/// What an earlier grant gave ends when that one ends, though its end came while another one was tried.
#[tokio::test]
async fn the_end_of_an_earlier_grant_comes_back_with_its_hold() {
    for refused in [true, false] {
        let stack = stack();
        let what = "team:north:leader";
        stack.deliver(&grant("ana", what, Some("1970-01-01T01:00:00Z")), Kill::Never).await;
        stack.vendor.world().standings.insert(("north".into(), "ana".into()), [Member].into());
        let mut longer = grant("ana", what, IN_DAYS);
        longer["request_id"] = "req-2".into();
        let message = stack.message(&longer);
        let mut waiting = Waiting::default();
        stack.hand_over(&message, Kill::AtVendorWrite(1, false), &mut waiting).await;
        stack.pass(SignedDuration::from_hours(2));
        assert_eq!(stack.expire(Kill::Never).await[0].code.as_deref(), Some("superseded"));
        if refused {
            use crate::fake_vendor::{Kind, Trouble};
            stack.vendor.world().trouble = Some(Trouble { nth: 1, kind: Kind::Forbidden });
            assert_eq!(stack.deliver(&longer, Kill::Never).await.status, Status::Failed);
        } else {
            let last = Message { received: 990, ..message };
            stack.hand_over(&last, Kill::AtVendorWrite(1, false), &mut waiting).await;
        }
        assert_eq!(stack.expire(Kill::Never).await[0].status, Status::Succeeded, "{refused}");
        assert!(stack.vendor.world().is("north", "ana").is_empty(), "{refused}");
    }
}
