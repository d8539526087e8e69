//! There is always an active account owner: one other is looked for in the last published snapshot
//! and verified at the vendor.

use scenarios::{Person, Provisioning, request, revoke};
use serde_json::{Value, json};

use crate::support::{assert_rejects, changes, facts, is, verdict};

const RUN: &str = "20261121T220000Z";

/// Somebody of whom there is a snapshot as the second owner.
fn two_owners() -> (Provisioning, Person) {
    let world = Provisioning::new();
    let second = world.cast.bo.clone();
    assert!(world.vendor().world().set_level(&second.id, "Account_Owner"));
    publish(&world);
    (world, second)
}

fn publish(world: &Provisioning) {
    let answer = world.scenario.run(RUN).unwrap();
    assert_eq!(answer["verdict"], "published", "{answer:#}");
    world.vendor().reset_log();
}

/// Whatever makes an owner less.
fn demoting(owner: &Person) -> Vec<Value> {
    let update = |account: Value| {
        request("update_account", json!({ "principal": owner.by_name(), "account": account }))
    };
    vec![
        request("disable_account", json!({ "principal": owner.by_id() })),
        update(json!({ "active": false })),
        update(json!({ "role": "Learner" })),
        update(json!({ "role": "Learner", "first_name": "Anna", "active": true })),
        revoke(owner, "role:Account_Owner"),
    ]
}

#[track_caller]
fn assert_kept(world: &Provisioning, owner: &Person) {
    let before = facts(world);
    for asked in demoting(owner) {
        assert_rejects(world, &asked, "last_account_owner", "Account_Owner");
        let mut dry = asked;
        dry["dry_run"] = true.into();
        dry["request_id"] = format!("{}-dry", dry["request_id"].as_str().unwrap()).into();
        assert_rejects(world, &dry, "last_account_owner", "Account_Owner");
    }
    assert_eq!(changes(&before, world), [] as [String; 0]);
}

#[test]
fn the_only_owner_is_kept() {
    let world = Provisioning::new();
    publish(&world);
    assert_kept(&world, &world.cast.owner);
}

/// Nobody can be looked for: the owner stays.
#[test]
fn without_a_snapshot_no_owner_is_demoted() {
    let world = Provisioning::new();
    assert!(world.vendor().world().set_level(&world.cast.bo.id, "Account_Owner"));
    assert_kept(&world, &world.cast.owner);
    // Others are not concerned by it.
    let asked = request("disable_account", json!({ "principal": world.cast.ana.by_id() }));
    assert_eq!(verdict(&world.ask(&asked)), is("succeeded", None));
}

#[test]
fn of_two_owners_one_can_go() {
    for index in 0..demoting(&Provisioning::new().cast.owner).len() {
        let (world, second) = two_owners();
        let asked = demoting(&world.cast.owner).swap_remove(index);
        let outcome = world.ask(&asked);
        assert_eq!(verdict(&outcome), is("succeeded", None), "{outcome:#}");
        // The snapshot still has two.
        assert_kept(&world, &second);
    }
}

#[test]
fn the_other_owner_must_still_be_one() {
    for what in ["inactive", "demoted", "deleted"] {
        let (world, second) = two_owners();
        let at_vendor = world.vendor().world();
        assert!(match what {
            "inactive" => at_vendor.set_active(&second.id, false),
            "demoted" => at_vendor.set_level(&second.id, "Administrator"),
            _ => at_vendor.remove_user(&second.id),
        });
        assert_kept(&world, &world.cast.owner);
    }
}

/// Who is no active owner can be changed without any other.
#[test]
fn an_inactive_owner_is_not_the_last_one() {
    let (world, second) = two_owners();
    assert!(world.vendor().world().set_active(&second.id, false));
    let asked = revoke(&second, "role:Account_Owner");
    let outcome = world.ask(&asked);
    assert_eq!(verdict(&outcome), is("succeeded", None), "{outcome:#}");
}

/// An owner is changed in other ways like anybody.
#[test]
fn an_owner_who_stays_one_can_be_changed() {
    let world = Provisioning::new();
    let owner = &world.cast.owner;
    let members = json!({ "principal": owner.by_id(), "account": { "first_name": "Olga" } });
    let outcome = world.ask(&request("update_account", members));
    assert_eq!(verdict(&outcome), is("succeeded", None), "{outcome:#}");
}
