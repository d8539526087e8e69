//! Lists of a door that leave the members alone whom others have brought.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{
    grant, request, stack,
    support::{Kill, Stack},
};
use crate::{Door, StandingPart::Member, outcome::Status};

fn of_scim() -> Stack {
    let mut stack = stack();
    stack.policy.door_senders.admit(Door::Scim, "AIDATEST");
    stack
}

fn list(id: &str, members: &[&str]) -> Value {
    let members: Vec<_> = members.iter().map(|user| json!({"user_id": user})).collect();
    let mut body = request(
        "set_team_members",
        &json!({"team": {"team_id": "north"}, "members": members, "allow_empty": true, "remove": "own"}),
    );
    body["request_id"] = id.into();
    body
}

fn members(stack: &Stack) -> Vec<&'static str> {
    let is = |user: &&str| stack.vendor.world().is("north", user).contains(&Member);
    ["ana", "bo", "cy", "di"].into_iter().filter(is).collect()
}

/// Bo is a member by somebody's hand, Cy by a grant of another tool's, Di by a grant of the door's.
async fn team(stack: &Stack) {
    stack.vendor.world().accounts.get_mut("cy").unwrap().active = Some(true);
    for (id, user) in [("req-9", "cy"), ("scim.a.0", "di")] {
        let mut body = grant(user, "team:north:member", None);
        body["request_id"] = id.into();
        assert_eq!(stack.deliver(&body, Kill::Never).await.status, Status::Succeeded);
    }
}

/// Whatever interrupts it.
#[tokio::test]
async fn a_door_removes_whom_it_has_brought_and_nobody_else() {
    let kills = (1..9).flat_map(|nth| [Kill::AtStoreWrite(nth), Kill::AtVendorWrite(nth, true)]);
    for kill in kills.chain([Kill::Never]) {
        let stack = of_scim();
        team(&stack).await;
        let outcome = stack.deliver(&list("scim.a.1", &["ana"]), kill).await;
        assert_eq!(outcome.status, Status::Succeeded, "{kill:?} {outcome:?}");
        assert_eq!(members(&stack), ["ana", "bo", "cy"], "{kill:?}");
        // Of another token, the same door.
        let outcome = stack.deliver(&list("scim.b.2", &[]), kill).await;
        assert_eq!(outcome.status, Status::Succeeded, "{kill:?} {outcome:?}");
        assert_eq!(members(&stack), ["bo", "cy"], "{kill:?}");
        let outcome = stack.deliver(&list("scim.a.3", &[]), Kill::Never).await;
        assert_eq!(outcome.status, Status::AlreadyDone, "{kill:?} {outcome:?}");
    }
}

/// Who was there already is not the door's, though it names them.
#[tokio::test]
async fn a_list_holds_only_whom_it_adds() {
    let stack = of_scim();
    stack.deliver(&list("scim.a.1", &["bo", "ana"]), Kill::Never).await;
    stack.deliver(&list("scim.a.2", &[]), Kill::Never).await;
    assert_eq!(members(&stack), ["bo"]);
}

/// A leadership that a tool gave needs the membership that the door gave.
#[tokio::test]
async fn whom_somebody_else_has_given_more_stays_until_that_has_ended() {
    let stack = of_scim();
    stack.deliver(&list("scim.a.1", &["ana"]), Kill::Never).await;
    let leads = grant("ana", "team:north:leader", Some("1970-01-01T01:00:00Z"));
    assert_eq!(stack.deliver(&leads, Kill::Never).await.status, Status::Succeeded);
    stack.deliver(&list("scim.a.2", &[]), Kill::Never).await;
    assert_eq!(members(&stack), ["ana", "bo"]);
    stack.pass(SignedDuration::from_hours(1));
    stack.expire(Kill::Never).await;
    assert_eq!(stack.vendor.world().is("north", "ana"), [Member].into());
    stack.deliver(&list("scim.a.3", &[]), Kill::Never).await;
    assert_eq!(members(&stack), ["bo"]);
}

/// Whoever asks for all gets all.
#[tokio::test]
async fn a_doors_list_that_removes_all_does() {
    let stack = of_scim();
    team(&stack).await;
    let mut all = list("scim.a.1", &["ana"]);
    all["remove"] = "all".into();
    assert_eq!(stack.deliver(&all, Kill::Never).await.status, Status::Succeeded);
    assert_eq!(members(&stack), ["ana"]);
}
