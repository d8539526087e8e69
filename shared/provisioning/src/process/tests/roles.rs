//! What may be given, and for how long.

use jiff::SignedDuration;
use serde_json::json;

use super::{grant, request, stack, support::Kill};

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
