//! The rules that a request can break by what it says, each by its name.

use std::time::Duration;

use jiff::Timestamp;
use scenarios::{Provisioning, ending, grant, request, revoke};
use serde_json::{Value, json};

use crate::support::{assert_rejects, is, verdict};

const HOUR: Duration = Duration::from_secs(3_600);

fn member(world: &Provisioning) -> Value {
    grant(&world.cast.ana, &format!("team:{}:member", world.cast.north))
}

fn without(mut body: Value, name: &str) -> Value {
    body.as_object_mut().unwrap().remove(name);
    body
}

/// Each operation, as far as it needs to be readable.
fn every_operation(world: &Provisioning) -> Vec<Value> {
    let (cast, account) = (&world.cast, json!({ "user_name": "dee.nomail", "last_name": "Ek" }));
    let what = format!("team:{}:member", cast.north);
    let team = json!({ "team_id": cast.north, "name": "Far North" });
    vec![
        grant(&cast.ana, &what),
        revoke(&cast.ana, &what),
        request("create_account", json!({ "account": account })),
        request(
            "update_account",
            json!({ "principal": cast.ana.by_id(), "account": { "first_name": "Anna" } }),
        ),
        request("enable_account", json!({ "principal": cast.ana.by_id() })),
        request("disable_account", json!({ "principal": cast.ana.by_id() })),
        request("create_team", json!({ "team": { "name": "Bremen" } })),
        request("update_team", json!({ "team": team })),
        request("delete_team", json!({ "team": { "team_id": cast.north } })),
        request(
            "set_team_members",
            json!({ "team": { "team_id": cast.north }, "members": [cast.ana.by_id()] }),
        ),
    ]
}

#[test]
fn every_request_says_why() {
    let world = Provisioning::new();
    for asked in every_operation(&world) {
        assert_rejects(&world, &without(asked, "reason"), "reason_required", "reason");
    }
}

#[test]
fn a_ticket_is_asked_for_where_it_is_configured() {
    let world = Provisioning::new().set("ROLLCALL_REQUIRE_TICKET", "true");
    for asked in every_operation(&world) {
        assert_rejects(&world, &without(asked, "ticket"), "ticket_required", "ticket");
    }
    assert_eq!(verdict(&world.ask(&member(&world))), is("succeeded", None));
    for value in ["false", ""] {
        let world = Provisioning::new().set("ROLLCALL_REQUIRE_TICKET", value);
        let asked = without(member(&world), "ticket");
        assert_eq!(verdict(&world.ask(&asked)), is("succeeded", None));
    }
}

#[test]
fn a_grant_ends_in_time_where_that_is_configured() {
    let world = Provisioning::new().set("ROLLCALL_MAX_GRANT_HOURS", "24");
    let now = Timestamp::now();
    let long = 24 * HOUR + Duration::from_secs(60);
    for (asked, code, about) in [
        (member(&world), "end_required", "expires_at"),
        (ending(member(&world), now + long), "grant_too_long", "expires_at"),
        (
            ending(member(&world), "9999-12-30T00:00:00Z".parse().unwrap()),
            "grant_too_long",
            "expires_at",
        ),
    ] {
        assert_rejects(&world, &asked, code, about);
    }
    let asked = ending(member(&world), now + 24 * HOUR);
    assert_eq!(verdict(&world.ask(&asked)), is("succeeded", None), "exactly so long");
    let taken = revoke(&world.cast.ana, &format!("team:{}:member", world.cast.north));
    assert_eq!(verdict(&world.ask(&taken)), is("succeeded", None), "a revocation has no end");
}

#[test]
fn a_grant_that_is_over_is_not_given() {
    for hours in [None, Some("24")] {
        let mut world = Provisioning::new();
        if let Some(hours) = hours {
            world.reconfigure("ROLLCALL_MAX_GRANT_HOURS", hours);
        }
        for past in [Duration::from_millis(1), HOUR, 100_000 * HOUR] {
            let asked = ending(member(&world), Timestamp::now() - past);
            assert_rejects(&world, &asked, "expired", "expires_at");
        }
        assert!(world.ledger("holds/").is_empty() && world.expiring().is_empty());
    }
}

/// What a dry run is not allowed is not allowed either.
#[test]
fn a_dry_run_follows_the_rules() {
    let world = Provisioning::new();
    for (mut asked, code) in [
        (without(member(&world), "reason"), "reason_required"),
        (ending(member(&world), Timestamp::now() - HOUR), "expired"),
        (grant(&world.cast.ana, "role:Administrator"), "role_not_grantable"),
    ] {
        asked["dry_run"] = true.into();
        assert_rejects(&world, &asked, code, "");
    }
}
