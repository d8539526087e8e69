//! A dry run says exactly what would be done, and does nothing of it.

use litmos_simulator::Possession;
use scenarios::{Provisioning, ending, grant, request, revoke, text};
use serde_json::{Value, json};

use crate::support::{assert_outcome, changes, facts, is, verdict};

/// A request of each kind, with something to do.
pub(crate) fn every_kind(world: &Provisioning) -> Vec<Value> {
    let (cast, at_vendor) = (&world.cast, world.vendor().world());
    for (what, id) in [
        (Possession::Leader, &cast.south),
        (Possession::Course, &cast.course),
        (Possession::LearningPath, &cast.path),
    ] {
        assert!(at_vendor.possess(&cast.bo.id, what, id, true));
    }
    let account = json!({
        "user_name": "dee@example.org", "first_name": "Dee", "last_name": "Ek",
        "email": "dee@example.org", "manager": cast.ana.name,
        "attributes": { "CustomField1": "R&D" },
    });
    let update = json!({
        "first_name": "Anna", "email": "anna@example.org", "manager": cast.bo.name,
        "attributes": { "CustomField1": "R&D" },
    });
    let (north, south) = (&cast.north, &cast.south);
    let end = "2099-01-01T00:00:00Z".parse().unwrap();
    let mut kinds: Vec<_> = [
        format!("team:{north}:member"),
        format!("team:{south}:leader"),
        format!("team:{south}:admin"),
        format!("course:{}:assigned", cast.course),
        format!("learning_path:{}:assigned", cast.path),
    ]
    .iter()
    .map(|what| ending(grant(&cast.ana, what), end))
    .collect();
    kinds.extend([
        grant(&cast.ana, "role:Administrator"),
        revoke(&cast.admin, "role:Administrator"),
        revoke(&cast.bo, &format!("team:{south}:leader")),
        revoke(&cast.bo, &format!("team:{south}:member")),
        revoke(&cast.bo, &format!("course:{}:assigned", cast.course)),
        revoke(&cast.bo, &format!("learning_path:{}:assigned", cast.path)),
        request("create_account", json!({ "account": account })),
        request("update_account", json!({ "principal": cast.cy.by_name(), "account": update })),
        request("disable_account", json!({ "principal": cast.cy.by_name() })),
        request("create_team", json!({ "team": { "name": "Bremen", "parent_team_id": north } })),
        request("update_team", json!({ "team": { "team_id": south, "name": "Far South" } })),
        request(
            "set_team_members",
            json!({ "team": { "team_id": south }, "members": [cast.cy.by_id()] }),
        ),
        request("delete_team", json!({ "team": { "team_id": south } })),
    ]);
    kinds
}

/// Each kind is first tried, then done: what was planned is what came of it.
#[test]
fn what_is_planned_is_what_is_done() {
    let world = Provisioning::new().set("ROLLCALL_GRANTABLE_ROLES", "Learner,Administrator");
    for asked in every_kind(&world) {
        let (before, held) = (facts(&world), world.ledger("holds/"));
        let mut tried = asked.clone();
        tried["request_id"] = format!("{}-dry", text(&asked["request_id"])).into();
        tried["dry_run"] = true.into();
        world.vendor().reset_log();
        let planned = world.ask(&tried);
        assert_eq!(verdict(&planned), is("planned", None), "{planned:#}");
        assert_eq!(world.writes(), [], "{planned:#}");
        assert_eq!(changes(&before, &world), [] as [String; 0]);
        assert_eq!(world.ledger("holds/"), held, "nothing is held");
        let key = format!("requests/{}/outcome.json", text(&tried["request_id"]));
        assert_eq!(world.entry(&key).as_ref(), Some(&planned), "it is this request's outcome");

        let outcome = world.ask(&asked);
        assert_eq!(verdict(&outcome), is("succeeded", None), "{outcome:#}");
        assert_eq!(planned["effects"], outcome["effects"]);
        assert_ne!(planned["effects"], json!([]));
        assert!(!world.writes().is_empty() && !changes(&before, &world).is_empty());
    }
}

/// A dry run binds its id: the real one is another request.
#[test]
fn a_dry_run_is_a_request_of_its_own() {
    let world = Provisioning::new();
    let mut asked = grant(&world.cast.ana, &format!("team:{}:member", world.cast.north));
    asked["dry_run"] = true.into();
    let planned = world.ask(&asked);
    assert_eq!(world.ask(&asked), planned, "asked again it is the same outcome");
    let mut real = asked;
    real["dry_run"] = false.into();
    assert_eq!(verdict(&world.ask(&real)), is("rejected", Some("request_id_reused")));
    assert_eq!(world.writes(), []);
}

#[test]
fn a_grant_that_is_only_tried_does_not_end() {
    let world = Provisioning::new();
    let what = format!("team:{}:member", world.cast.north);
    let end = "2099-01-01T00:00:00Z".parse().unwrap();
    let mut asked = ending(grant(&world.cast.ana, &what), end);
    asked["dry_run"] = true.into();
    world.ask(&asked);
    assert_eq!((world.hold(&world.cast.ana.id, &what), world.expiring()), (None, vec![]));
}

#[test]
fn where_nothing_is_to_be_done_a_dry_run_says_so() {
    let world = Provisioning::new();
    let ana = &world.cast.ana;
    let mut asked = revoke(ana, &format!("team:{}:member", world.cast.north));
    asked["dry_run"] = true.into();
    let nothing = json!({ "status": "already_done", "principal": ana.found() });
    assert_outcome(&world.ask(&asked), &asked, nothing);
}
