//! One message at a time, with a vendor and a store in memory.

mod age;
mod doors;
mod given_up;
mod gone;
mod late;
mod names_of_roles;
mod own;
mod resumed;
mod roles;
pub(super) mod support;
mod teams;
mod unreadable;

use jiff::SignedDuration;
use rollcall_snapshot::store::StoreFault;
use serde_json::{Value, json};

use super::Handled;
use crate::{
    StandingPart::{Admin, Leader, Member},
    Waiting,
    fake_vendor::{Kind, Trouble},
    litmos,
    outcome::{Outcome, Status},
};
use support::{Kill, Stack};

/// Two people, a team that one of them is in, one that nobody of them is in; somebody who may not sign
/// in, and somebody who has a lot.
fn stack() -> Stack {
    let stack = Stack::with_rules(&litmos::RULES);
    let mut world = stack.vendor.world();
    world.account("ana", "Learner");
    world.account("bo", "Learner");
    world.team("north");
    world.team("south");
    world.standings.insert(("north".into(), "bo".into()), [Member].into());
    world.account("cy", "Learner");
    world.accounts.get_mut("cy").unwrap().active = Some(false);
    world.account("di", "Administrator");
    world.team("west");
    world.standings.insert(("west".into(), "di".into()), [Member, Leader, Admin].into());
    for what in ["course:d:assigned", "learning_path:m:assigned"] {
        world.assigned.insert((what.to_owned().try_into().unwrap(), "di".into()));
    }
    drop(world);
    stack
}

fn request(operation: &str, more: &Value) -> Value {
    let mut body = json!({"request_id": "req-1", "operation": operation, "reason": "a test"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn grant(user: &str, what: &str, ends: Option<&str>) -> Value {
    request(
        "grant",
        &json!({"principal": {"user_id": user}, "entitlement": what, "expires_at": ends}),
    )
}

fn revoke(user: &str, what: &str) -> Value {
    request("revoke", &json!({"principal": {"user_id": user}, "entitlement": what}))
}

/// Whether the course that Ana is given is hers.
fn has_course(stack: &Stack) -> bool {
    stack.vendor.world().assigned.iter().any(|(_, user)| user == "ana")
}

/// One of each, all of them with something to do.
fn requests() -> Vec<Value> {
    let ana = json!({"user_id": "ana"});
    vec![
        grant("ana", "team:north:leader", Some("1970-01-02T00:00:00Z")),
        grant("ana", "team:north:leader", None),
        grant("ana", "course:c:assigned", Some("1970-01-02T00:00:00Z")),
        grant("ana", "learning_path:l:assigned", None),
        grant("ana", "role:Administrator", Some("1970-01-02T00:00:00Z")),
        grant("ana", "team:north:admin", None),
        grant("cy", "team:north:member", Some("1970-01-02T00:00:00Z")),
        revoke("bo", "team:north:member"),
        revoke("di", "team:west:leader"),
        revoke("di", "team:west:admin"),
        revoke("di", "course:d:assigned"),
        revoke("di", "learning_path:m:assigned"),
        revoke("di", "role:Administrator"),
        grant("ana", "role:administrator", Some("1970-01-02T00:00:00Z")),
        revoke("di", "role:ADMINISTRATOR"),
        request(
            "update_account",
            &json!({"principal": ana, "account": {"role": "Administrator", "email": "a@b.org"}}),
        ),
        request("enable_account", &json!({"principal": {"user_id": "cy"}})),
        request(
            "create_account",
            &json!({"account": {"user_name": "dee.nomail", "last_name": "Ek"}}),
        ),
        request(
            "update_account",
            &json!({"principal": ana, "account": {"first_name": "Anna", "active": false}}),
        ),
        request("disable_account", &json!({"principal": ana})),
        request("create_team", &json!({"team": {"name": "East", "parent_team_id": "south"}})),
        request("update_team", &json!({"team": {"team_id": "south", "name": "Deep south"}})),
        request("delete_team", &json!({"team": {"team_id": "north"}})),
        request("set_team_members", &json!({"team": {"team_id": "north"}, "members": [ana]})),
    ]
}

/// Everything but what a clock or a counter makes different.
async fn state(stack: &Stack, outcome: &Outcome) -> (String, String, Vec<String>) {
    use rollcall_snapshot::Store;
    let world = stack.vendor.world().clone();
    let vendor = format!(
        "{:?} {:?} {:?} {:?}",
        world.accounts, world.teams, world.standings, world.assigned
    );
    let keys = stack.store.list("acme/").await.unwrap().into_iter().map(|entry| entry.key);
    let keys = keys.filter(|key| !key.contains("/settled/"));
    let mut outcome = Outcome { finished_at: outcome.started_at, ..outcome.clone() };
    // Members of a list have no order.
    outcome.effects.sort_by_key(|effect| effect.action.clone());
    (format!("{outcome:?}"), vendor.replace("{}", ""), keys.collect())
}

/// A yes of the vendor that does nothing: the request comes again, and is done then.
#[tokio::test]
async fn what_the_vendor_still_shows_is_not_taken_away() {
    for (body, still_there) in [
        (revoke("bo", "team:north:member"), "remove_team_member"),
        (revoke("di", "team:west:leader"), "demote_team_leader"),
        (revoke("di", "course:d:assigned"), "unassign_course"),
        (revoke("di", "learning_path:m:assigned"), "unassign_learning_path"),
        (revoke("di", "role:Administrator"), "set_role"),
        (request("disable_account", &json!({"principal": {"user_id": "ana"}})), "set_active"),
        (request("delete_team", &json!({"team": {"team_id": "south"}})), "delete_team"),
        (
            request(
                "set_team_members",
                &json!({"team": {"team_id": "north"}, "members": [], "allow_empty": true}),
            ),
            "remove_team_member",
        ),
    ] {
        let stack = stack();
        stack.vendor.world().trouble = Some(Trouble { nth: 1, kind: Kind::Ignored });
        let message = stack.message(&body);
        let mut waiting = Waiting::default();
        let handled = stack.hand_over(&message, Kill::Never, &mut waiting).await;
        let Handled::Later(trouble) = handled else { panic!("{body}: {handled:?}") };
        assert!(trouble.reason.ends_with(still_there), "{trouble:?}");
        let outcome = stack.deliver(&body, Kill::Never).await;
        assert_eq!(outcome.status, Status::Succeeded, "{outcome:?}");
        assert_eq!(stack.vendor.world().writes.len(), 1, "{body}");
    }
}

/// An end that the vendor does not carry out keeps its hold, and is carried out the next time.
#[tokio::test]
async fn an_end_that_is_not_seen_to_be_one_stays_due() {
    let stack = stack();
    let given = grant("ana", "course:c:assigned", Some("1970-01-02T00:00:00Z"));
    assert_eq!(stack.deliver(&given, Kill::Never).await.status, Status::Succeeded);
    stack.pass(SignedDuration::from_hours(25));
    stack.vendor.world().trouble = Some(Trouble { nth: 1, kind: Kind::Ignored });
    let end = stack.due().await.remove(0);
    let message = stack.message(&end.message());
    let handled = stack.hand_over(&message, Kill::Never, &mut Waiting::default()).await;
    assert!(matches!(handled, Handled::Later(_)), "{handled:?}");
    assert!(has_course(&stack) && stack.due().await.len() == 1);
    let outcomes = stack.expire(Kill::Never).await;
    assert_eq!(outcomes[0].status, Status::Succeeded, "{outcomes:?}");
    assert!(!has_course(&stack));
}

/// Killed at any write of its own or at the vendor, a request ends as if nothing had happened, and no
/// write is carried out twice that must not be.
#[tokio::test]
async fn whatever_kills_it_a_request_ends_the_same() {
    for body in requests() {
        let calm = stack();
        let outcome = calm.deliver(&body, Kill::Never).await;
        assert_eq!(outcome.status, Status::Succeeded, "{body}: {outcome:?}");
        let expected = state(&calm, &outcome).await;
        let writes = calm.vendor.world().writes.len();
        // Sent again it is told again, and nothing else happens.
        assert_eq!(calm.deliver(&body, Kill::Never).await, outcome, "{body}");
        assert_eq!(state(&calm, &outcome).await, expected, "{body}");
        assert_eq!(calm.vendor.world().writes.len(), writes, "{body}");
        let mut kills = 0;
        for nth in 1..12 {
            for kill in [
                Kill::AtStoreWrite(nth),
                Kill::AtVendorWrite(nth, false),
                Kill::AtVendorWrite(nth, true),
            ] {
                let stack = stack();
                let outcome = stack.deliver(&body, kill).await;
                assert_eq!(state(&stack, &outcome).await, expected, "{body}, killed {kill:?}");
                assert_eq!(stack.vendor.world().writes.len(), writes, "{body}, killed {kill:?}");
                kills += 1;
            }
        }
        assert_eq!(kills, 33);
    }
}

/// Whatever goes wrong with one call to the store, with the process living on, is as if it had not.
#[tokio::test]
async fn whatever_one_call_to_the_store_does_a_request_ends_the_same() {
    const FAULTS: [StoreFault; 3] =
        [StoreFault::Refused, StoreFault::Unanswered, StoreFault::Overtaken(2)];
    for body in requests() {
        let calm = stack();
        let outcome = calm.deliver(&body, Kill::Never).await;
        let expected = state(&calm, &outcome).await;
        for (nth, fault) in (1..30).flat_map(|nth| FAULTS.map(|fault| (nth, fault))) {
            let stack = stack();
            let outcome = stack.deliver(&body, Kill::AtStoreCall(nth, fault)).await;
            assert_eq!(state(&stack, &outcome).await, expected, "{body}, call {nth}: {fault:?}");
        }
    }
}

/// The same for its end.
#[tokio::test]
async fn whatever_kills_it_an_end_takes_away_what_was_given() {
    let body = grant("ana", "team:north:leader", Some("1970-01-01T01:00:00Z"));
    let ended = async |kill| {
        let stack = stack();
        stack.deliver(&body, Kill::Never).await;
        stack.pass(SignedDuration::from_hours(1));
        let outcomes = stack.expire(kill).await;
        assert!(stack.due().await.is_empty(), "{kill:?}");
        state(&stack, &outcomes[0]).await
    };
    let expected = ended(Kill::Never).await;
    assert!(expected.0.contains("Succeeded") && !expected.1.contains("ana\"): {"), "{expected:?}");
    for nth in 1..9 {
        for kill in [
            Kill::AtStoreWrite(nth),
            Kill::AtVendorWrite(nth, true),
            Kill::AtVendorWrite(nth, false),
        ] {
            assert_eq!(ended(kill).await, expected, "killed {kill:?}");
        }
    }
}

/// What was given although the rest was refused still ends; what was not given is not held.
#[tokio::test]
async fn a_refusal_leaves_what_was_given_and_its_end() {
    for (nth, given, ends) in [(1, "", "already_done"), (2, "Member", "succeeded")] {
        let stack = stack();
        stack.vendor.world().trouble = Some(Trouble { nth, kind: Kind::Forbidden });
        let body = grant("ana", "team:north:leader", Some("1970-01-01T01:00:00Z"));
        let outcome = stack.deliver(&body, Kill::Never).await;
        let told = (outcome.status, outcome.code.as_deref(), outcome.effects.len());
        assert_eq!(told, (Status::Failed, Some("vendor_forbidden"), nth as usize - 1));
        let is = stack.vendor.world().is("north", "ana");
        assert_eq!(format!("{is:?}").trim_matches(['{', '}']), given);
        stack.pass(SignedDuration::from_hours(1));
        let ended = stack.expire(Kill::Never).await;
        assert_eq!(ended[0].status.name(), ends);
        assert!(stack.vendor.world().is("north", "ana").is_empty());
    }
}

/// A refused prolongation leaves the end that was there.
#[tokio::test]
async fn a_refused_grant_does_not_move_the_end_of_another() {
    let stack = stack();
    stack
        .deliver(&grant("ana", "team:north:leader", Some("1970-01-01T01:00:00Z")), Kill::Never)
        .await;
    stack.vendor.world().standings.get_mut(&("north".into(), "ana".into())).unwrap().pop_last();
    stack.vendor.world().trouble = Some(Trouble { nth: 1, kind: Kind::Forbidden });
    let mut longer = grant("ana", "team:north:leader", Some("1970-01-09T00:00:00Z"));
    longer["request_id"] = "req-2".into();
    let outcome = stack.deliver(&longer, Kill::Never).await;
    assert_eq!(outcome.code.as_deref(), Some("vendor_forbidden"));
    stack.pass(SignedDuration::from_hours(1));
    assert_eq!(stack.expire(Kill::Never).await[0].status, Status::Succeeded);
    assert!(stack.vendor.world().is("north", "ana").is_empty());
}

/// An end that is refused stays due, and its next try is a request of its own.
#[tokio::test]
async fn an_end_is_tried_until_it_succeeds() {
    let stack = stack();
    stack
        .deliver(&grant("ana", "course:c:assigned", Some("1970-01-01T01:00:00Z")), Kill::Never)
        .await;
    stack.pass(SignedDuration::from_hours(1));
    let mut ids = Vec::new();
    for status in [Status::Failed, Status::Failed, Status::Succeeded] {
        if status == Status::Failed {
            stack.vendor.world().trouble = Some(Trouble { nth: 1, kind: Kind::Forbidden });
        }
        let outcome = stack.expire(Kill::Never).await.remove(0);
        assert_eq!(outcome.status, status);
        ids.extend(outcome.request_id);
    }
    ids.dedup();
    assert_eq!(ids.len(), 3, "{ids:?}");
    assert!(stack.due().await.is_empty() && !has_course(&stack));
}

/// The clock by which it was found due may be ahead of the one by which it is carried out.
#[tokio::test]
async fn an_end_that_comes_a_little_early_waits() {
    let stack = stack();
    let body = grant("ana", "course:c:assigned", Some("1970-01-01T01:00:00Z"));
    stack.deliver(&body, Kill::Never).await;
    stack.pass(SignedDuration::from_hours(1));
    let end = stack.due().await.remove(0).message();
    for (early, code) in [(360, Some("reserved_request_id")), (200, None), (1, None)] {
        stack.pass(SignedDuration::from_secs(-early));
        let message = stack.message(&end);
        let handled = stack.hand_over(&message, Kill::Never, &mut Waiting::default()).await;
        match handled {
            Handled::Settled(outcome) => assert_eq!(outcome.code.as_deref(), code, "{early}"),
            Handled::Later(_) => assert_eq!(code, None, "{early}"),
        }
        stack.pass(SignedDuration::from_secs(early));
    }
    assert_eq!(stack.deliver(&end, Kill::Never).await.status, Status::Succeeded);
    assert!(!has_course(&stack));
}

/// Interrupted for longer than it was to last, a grant gives nothing.
#[tokio::test]
async fn a_grant_that_comes_back_after_its_end_takes_back_what_it_gave() {
    let stack = stack();
    let body = grant("ana", "team:north:leader", Some("1970-01-01T01:00:00Z"));
    let message = stack.message(&body);
    let first =
        stack.hand_over(&message, Kill::AtVendorWrite(2, false), &mut Waiting::default()).await;
    assert!(matches!(first, Handled::Later(_)), "{first:?}");
    assert_eq!(stack.vendor.world().is("north", "ana").len(), 1);
    stack.pass(SignedDuration::from_hours(2));
    let outcome = stack.deliver(&body, Kill::Never).await;
    assert_eq!(outcome.code.as_deref(), Some("ended_meanwhile"));
    assert!(stack.vendor.world().is("north", "ana").is_empty());
    assert_eq!(stack.expire(Kill::Never).await[0].code.as_deref(), Some("superseded"));
}
