//! Nothing that was given is forgotten because it was not to be seen once.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use jiff::SignedDuration;
use rollcall_snapshot::{
    PutMode, Store, StoreError, Version,
    store::{Entry, MemoryStore, Object},
};
use serde_json::json;

use super::{
    grant, has_course, request, stack,
    support::{Kill, Stack},
};
use crate::{
    StandingPart::Member,
    Waiting,
    fake_vendor::{Kind, Trouble},
    outcome::Status,
    process::{Handled, Message},
};

const AN_HOUR: Option<&str> = Some("1970-01-01T01:00:00Z");

async fn given(what: &str) -> Stack {
    let stack = stack();
    stack.deliver(&grant("ana", what, AN_HOUR), Kill::Never).await;
    stack
}

/// The vendor says once that there is nobody, or nothing.
#[tokio::test]
async fn an_end_is_not_settled_by_one_look_that_finds_nothing() {
    for (what, blind) in
        [("course:c:assigned", 1), ("team:north:leader", 1), ("role:Administrator", 1)]
    {
        for first in [0, blind] {
            let stack = given(what).await;
            stack.pass(SignedDuration::from_hours(1));
            // The account, or the list after it.
            stack.vendor.world().blind = first;
            let ended = stack.expire(Kill::Never).await;
            assert_eq!(ended[0].status, Status::Succeeded, "{what} {first}");
            let world = stack.vendor.world();
            assert!(world.is("north", "ana").is_empty() && world.assigned.len() == 2, "{what}");
            assert_eq!(world.accounts["ana"].role.as_deref(), Some("Learner"), "{what}");
        }
    }
}

/// What is really gone is settled by a second look, not sooner than 20 seconds later.
#[tokio::test]
async fn an_end_is_settled_when_it_was_seen_to_be_gone_twice() {
    let stack = given("course:c:assigned").await;
    stack.pass(SignedDuration::from_hours(1));
    stack.vendor.world().assigned.clear();
    let message = stack.message(&stack.due().await.remove(0).message());
    for (seconds, settled) in [(0, false), (19, false), (1, true)] {
        stack.pass(SignedDuration::from_secs(seconds));
        let handled = stack.hand_over(&message, Kill::Never, &mut Waiting::default()).await;
        assert_eq!(matches!(handled, Handled::Settled(_)), settled, "{handled:?}");
        assert_eq!(stack.due().await.is_empty(), settled);
    }
}

/// What was seen to be gone and is there again has to be seen to be gone twice again.
#[tokio::test]
async fn what_is_there_again_was_not_gone() {
    let stack = given("course:c:assigned").await;
    stack.pass(SignedDuration::from_hours(1));
    let message = stack.message(&stack.due().await.remove(0).message());
    let look = async |blind, kill| {
        stack.vendor.world().blind = blind;
        stack.pass(SignedDuration::from_mins(5));
        stack.hand_over(&message, kill, &mut Waiting::default()).await
    };
    assert!(matches!(look(1, Kill::Never).await, Handled::Later(_)));
    assert!(matches!(look(0, Kill::AtVendorWrite(1, false)).await, Handled::Later(_)));
    assert!(matches!(look(1, Kill::Never).await, Handled::Later(_)), "the first time again");
    assert!(matches!(look(0, Kill::Never).await, Handled::Settled(_)));
    assert!(!has_course(&stack));
}

/// A team that is not found once is no reason to forget what is held of it.
#[tokio::test]
async fn the_end_of_a_team_is_not_settled_by_one_look_that_finds_nothing() {
    let stack = given("team:north:leader").await;
    let mut body = request("delete_team", &json!({"team": {"team_id": "north"}}));
    body["request_id"] = "req-2".into();
    stack.vendor.world().blind = 1;
    let first = stack.hand_over(&stack.message(&body), Kill::Never, &mut Waiting::default()).await;
    assert!(matches!(first, Handled::Later(_)), "{first:?}");
    assert_eq!(stack.deliver(&body, Kill::Never).await.status, Status::Succeeded);
}

/// The vendor takes a write and shows it a moment later: it was given, and has its end.
#[tokio::test]
async fn what_the_vendor_shows_late_ends_in_time() {
    let stack = stack();
    stack.vendor.world().trouble = Some(Trouble { nth: 1, kind: Kind::SeenLater });
    let outcome = stack.deliver(&grant("ana", "course:c:assigned", AN_HOUR), Kill::Never).await;
    assert_eq!(outcome.status, Status::Succeeded);
    stack.pass(SignedDuration::from_hours(1));
    assert_eq!(stack.expire(Kill::Never).await[0].status, Status::Succeeded);
    assert!(!has_course(&stack));
}

/// Members who may not sign in are not listed; whoever is named again keeps the end of a leadership.
#[tokio::test]
async fn a_list_that_names_disabled_members_keeps_their_ends() {
    let stack = stack();
    let users: Vec<_> = (0..12).map(|n| format!("d{n:02}")).collect();
    for user in &users {
        stack.vendor.world().account(user, "Learner");
        stack.vendor.world().standings.insert(("north".into(), user.clone()), [Member].into());
    }
    let last = users.last().unwrap();
    stack.deliver(&grant(last, "team:north:leader", AN_HOUR), Kill::Never).await;
    for user in &users {
        stack.vendor.world().accounts.get_mut(user).unwrap().active = Some(false);
    }
    let members: Vec<_> = users.iter().map(|user| json!({"user_id": user})).collect();
    let list = json!({"team": {"team_id": "north"}, "members": members});
    let mut body = request("set_team_members", &list);
    body["request_id"] = "req-2".into();
    assert_eq!(stack.deliver(&body, Kill::Never).await.status, Status::Succeeded);
    stack.pass(SignedDuration::from_hours(1));
    assert_eq!(stack.expire(Kill::Never).await[0].status, Status::Succeeded);
    assert_eq!(stack.vendor.world().is("north", last), BTreeSet::from([Member]));
}

/// Of the team's list nobody was to be seen, so that a leader is added who is there already.
#[tokio::test]
async fn a_list_that_shows_nobody_ends_no_hold() {
    let stack = given("team:north:leader").await;
    stack.vendor.world().unlisting = 1;
    let list =
        json!({"team": {"team_id": "north"}, "members": [{"user_id": "ana"}, {"user_id": "bo"}]});
    let mut body = request("set_team_members", &list);
    body["request_id"] = "req-2".into();
    assert_eq!(stack.deliver(&body, Kill::Never).await.status, Status::Succeeded);
    stack.pass(SignedDuration::from_hours(1));
    stack.expire(Kill::Never).await;
    assert_eq!(stack.vendor.world().is("north", "ana"), BTreeSet::from([Member]));
}

/// Answers that something is there already, of what is not.
struct Conflicting(Arc<MemoryStore>, &'static str);

#[async_trait]
impl Store for Conflicting {
    async fn get(&self, key: &str) -> Result<Option<Object>, StoreError> {
        self.0.get(key).await
    }

    async fn put(&self, key: &str, bytes: Bytes, mode: PutMode) -> Result<Version, StoreError> {
        if key.contains(self.1) && mode == PutMode::Create {
            return Err(StoreError::Conflict { key: key.to_owned() });
        }
        self.0.put(key, bytes, mode).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        self.0.list(prefix).await
    }

    async fn delete(&self, key: &str, version: &Version) -> Result<(), StoreError> {
        self.0.delete(key, version).await
    }
}

#[tokio::test]
async fn nothing_is_given_whose_end_is_not_noted() {
    for folder in ["/expiring/", "/holds/", "/intent.json"] {
        let stack = stack();
        let message = stack.message(&grant("ana", "course:c:assigned", AN_HOUR));
        let store = Arc::new(Conflicting(stack.store.clone(), folder));
        let handled = stack.hand_over_with(store, &message).await;
        assert!(matches!(handled, Handled::Later(_)), "{folder}: {handled:?}");
        assert!(!has_course(&stack), "{folder}");
    }
}

/// The vendor takes a grant and never shows it: that is waited for some times, and for a while, and has
/// failed then. What it shows after all ends at once.
#[tokio::test]
async fn what_is_never_shown_has_failed_after_five_minutes_and_four_looks() {
    for (seconds, received, failed) in
        [(0, 4, false), (299, 4, false), (300, 3, false), (300, 4, true), (301, 4, true)]
    {
        let stack = stack();
        let body = grant("ana", "course:c:assigned", Some("1970-01-05T00:00:00Z"));
        let look = async |received| {
            stack.vendor.world().trouble = Some(Trouble { nth: 1, kind: Kind::SeenLater });
            let message = Message { received, ..stack.message(&body) };
            stack.hand_over(&message, Kill::Never, &mut Waiting::default()).await
        };
        assert!(matches!(look(1).await, Handled::Later(_)));
        // Not to be seen by the next plan.
        stack.vendor.world().assigned.retain(|(_, user)| user != "ana");
        stack.pass(SignedDuration::from_secs(seconds));
        match look(received).await {
            Handled::Settled(outcome) => {
                let told = (outcome.status, outcome.code.as_deref());
                assert_eq!(told, (Status::Failed, Some("not_applied")));
                assert!(failed, "{seconds} {received}");
                stack.pass(SignedDuration::from_secs(1));
                assert_eq!(stack.expire(Kill::Never).await[0].status, Status::Succeeded);
                assert!(!has_course(&stack) && stack.due().await.is_empty());
            }
            Handled::Later(_) => assert!(!failed, "{seconds} {received}"),
        }
    }
}
