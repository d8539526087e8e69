//! Nobody becomes more than the operator allows, by whatever door.

use litmos_simulator::Possession;
use scenarios::{Provisioning, grant, request, revoke, text};
use serde_json::{Value, json};

use crate::support::{assert_rejects, changes, facts, is, verdict};

const HIGHER: [&str; 2] = ["Administrator", "Account_Owner"];

fn updating(world: &Provisioning, account: Value) -> Value {
    request("update_account", json!({ "principal": world.cast.ana.by_id(), "account": account }))
}

fn making(role: &str) -> Value {
    let account = json!({ "user_name": "dee.nomail", "last_name": "Ek", "role": role });
    request("create_account", json!({ "account": account }))
}

/// The vendor does not mind the case of a role.
#[test]
fn nobody_becomes_more_than_is_allowed() {
    for allowed in [None, Some("Learner"), Some("Learner,Team_Leader"), Some("Learner,Trainer")] {
        let mut world = Provisioning::new();
        if let Some(allowed) = allowed {
            world.reconfigure("ROLLCALL_GRANTABLE_ROLES", allowed);
        }
        let before = facts(&world);
        for role in HIGHER {
            let upper = role.to_uppercase();
            for told in [role, &role.to_lowercase(), &upper, &format!(" {role} ")] {
                for asked in [updating(&world, json!({ "role": told })), making(told)] {
                    assert_rejects(&world, &asked, "role_not_grantable", role);
                }
                let account = json!({ "first_name": "Anna", "role": told, "active": true });
                assert_rejects(&world, &updating(&world, account), "role_not_grantable", role);
                if told == told.trim() {
                    let asked = grant(&world.cast.ana, &format!("role:{told}"));
                    assert_rejects(&world, &asked, "role_not_grantable", role);
                }
            }
        }
        assert_eq!(changes(&before, &world), [] as [String; 0]);
    }
}

/// The vendor's own roles are known by whoever has them.
#[test]
fn a_role_that_nobody_has_is_unknown() {
    let world = Provisioning::new();
    let ana = &world.cast.ana;
    let doors = || {
        [
            grant(ana, "role:super_admin"),
            revoke(ana, "role:super_admin"),
            updating(&world, json!({ "role": "super_admin" })),
            making("super_admin"),
        ]
    };
    let known = "Learner, Team_Leader, Administrator, Account_Owner";
    for asked in doors() {
        assert_rejects(&world, &asked, "unknown_role", known);
    }
    assert!(world.vendor().world().set_level(&world.cast.bo.id, "Super_Admin"));
    let answer = world.scenario.run("20261121T220000Z").unwrap();
    assert_eq!(answer["verdict"], "published", "{answer:#}");
    let told = doors().map(|asked| verdict(&world.ask(&asked)));
    let not_grantable = || is("rejected", Some("role_not_grantable"));
    let expected = [not_grantable(), is("already_done", None), not_grantable(), not_grantable()];
    assert_eq!(told, expected);
}

#[test]
fn a_role_is_taken_in_whatever_spelling() {
    let world = Provisioning::new();
    let asked = revoke(&world.cast.admin, "role:administrator");
    assert_eq!(verdict(&world.ask(&asked)), is("succeeded", None));
    assert_eq!(world.role(&world.cast.admin.id), "Learner");
}

#[test]
fn what_is_allowed_is_given_by_every_door() {
    let world = Provisioning::new().set("ROLLCALL_GRANTABLE_ROLES", "Learner, Administrator");
    let ana = &world.cast.ana;
    for asked in [
        grant(ana, "role:Administrator"),
        revoke(ana, "role:Administrator"),
        updating(&world, json!({ "role": "Administrator" })),
        updating(&world, json!({ "role": "Learner" })),
    ] {
        assert_eq!(verdict(&world.ask(&asked)), is("succeeded", None));
    }
    assert_eq!(world.role(&ana.id), "Learner");
    let outcome = world.ask(&making("Administrator"));
    assert_eq!(verdict(&outcome), is("succeeded", None));
    assert_eq!(world.role(&text(&outcome["result"]["user_id"])), "Administrator");
    assert_rejects(
        &world,
        &grant(ana, "role:Account_Owner"),
        "role_not_grantable",
        "Account_Owner",
    );
}

#[test]
fn a_grant_never_lowers_a_role() {
    let world = Provisioning::new().set("ROLLCALL_GRANTABLE_ROLES", "Learner,Administrator");
    let cast = &world.cast;
    for (person, role) in
        [(&cast.admin, "Learner"), (&cast.owner, "Administrator"), (&cast.owner, "Learner")]
    {
        let asked = grant(person, &format!("role:{role}"));
        assert_rejects(&world, &asked, "would_demote", &world.role(&person.id));
    }
    assert!(world.vendor().world().possess(&cast.ana.id, Possession::Leader, &cast.north, true));
    let asked = grant(&cast.ana, "role:Learner");
    assert_rejects(&world, &asked, "would_demote", "Team_Leader");
    // Where it is meant, it is said.
    let account = json!({ "principal": cast.admin.by_id(), "account": { "role": "Learner" } });
    assert_eq!(verdict(&world.ask(&request("update_account", account))), is("succeeded", None));
    assert_eq!(world.role(&cast.admin.id), "Learner");
}

#[test]
fn a_team_leader_is_made_by_a_team() {
    let world = Provisioning::new();
    let ana = &world.cast.ana;
    for asked in [
        grant(ana, "role:Team_Leader"),
        revoke(ana, "role:Team_Leader"),
        updating(&world, json!({ "role": "Team_Leader" })),
        making("Team_Leader"),
    ] {
        assert_rejects(&world, &asked, "role_of_teams", "team:");
    }
}

/// What takes a role away is not a grant of the role that is left.
#[test]
fn a_revocation_needs_no_grantable_role() {
    let world = Provisioning::new().set("ROLLCALL_GRANTABLE_ROLES", "Administrator");
    let asked = revoke(&world.cast.admin, "role:Administrator");
    assert_eq!(verdict(&world.ask(&asked)), is("succeeded", None));
    assert_eq!(world.role(&world.cast.admin.id), "Learner");
}

#[test]
fn only_the_current_role_is_revoked() {
    let world = Provisioning::new();
    for (person, role) in [
        (&world.cast.ana, "Administrator"),
        (&world.cast.admin, "Account_Owner"),
        (&world.cast.ana, "Learner"),
    ] {
        let before = facts(&world);
        let outcome = world.ask(&revoke(person, &format!("role:{role}")));
        assert_eq!(verdict(&outcome), is("already_done", None), "{outcome:#}");
        assert_eq!(changes(&before, &world), [] as [String; 0]);
    }
    assert_eq!(world.writes(), []);
}
