//! How many requests a grant or a revocation takes, since the vendor allows a hundred a minute to everybody.

use litmos_simulator::Possession;
use scenarios::{Provisioning, request};
use serde_json::json;

#[test]
fn a_grant_takes_few_requests() {
    let world = Provisioning::new().set("ROLLCALL_GRANTABLE_ROLES", "Learner,Administrator");
    let (cast, at_vendor) = (&world.cast, world.vendor().world());
    assert!(at_vendor.possess(&cast.bo.id, Possession::Member, &cast.north, true));
    for (person, what, status, most) in [
        (&cast.bo, format!("team:{}:member", cast.north), "already_done", 2),
        // Of somebody without a team the list is empty, and asked for twice.
        (&cast.ana, format!("team:{}:member", cast.north), "succeeded", 5),
        // And of an odd name, which is looked for by the search, a request more.
        (&cast.cy, format!("team:{}:leader", cast.north), "succeeded", 8),
        (&cast.ana, "role:Administrator".to_owned(), "succeeded", 2),
    ] {
        world.vendor().reset_log();
        let asked = request("grant", json!({ "principal": person.by_name(), "entitlement": what }));
        let outcome = world.ask(&asked);
        assert_eq!(outcome["status"], status, "{outcome:#}");
        let log = world.vendor().log();
        assert!(log.count() <= most, "{what}: {:#?}", log.per_path());
    }
}

/// A list that is empty is asked for twice.
#[test]
fn a_revocation_takes_few_requests() {
    let world = Provisioning::new();
    let (cast, at_vendor) = (&world.cast, world.vendor().world());
    assert!(at_vendor.possess(&cast.bo.id, Possession::Member, &cast.north, true));
    let what = format!("team:{}:member", cast.north);
    for (person, status, most) in [(&cast.bo, "succeeded", 5), (&cast.ana, "already_done", 3)] {
        world.vendor().reset_log();
        let asked = json!({ "principal": person.by_name(), "entitlement": what });
        let outcome = world.ask(&request("revoke", asked));
        assert_eq!(outcome["status"], status, "{outcome:#}");
        let log = world.vendor().log();
        assert!(log.count() <= most, "{status}: {:#?}", log.per_path());
    }
}
