//! What goes on after an interruption, and is wrong then: nothing stays for ever, nothing is claimed that was
//! not given.

use jiff::SignedDuration;
use rollcall_snapshot::{Store, store::StoreFault};
use serde_json::{Value, json};

use super::{
    grant, has_course, request, revoke, stack,
    support::{Kill, Stack},
};
use crate::{
    StandingPart::{Leader, Member},
    Waiting,
    fake_vendor::{Kind, Trouble},
    ledger::Ledger,
    outcome::Status,
    process::{Handled, Message},
};

const AN_HOUR: Option<&str> = Some("1970-01-01T01:00:00Z");
const IN_DAYS: Option<&str> = Some("1970-01-05T00:00:00Z");

fn with_id(mut body: Value, id: &str) -> Value {
    body["request_id"] = id.into();
    body
}

async fn once(stack: &Stack, body: &Value, kill: Kill) -> Handled {
    stack.hand_over(&stack.message(body), kill, &mut Waiting::default()).await
}

/// Ticks for some days.
async fn days(stack: &Stack) {
    for _ in 0..10 {
        stack.pass(SignedDuration::from_hours(12));
        stack.expire(Kill::Never).await;
    }
    assert!(stack.due().await.is_empty());
}

fn by_hand(stack: &Stack) {
    let course = "course:c:assigned".to_owned().try_into().unwrap();
    stack.vendor.world().assigned.insert((course, "ana".into()));
}

/// The message of an end that could not be cleared does not clear the one that has come back.
#[tokio::test]
async fn an_end_that_came_back_is_not_cleared_by_the_old_message() {
    for nth in 1..20 {
        let stack = stack();
        let what = "team:north:leader";
        stack.deliver(&grant("ana", what, AN_HOUR), Kill::Never).await;
        stack.vendor.world().standings.insert(("north".into(), "ana".into()), [Member].into());
        let longer = with_id(grant("ana", what, IN_DAYS), "req-2");
        once(&stack, &longer, Kill::AtVendorWrite(1, false)).await;
        stack.pass(SignedDuration::from_hours(2));
        let end = stack.due().await.remove(0).message();
        once(&stack, &end, Kill::AtStoreCall(nth, StoreFault::Refused)).await;
        stack.vendor.world().trouble = Some(Trouble { nth: 1, kind: Kind::Forbidden });
        stack.deliver(&longer, Kill::Never).await;
        once(&stack, &end, Kill::Never).await;
        days(&stack).await;
        assert!(stack.vendor.world().is("north", "ana").is_empty(), "call {nth}");
    }
}

/// The write is done, the look after it is refused.
#[tokio::test]
async fn a_refused_look_after_a_write_is_no_refused_write() {
    for ends in [AN_HOUR, None] {
        let stack = stack();
        stack.vendor.world().trouble = Some(Trouble { nth: 1, kind: Kind::SeenByNobody });
        let outcome = stack.deliver(&grant("ana", "course:c:assigned", ends), Kill::Never).await;
        assert_eq!(outcome.status, Status::Succeeded, "it is looked at again");
        days(&stack).await;
        assert_eq!(has_course(&stack), ends.is_none());
    }
}

/// What was carried out, and is refused when it goes on, does not stand; nor is what a hand gives claimed.
#[tokio::test]
async fn a_grant_that_is_refused_when_it_goes_on_leaves_nothing() {
    for (ends, done) in [(None, true), (IN_DAYS, true), (IN_DAYS, false)] {
        let stack = stack();
        let body = grant("ana", "course:c:assigned", ends);
        once(&stack, &body, Kill::AtVendorWrite(1, done)).await;
        stack.vendor.world().blind = 1;
        let outcome = stack.deliver(&body, Kill::Never).await;
        assert_eq!(outcome.code.as_deref(), Some("principal_not_found"));
        if !done {
            by_hand(&stack);
        }
        days(&stack).await;
        assert_eq!(has_course(&stack), !done, "{ends:?} {done}");
    }
}

/// Nothing was sent before the hold was there: what a hand gives then is no part of the grant.
#[tokio::test]
async fn what_was_not_sent_is_not_claimed() {
    let mut tried = 0;
    for nth in 1..12 {
        let stack = stack();
        let body = grant("ana", "course:c:assigned", IN_DAYS);
        once(&stack, &body, Kill::AtStoreCall(nth, StoreFault::Refused)).await;
        let held = Ledger::new(stack.store.clone(), "acme").held_by("ana").await.unwrap();
        let intents = stack.store.list("acme/ledger/requests/req-1/intent").await.unwrap();
        if intents.is_empty() || !held.holds.is_empty() {
            continue;
        }
        tried += 1;
        by_hand(&stack);
        stack.deliver(&body, Kill::Never).await;
        days(&stack).await;
        assert!(has_course(&stack), "call {nth}");
    }
    assert!(tried > 0, "an intent without a hold");
}

/// Interrupted until after its end, and a look that finds nothing.
#[tokio::test]
async fn an_end_meanwhile_is_not_settled_by_one_look_that_finds_nothing() {
    for (what, nth) in [("course:c:assigned", 1), ("team:north:leader", 2)] {
        let stack = stack();
        let body = grant("ana", what, AN_HOUR);
        once(&stack, &body, Kill::AtVendorWrite(nth, true)).await;
        stack.pass(SignedDuration::from_hours(2));
        stack.vendor.world().blind_after = 1;
        stack.deliver(&body, Kill::Never).await;
        days(&stack).await;
        assert!(
            !has_course(&stack) && stack.vendor.world().is("north", "ana").is_empty(),
            "{what}"
        );
    }
}

/// A grant of membership that does not see the membership drops no end of another grant.
#[tokio::test]
async fn a_grant_that_sees_no_membership_ends_no_hold() {
    for ends in [AN_HOUR, None] {
        let stack = stack();
        stack.deliver(&grant("ana", "team:north:leader", AN_HOUR), Kill::Never).await;
        stack.vendor.world().blind_after = 1;
        stack
            .deliver(&with_id(grant("ana", "team:north:member", ends), "req-2"), Kill::Never)
            .await;
        days(&stack).await;
        assert!(!stack.vendor.world().is("north", "ana").contains(&Leader), "{ends:?}");
    }
}

/// A revocation of what Rollcall gave looks twice before it says that there is nothing.
#[tokio::test]
async fn a_revocation_is_not_settled_by_one_look_that_finds_nothing() {
    for what in ["course:c:assigned", "team:north:leader"] {
        let stack = stack();
        stack.deliver(&grant("ana", what, AN_HOUR), Kill::Never).await;
        stack.vendor.world().blind_after = 1;
        stack.deliver(&with_id(revoke("ana", what), "req-2"), Kill::Never).await;
        days(&stack).await;
        assert!(!has_course(&stack) && !stack.vendor.world().is("north", "ana").contains(&Leader));
    }
}

/// Given up, and the last look does not see it.
#[tokio::test]
async fn what_is_given_up_is_looked_for_twice() {
    let stack = stack();
    let message =
        Message { received: 990, ..stack.message(&grant("ana", "course:c:assigned", AN_HOUR)) };
    // The account, its list; then the last look.
    stack.vendor.world().blind_after = 2;
    stack.hand_over(&message, Kill::AtVendorWrite(1, true), &mut Waiting::default()).await;
    days(&stack).await;
    assert!(!has_course(&stack));
}

/// After an outage a moment's trouble is no reason to give up.
#[tokio::test]
async fn one_trouble_after_an_outage_is_not_the_records_own() {
    let stack = stack();
    let body = request("disable_account", &json!({"principal": {"user_id": "ana"}}));
    let message = Message { received: 20, ..stack.message(&body) };
    stack.pass(SignedDuration::from_hours(2));
    stack.vendor.world().trouble = Some(Trouble { nth: 1, kind: Kind::LostBefore });
    let handled = stack.hand_over(&message, Kill::Never, &mut Waiting::default()).await;
    let Handled::Settled(outcome) = handled else { panic!("{handled:?}") };
    assert_eq!(outcome.status, Status::Succeeded);
}

/// Members whom a list has removed are held no more, though the rest of it has to wait.
#[tokio::test]
async fn a_list_that_is_given_up_leaves_no_claim_on_whom_it_removed() {
    let stack = stack();
    stack.deliver(&grant("ana", "team:north:member", IN_DAYS), Kill::Never).await;
    let list = json!({"team": {"team_id": "north"}, "members": [], "allow_empty": true});
    let message = stack.message(&with_id(request("set_team_members", &list), "req-2"));
    stack.vendor.world().trouble = Some(Trouble { nth: 2, kind: Kind::LostBefore });
    stack.hand_over(&message, Kill::Never, &mut Waiting::default()).await;
    let last = Message { received: 990, ..message };
    stack.hand_over(&last, Kill::AtVendorWrite(1, false), &mut Waiting::default()).await;
    assert!(stack.vendor.world().is("north", "ana").is_empty());
    stack.vendor.world().standings.insert(("north".into(), "ana".into()), [Member].into());
    days(&stack).await;
    assert!(stack.vendor.world().is("north", "ana").contains(&Member));
}

/// What is let in is judged by the role that it has then.
#[tokio::test]
async fn an_activation_that_goes_on_is_judged_by_the_role_of_then() {
    let mut stack = stack();
    stack.policy.grantable_roles.clear();
    let body = request("enable_account", &json!({"principal": {"user_id": "cy"}}));
    once(&stack, &body, Kill::AtVendorWrite(1, false)).await;
    stack.vendor.world().accounts.get_mut("cy").unwrap().role = Some("Account_Owner".into());
    let outcome = stack.deliver(&body, Kill::Never).await;
    assert_eq!(outcome.code.as_deref(), Some("role_not_grantable"));
}

/// An end whose message was used up by a clock that is behind is asked for again.
#[tokio::test]
async fn an_end_that_comes_far_too_early_is_asked_for_again() {
    let stack = stack();
    stack.deliver(&grant("ana", "course:c:assigned", AN_HOUR), Kill::Never).await;
    stack.pass(SignedDuration::from_hours(1));
    let end = stack.due().await.remove(0);
    Ledger::new(stack.store.clone(), "acme").note_asked(&end, stack.now()).await.unwrap();
    stack.pass(SignedDuration::from_mins(-6));
    once(&stack, &end.message(), Kill::Never).await;
    stack.pass(SignedDuration::from_mins(6));
    assert_eq!(stack.due().await[0].asked_at, None);
}
