//! Teams: what cannot be seen of them, and what goes with them.

use jiff::SignedDuration;
use serde_json::json;

use super::{grant, request, stack, support::Kill};
use crate::{
    StandingPart::{Leader, Member},
    Waiting,
    fake_vendor::{Kind, Trouble},
    outcome::Status,
    process::{Handled, TroubleKind},
};

/// The vendor does not tell who leads a team while the account may not be used. A leadership with an
/// end ends all the same, and is not there again when the account is.
#[tokio::test]
async fn the_leadership_of_a_disabled_account_ends_too() {
    for takes in ["the end", "a revocation"] {
        let stack = stack();
        let body = grant("bo", "team:north:leader", Some("1970-01-01T01:00:00Z"));
        assert_eq!(stack.deliver(&body, Kill::Never).await.status, Status::Succeeded);
        stack.vendor.world().accounts.get_mut("bo").unwrap().active = Some(false);
        let outcome = if takes == "the end" {
            stack.pass(SignedDuration::from_hours(1));
            stack.expire(Kill::Never).await.remove(0)
        } else {
            let leader =
                json!({"principal": {"user_id": "bo"}, "entitlement": "team:north:leader"});
            let mut body = request("revoke", &leader);
            body["request_id"] = "req-2".into();
            stack.deliver(&body, Kill::Never).await
        };
        assert_eq!(outcome.status, Status::Succeeded, "{takes}");
        let is = stack.vendor.world().is("north", "bo");
        assert_eq!(is, [Member].into(), "{takes}");
    }
}

/// What may be there unseen is not given: its end would take away what it has not added.
#[tokio::test]
async fn nobody_is_made_a_leader_who_may_be_one_unseen() {
    for (is, role, code) in [
        (&[Member, Leader][..], "Learner", Some("account_inactive")),
        (&[Member], "Administrator", Some("account_inactive")),
        (&[Member], "Learner", None),
        (&[], "Administrator", None),
    ] {
        let stack = stack();
        {
            let mut world = stack.vendor.world();
            world.account("cy", role);
            world.accounts.get_mut("cy").unwrap().active = Some(false);
            let standing = is.iter().copied().collect();
            world.standings.insert(("north".into(), "cy".into()), standing);
        }
        let body = grant("cy", "team:north:leader", None);
        for kill in [Kill::AtVendorWrite(1, true), Kill::Never] {
            let outcome = stack.deliver(&body, kill).await;
            assert_eq!(outcome.code.as_deref(), code, "{is:?} {role}");
        }
        let given = stack.vendor.world().is("north", "cy").contains(&Leader);
        assert_eq!(given, code.is_none() || is.contains(&Leader), "{is:?} {role}");
    }
}

/// What was held of a team goes with it: a team of the same people later is another one.
#[tokio::test]
async fn with_a_team_goes_what_was_held_of_it() {
    use rollcall_snapshot::Store;
    let ends = Some("1970-01-01T01:00:00Z");
    let kills = (1..9).flat_map(|nth| [Kill::AtStoreWrite(nth), Kill::AtVendorWrite(nth, true)]);
    for kill in kills.chain([Kill::Never]) {
        let stack = stack();
        for (number, (user, what)) in [
            ("ana", "team:north:leader"),
            ("bo", "team:north:admin"),
            ("bo", "team:south:member"),
            ("bo", "course:c:assigned"),
        ]
        .into_iter()
        .enumerate()
        {
            let mut body = grant(user, what, ends);
            body["request_id"] = format!("grant-{number}").into();
            assert_eq!(stack.deliver(&body, Kill::Never).await.status, Status::Succeeded);
        }
        let body = request("delete_team", &json!({"team": {"team_id": "north"}}));
        assert_eq!(stack.deliver(&body, kill).await.status, Status::Succeeded);
        let held = stack.store.list("acme/ledger/holds/").await.unwrap();
        assert_eq!(held.len(), 2, "{kill:?}: {held:?}");
        stack.pass(SignedDuration::from_hours(1));
        let mut ends: Vec<_> = stack.expire(Kill::Never).await;
        ends.retain(|outcome| outcome.code.as_deref() != Some("superseded"));
        assert_eq!(ends.len(), 2, "{kill:?}: {ends:?}");
    }
}

/// Meanwhile a protected user was put into the team by hand: the list would take her out.
#[tokio::test]
async fn a_request_that_goes_on_is_judged_by_what_its_intent_does_not_name() {
    let mut stack = stack();
    stack.policy.protected_users.insert("di@example.org".into());
    let list = json!({"team": {"team_id": "north"}, "members": [{"user_id": "ana"}]});
    let body = request("set_team_members", &list);
    let (message, mut waiting) = (stack.message(&body), Waiting::default());
    let killed = stack.hand_over(&message, Kill::AtVendorWrite(1, false), &mut waiting).await;
    assert!(matches!(killed, Handled::Later(_)));
    stack.vendor.world().standings.insert(("north".into(), "di".into()), [Member, Leader].into());
    let outcome = stack.deliver(&body, Kill::Never).await;
    assert_eq!((outcome.status, outcome.code.as_deref()), (Status::Failed, Some("protected_user")));
    assert_eq!(stack.vendor.world().is("north", "di"), [Member, Leader].into());
}

/// Who cannot be removed keeps nobody else in the team, and is named.
#[tokio::test]
async fn one_refused_removal_keeps_no_other() {
    let stack = stack();
    for user in ["ana", "bo", "di"] {
        stack.vendor.world().standings.insert(("north".into(), user.into()), [Member].into());
    }
    let list = json!({"team": {"team_id": "north"}, "members": [], "allow_empty": true});
    stack.vendor.world().trouble = Some(Trouble { nth: 1, kind: Kind::Forbidden });
    let outcome = stack.deliver(&request("set_team_members", &list), Kill::Never).await;
    let told = (outcome.status, outcome.code.as_deref(), outcome.effects.len());
    assert_eq!(told, (Status::Failed, Some("vendor_forbidden"), 2));
    assert!(outcome.message.contains("ana"), "{}", outcome.message);
    let left = ["ana", "bo", "di"].map(|user| stack.vendor.world().is("north", user).len());
    assert_eq!(left, [1, 0, 0]);
}

/// Of a list that takes more than one write, the first may be done and the second refused.
#[tokio::test]
async fn what_was_added_before_a_refusal_is_told() {
    let stack = stack();
    let everybody: Vec<_> = (0..600).map(|number| format!("u{number:03}")).collect();
    everybody.iter().for_each(|user| stack.vendor.world().account(user, "Learner"));
    let members: Vec<_> = everybody.iter().map(|user| json!({"user_id": user})).collect();
    let list = json!({"team": {"team_id": "south"}, "members": members});
    stack.vendor.world().trouble = Some(Trouble { nth: 2, kind: Kind::Forbidden });
    let outcome = stack.deliver(&request("set_team_members", &list), Kill::Never).await;
    let told = (outcome.code.as_deref(), outcome.effects.len());
    assert_eq!(told, (Some("vendor_forbidden"), 500));
    let added = everybody.iter().filter(|user| !stack.vendor.world().is("south", user).is_empty());
    assert_eq!(added.count(), 500);
}

/// A ring of teams would belong to nobody.
#[tokio::test]
async fn a_team_is_not_put_below_one_of_its_own() {
    let stack = stack();
    for (team, parent) in [("south", "north"), ("west", "south")] {
        stack.vendor.world().teams.get_mut(team).unwrap().parent_team_id = Some(parent.into());
    }
    for (team, parent, code) in [
        ("north", "west", Some("invalid_request")),
        ("north", "south", Some("invalid_request")),
        ("west", "north", None),
    ] {
        let mut body =
            request("update_team", &json!({"team": {"team_id": team, "parent_team_id": parent}}));
        body["request_id"] = format!("{team}-{parent}").into();
        let outcome = stack.deliver(&body, Kill::Never).await;
        assert_eq!(outcome.code.as_deref(), code, "{team} {parent}: {outcome:?}");
    }
}

/// About one of a list the vendor is in trouble: nobody else waits for that, and the message comes again.
#[tokio::test]
async fn one_trouble_keeps_no_other() {
    for (nth, left) in [(1, [1, 0, 0]), (2, [0, 1, 0])] {
        let stack = stack();
        for user in ["ana", "bo", "di"] {
            stack.vendor.world().standings.insert(("north".into(), user.into()), [Member].into());
        }
        let list = json!({"team": {"team_id": "north"}, "members": [], "allow_empty": true});
        let body = request("set_team_members", &list);
        let message = stack.message(&body);
        let kill = Kill::AtVendorWrite(nth, false);
        let handled = stack.hand_over(&message, kill, &mut Waiting::default()).await;
        let Handled::Later(trouble) = handled else { panic!("{handled:?}") };
        assert_eq!(trouble.kind, TroubleKind::Vendor, "{trouble:?}");
        let is = || ["ana", "bo", "di"].map(|user| stack.vendor.world().is("north", user).len());
        assert_eq!(is(), left, "{nth}");
        let outcome = stack.deliver(&body, Kill::Never).await;
        assert_eq!((outcome.status, outcome.effects.len()), (Status::Succeeded, 3), "{nth}");
        assert_eq!(is(), [0, 0, 0], "{nth}");
    }
}
