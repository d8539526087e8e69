//! Names of roles compare as the vendor compares them; one that nobody knows is said to be unknown.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{grant, request, revoke, stack, support::Kill};
use crate::{
    End, Entitlement, Hold, RequestId, Waiting,
    ledger::Ledger,
    plan::{Added, Part},
    process::{Handled, Trouble, tests::support::Stack},
};

fn update(user: &str, role: &str) -> Value {
    let members = json!({"principal": {"user_id": user}, "account": {"role": role}});
    request("update_account", &members)
}

fn create(role: &str) -> Value {
    let account = json!({"user_name": "dee.nomail", "last_name": "Ek", "role": role});
    request("create_account", &json!({"account": account}))
}

fn role_of(stack: &Stack, user: &str) -> Option<String> {
    stack.vendor.world().accounts[user].role.clone()
}

/// What is written is the vendor's own spelling; the outcome quotes the sender's.
#[tokio::test]
async fn a_role_is_meant_in_whatever_spelling() {
    for spelling in ["Administrator", "administrator", "ADMINISTRATOR"] {
        let entitlement = format!("role:{spelling}");
        for (body, there, status, finally) in [
            (grant("ana", &entitlement, None), "Learner", "succeeded", "Administrator"),
            (grant("ana", &entitlement, None), "learner", "succeeded", "Administrator"),
            (grant("ana", &entitlement, None), "administrator", "already_done", "administrator"),
            (revoke("ana", &entitlement), "Administrator", "succeeded", "Learner"),
            (revoke("ana", &entitlement), "administrator", "succeeded", "Learner"),
            (revoke("ana", &entitlement), "Account_Owner", "already_done", "Account_Owner"),
            (update("ana", spelling), "Learner", "succeeded", "Administrator"),
            (update("ana", spelling), "administrator", "already_done", "administrator"),
        ] {
            let stack = stack();
            stack.vendor.world().account("ana", there);
            let outcome = stack.deliver(&body, Kill::Never).await;
            assert_eq!(outcome.status.name(), status, "{there}: {outcome:?}");
            assert_eq!(role_of(&stack, "ana").as_deref(), Some(finally), "{body}");
            assert_eq!(outcome.entitlement.as_deref(), body["entitlement"].as_str());
            for effect in outcome.effects {
                assert_eq!(effect.detail["from"], there, "{body}");
                assert_eq!(effect.detail["to"], finally, "{body}");
            }
        }
        let stack = stack();
        let outcome = stack.deliver(&create(spelling), Kill::Never).await;
        assert_eq!(outcome.effects[0].detail["role"], "Administrator", "{outcome:?}");
    }
}

/// Roles of a vendor's own are known by the principal, and by the last snapshot.
#[tokio::test]
async fn a_role_that_nobody_knows_is_unknown() {
    let requests = |role: &str| {
        let entitlement = format!("role:{role}");
        [
            grant("ana", &entitlement, None),
            revoke("ana", &entitlement),
            update("ana", role),
            create(role),
        ]
    };
    for (role, has, seen, known) in [
        ("Trainer", "Learner", None, false),
        ("admin", "Learner", Some("Buyer"), false),
        ("Trainer", "Learner", Some("TRAINER"), true),
        ("trainer", "Trainer", None, true),
    ] {
        for body in requests(role) {
            for dry_run in [true, false] {
                let mut stack = stack();
                stack.roles = Ok(seen.map(str::to_owned).into_iter().collect());
                stack.vendor.world().account("ana", has);
                let mut body = body.clone();
                body["dry_run"] = dry_run.into();
                let outcome = stack.deliver(&body, Kill::Never).await;
                // A new account has no role yet that would make one known.
                let known = known && (seen.is_some() || body["operation"] != "create_account");
                let is_unknown = outcome.code.as_deref() == Some("unknown_role");
                assert_eq!(is_unknown, !known, "{role} {has} {seen:?}: {outcome:?}");
                if is_unknown {
                    assert_eq!(outcome.status.name(), "rejected");
                    let mut all = "Learner, Team_Leader, Administrator, Account_Owner".to_owned();
                    all.extend(seen.map(|seen| format!(", {seen}")));
                    assert!(outcome.message.contains(&all), "{}", outcome.message);
                    assert_eq!(stack.vendor.world().writes, []);
                }
            }
        }
    }
}

/// That a snapshot cannot be read is no proof of anything, and what needs none does not ask for it.
#[tokio::test]
async fn the_snapshot_is_waited_for_where_it_is_needed_only() {
    for (role, waits) in [("Trainer", true), ("account_owner", false), ("buyer", false)] {
        let mut stack = stack();
        stack.vendor.world().account("ana", "Buyer");
        stack.roles = Err(Trouble::new("no snapshot today"));
        let message = stack.message(&revoke("ana", &format!("role:{role}")));
        let handled = stack.hand_over(&message, Kill::Never, &mut Waiting::default()).await;
        match handled {
            Handled::Later(trouble) => {
                assert!(waits && trouble.reason == "no snapshot today", "{role}: {trouble:?}");
            }
            Handled::Settled(outcome) => assert!(!waits, "{role}: {outcome:?}"),
        }
    }
}

/// A role that is gone with what was begun is not unknown for that.
#[tokio::test]
async fn what_was_begun_goes_on_with_the_role_that_it_was_begun_with() {
    for kill in [Kill::AtVendorWrite(1, true), Kill::AtVendorWrite(1, false)] {
        let mut stack = stack();
        stack.vendor.world().account("ana", "Buyer");
        stack.roles = Err(Trouble::new("no snapshot today"));
        let outcome = stack.deliver(&revoke("ana", "role:buyer"), kill).await;
        assert_eq!(outcome.status.name(), "succeeded", "{kill:?} {outcome:?}");
        assert_eq!(role_of(&stack, "ana").as_deref(), Some("Learner"));
        // Neither is one that nobody has any more.
        stack.policy.grantable_roles = ["BUYER".to_owned()].into();
        stack.roles = Ok(["Buyer".to_owned()].into());
        let mut body = update("ana", "buyer");
        body["request_id"] = "req-2".into();
        let message = stack.message(&body);
        let first = stack.hand_over(&message, kill, &mut Waiting::default()).await;
        assert!(matches!(first, Handled::Later(_)), "{first:?}");
        stack.roles = Ok([].into());
        let outcome = stack.deliver(&body, Kill::Never).await;
        assert_eq!(outcome.status.name(), "succeeded", "{kill:?} {outcome:?}");
        assert_eq!(role_of(&stack, "ana").as_deref(), Some("Buyer"));
    }
}

/// To revoke what is there would not help where the role may not be given.
#[tokio::test]
async fn that_a_role_may_not_be_granted_is_told_before_that_it_would_demote() {
    for (there, role, grantable, code) in [
        ("Buyer", "Administrator", None, "role_not_grantable"),
        ("Buyer", "administrator", None, "role_not_grantable"),
        ("Buyer", "administrator", Some("ADMINISTRATOR"), "would_demote"),
        ("Administrator", "learner", None, "would_demote"),
        ("Account_Owner", "Administrator", None, "role_not_grantable"),
        ("Buyer", "Trainer", None, "unknown_role"),
        ("Buyer", "team_leader", None, "role_of_teams"),
        ("Learner", "administrator", None, "role_not_grantable"),
    ] {
        let mut stack = stack();
        stack.vendor.world().account("ana", there);
        stack.policy.grantable_roles = grantable.map(str::to_owned).into_iter().collect();
        let body = grant("ana", &format!("role:{role}"), None);
        let outcome = stack.deliver(&body, Kill::Never).await;
        assert_eq!(outcome.code.as_deref(), Some(code), "{there} {role}: {outcome:?}");
    }
}

/// Ana has had the role for an hour since midnight, as a release wrote it that took names as they came.
async fn with_old_hold() -> Stack {
    let stack = stack();
    stack.vendor.world().account("ana", "Administrator");
    let ledger = Ledger::new(stack.store.clone(), "acme");
    let entitlement = Entitlement::Role { name: "administrator".to_owned() };
    let expires_at = stack.now() + SignedDuration::from_hours(1);
    let given = Added { added: [Part::Role].into(), before: Some("Learner".to_owned()) };
    let hold = Hold {
        user_id: "ana".into(),
        entitlement: entitlement.clone(),
        request_id: "req-0".into(),
        given,
        expires_at: Some(expires_at),
    };
    let end = End {
        request_id: RequestId::parse("req-0").unwrap(),
        user_id: "ana".into(),
        user_name: None,
        entitlement: entitlement.clone(),
        expires_at,
        failed: 0,
        asked_at: None,
        seen_gone_at: None,
    };
    let mut held = ledger.held_by("ana").await.unwrap();
    ledger.note_end(&end).await.unwrap();
    ledger.hold("ana", &mut held, [(entitlement, hold)].into()).await.unwrap();
    stack
}

async fn holds(stack: &Stack) -> Vec<String> {
    let held = Ledger::new(stack.store.clone(), "acme").held_by("ana").await.unwrap();
    held.holds.keys().map(ToString::to_string).collect()
}

/// Else access would stay that has ended, or end that was prolonged.
#[tokio::test]
async fn what_was_held_under_another_spelling_is_found() {
    let longer = grant("ana", "role:ADMINISTRATOR", Some("1970-01-01T05:00:00Z"));
    let for_good = update("ana", "aDMINISTRATOR");
    for (body, held, ended, then) in [
        (None, vec!["role:administrator"], None, "Learner"),
        (Some(longer), vec!["role:Administrator"], Some("superseded"), "Administrator"),
        (Some(for_good), vec![], Some("superseded"), "Administrator"),
        (Some(revoke("ana", "role:Administrator")), vec![], Some("superseded"), "Learner"),
    ] {
        let stack = with_old_hold().await;
        if let Some(body) = &body {
            stack.deliver(body, Kill::Never).await;
        }
        assert_eq!(holds(&stack).await, held, "{body:?}");
        stack.pass(SignedDuration::from_hours(1));
        let outcome = stack.expire(Kill::Never).await.remove(0);
        assert_eq!(outcome.code.as_deref(), ended, "{body:?}: {outcome:?}");
        assert_eq!(role_of(&stack, "ana").as_deref(), Some(then), "{body:?}");
        stack.pass(SignedDuration::from_hours(9));
        stack.expire(Kill::Never).await;
        let is_left = body.is_some_and(|body| body["operation"] == "update_account");
        let left = if is_left { "Administrator" } else { "Learner" };
        assert_eq!(role_of(&stack, "ana").as_deref(), Some(left));
        assert_eq!(holds(&stack).await, [] as [&str; 0]);
    }
}

/// The end of a role is moved by whoever may give it, however it is spelled.
#[tokio::test]
async fn the_end_under_another_spelling_is_not_moved_unasked() {
    for body in [grant("ana", "role:Administrator", None), update("ana", "Administrator")] {
        let mut stack = with_old_hold().await;
        stack.policy.grantable_roles.clear();
        let outcome = stack.deliver(&body, Kill::Never).await;
        assert_eq!(outcome.code.as_deref(), Some("role_not_grantable"), "{outcome:?}");
    }
}

/// A refused grant gives back what was held before it, as it was held.
#[tokio::test]
async fn a_refused_grant_leaves_the_hold_of_another_spelling() {
    use crate::fake_vendor::{Kind, Trouble};
    let stack = with_old_hold().await;
    stack.vendor.world().account("ana", "Learner");
    stack.vendor.world().trouble = Some(Trouble { nth: 1, kind: Kind::Forbidden });
    let outcome = stack.deliver(&grant("ana", "role:Administrator", None), Kill::Never).await;
    assert_eq!(outcome.code.as_deref(), Some("vendor_forbidden"), "{outcome:?}");
    assert_eq!(holds(&stack).await, ["role:administrator"]);
}

/// Whoever owns the account for a time only, under whatever name, is not the one who stays.
#[tokio::test]
async fn an_owner_is_one_in_whatever_spelling() {
    for (ends, code) in [(Some("1970-01-02T00:00:00Z"), Some("last_account_owner")), (None, None)] {
        let mut stack = stack();
        stack.owners = vec!["ana".into(), "bo".into()];
        stack.vendor.world().account("bo", "account_owner");
        stack.deliver(&grant("ana", "role:account_owner", ends), Kill::Never).await;
        stack.vendor.world().account("ana", "ACCOUNT_OWNER");
        let mut body = request("disable_account", &json!({"principal": {"user_id": "bo"}}));
        body["request_id"] = "req-2".into();
        let outcome = stack.deliver(&body, Kill::Never).await;
        assert_eq!(outcome.code.as_deref(), code, "{outcome:?}");
    }
}
