//! One message at a time, with a vendor and a store in memory.

pub(super) mod support;

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Handled, Message};
use crate::{
    Waiting,
    fake_vendor::{Kind, Trouble},
    litmos,
    outcome::{Outcome, Status},
};
use support::{Kill, Stack};

/// Two people, a team that one of them is in, one that nobody is in.
fn stack() -> Stack {
    let stack = Stack::with_rules(&litmos::RULES);
    let mut world = stack.vendor.world();
    world.account("ana", "Learner");
    world.account("bo", "Learner");
    world.team("north");
    world.team("south");
    world.standings.insert(("north".into(), "bo".into()), [crate::StandingPart::Member].into());
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

/// One of each, all of them with something to do.
fn requests() -> Vec<Value> {
    let ana = json!({"user_id": "ana"});
    vec![
        grant("ana", "team:north:leader", Some("1970-01-02T00:00:00Z")),
        grant("ana", "team:north:leader", None),
        grant("ana", "course:c:assigned", Some("1970-01-02T00:00:00Z")),
        grant("ana", "learning_path:l:assigned", None),
        grant("ana", "role:Administrator", Some("1970-01-02T00:00:00Z")),
        request(
            "revoke",
            &json!({"principal": {"user_id": "bo"}, "entitlement": "team:north:member"}),
        ),
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
    (format!("{outcome:?}"), vendor.replace("{}", ""), keys.collect())
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
    assert!(stack.due().await.is_empty() && stack.vendor.world().assigned.is_empty());
}

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
        assert_eq!(is, [crate::StandingPart::Member].into(), "{takes}");
    }
}

/// What may be there unseen is not given: its end would take away what it has not added.
#[tokio::test]
async fn nobody_is_made_a_leader_who_may_be_one_unseen() {
    use crate::StandingPart::{Leader, Member};
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
    assert!(stack.vendor.world().assigned.is_empty());
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

#[tokio::test]
async fn after_a_day_or_a_thousand_receipts_a_message_is_given_up() {
    let body = grant("ana", "course:c:assigned", None);
    for (hours, received, given_up) in
        [(23, 5, false), (24, 5, true), (1, 989, false), (1, 990, true)]
    {
        let stack = stack();
        let message = Message { received, ..stack.message(&body) };
        stack.pass(SignedDuration::from_hours(hours));
        let kill = Kill::AtVendorWrite(1, false);
        match stack.hand_over(&message, kill, &mut Waiting::default()).await {
            Handled::Settled(outcome) => {
                assert!(given_up, "{hours} {received}");
                assert_eq!(outcome.code.as_deref(), Some("vendor_unavailable"));
            }
            Handled::Later(_) => assert!(!given_up, "{hours} {received}"),
        }
    }
}

/// The end of a role is moved by whoever may give it, and by nobody else; a dry run says the same.
#[tokio::test]
async fn the_end_of_a_role_is_moved_by_whoever_may_give_it() {
    let end = |hour: u32| format!("1970-01-01T{hour:02}:00:00Z");
    let role = |hour: Option<u32>| grant("ana", "role:Administrator", hour.map(end).as_deref());
    let told = json!({"principal": {"user_id": "ana"}, "account": {"role": "Administrator"}});
    let update = request("update_account", &told);
    let hours = SignedDuration::from_hours(24);
    for (change, grantable, max_grant, code) in [
        (role(Some(9)), true, None, None),
        (role(Some(9)), false, None, Some("role_not_grantable")),
        (role(None), false, None, Some("role_not_grantable")),
        (update.clone(), false, None, Some("role_not_grantable")),
        (update.clone(), true, None, None),
        (update, true, Some(hours), Some("end_required")),
        // Sooner is nothing that has to be allowed.
        (role(Some(2)), false, None, None),
        (role(Some(9)), true, Some(hours), None),
    ] {
        for dry_run in [true, false] {
            let mut stack = stack();
            stack.deliver(&role(Some(5)), Kill::Never).await;
            stack.policy.max_grant = max_grant;
            if !grantable {
                stack.policy.grantable_roles.clear();
            }
            let mut change = change.clone();
            change["request_id"] = "req-2".into();
            change["dry_run"] = dry_run.into();
            let outcome = stack.deliver(&change, Kill::Never).await;
            assert_eq!(outcome.code.as_deref(), code, "{change} {grantable} {outcome:?}");
        }
    }
}

/// Nothing stops the end of a grant: who owns the account for a time only is not the one who stays.
#[tokio::test]
async fn an_owner_for_a_time_is_not_who_is_left_behind() {
    for (ends, code) in [(Some("1970-01-02T00:00:00Z"), Some("last_account_owner")), (None, None)] {
        let mut stack = stack();
        stack.owners = vec!["ana".into(), "bo".into()];
        stack.vendor.world().account("bo", "Account_Owner");
        stack.deliver(&grant("ana", "role:Account_Owner", ends), Kill::Never).await;
        let mut body = request("disable_account", &json!({"principal": {"user_id": "bo"}}));
        body["request_id"] = "req-2".into();
        let outcome = stack.deliver(&body, Kill::Never).await;
        assert_eq!(outcome.code.as_deref(), code, "{outcome:?}");
    }
}

/// What is not recorded is not written at the vendor either, least of all as it was recorded.
#[tokio::test]
async fn a_secret_has_no_place_in_a_request() {
    for (attribute, status) in [("CustomField1", "succeeded"), ("Badge_Secret", "rejected")] {
        let stack = stack();
        {
            let mut world = stack.vendor.world();
            let attributes = &mut world.accounts.get_mut("ana").unwrap().attributes;
            attributes.insert("Badge_Secret".into(), json!("kept"));
        }
        let change =
            json!({"principal": {"user_id": "ana"}, "account": {"attributes": {attribute: "x"}}});
        let outcome = stack.deliver(&request("update_account", &change), Kill::Never).await;
        assert_eq!(outcome.status.name(), status, "{outcome:?}");
        assert_eq!(stack.vendor.world().accounts["ana"].attributes["Badge_Secret"], "kept");
        if status == "rejected" {
            assert_eq!(outcome.code.as_deref(), Some("invalid_request"));
            let begins = "account.attributes.Badge_Secret is a secret";
            assert!(outcome.message.starts_with(begins), "{}", outcome.message);
        }
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
    let unreadable = Message { body: "{".into(), ..last };
    assert_eq!(code(stack.put_off(&unreadable).await), "later");
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
