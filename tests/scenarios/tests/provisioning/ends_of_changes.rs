//! What other operations have changed since is not Rollcall's gift any more.

use jiff::SignedDuration;
use scenarios::{Person, Provisioning, grant, request, soon};
use serde_json::{Value, json};

use crate::{
    ends::{assert_settled, give, member, verdicts_at},
    support::{is, verdict},
};

#[track_caller]
fn done(world: &Provisioning, asked: &Value) {
    let outcome = world.ask(asked);
    assert_eq!(verdict(&outcome), is("succeeded", None), "{outcome:#}");
}

fn wanting(world: &Provisioning, members: &[&Person]) -> Value {
    let members: Vec<_> = members.iter().map(|person| person.by_id()).collect();
    let team = json!({ "team_id": world.cast.north });
    request("set_team_members", json!({ "team": team, "members": members }))
}

/// Put out of the team by one list and in again by another: the second did not give it for a time.
#[test]
fn a_list_of_members_gives_for_good() {
    let world = Provisioning::new();
    let cast = &world.cast;
    world.warm_up();
    let end = soon() + SignedDuration::from_secs(1);
    give(&world, grant(&cast.ana, &member(&world)), end, "succeeded");
    done(&world, &wanting(&world, &[&cast.bo]));
    assert_eq!(world.hold(&cast.ana.id, &member(&world)), None, "it is gone");
    done(&world, &wanting(&world, &[&cast.bo, &cast.ana]));
    for (status, _) in verdicts_at(&world, end) {
        assert_eq!(status, "already_done");
    }
    assert!(world.membership(&cast.north, &cast.ana.id).is_some());
    assert_settled(&world);
}

/// A role that an update has taken and given again is there for good.
#[test]
fn an_update_of_a_role_gives_for_good() {
    let world = Provisioning::new().set("ROLLCALL_GRANTABLE_ROLES", "Learner,Administrator");
    let ana = &world.cast.ana;
    world.warm_up();
    let end = soon() + SignedDuration::from_secs(1);
    give(&world, grant(ana, "role:Administrator"), end, "succeeded");
    for role in ["Learner", "Administrator"] {
        let members = json!({ "principal": ana.by_id(), "account": { "role": role } });
        done(&world, &request("update_account", members));
    }
    for (status, _) in verdicts_at(&world, end) {
        assert_eq!(status, "already_done");
    }
    assert_eq!(world.role(&ana.id), "Administrator");
    assert_settled(&world);
}

/// A team that is deleted by a request takes everything that was held in it along.
#[test]
fn a_deleted_team_is_held_no_more() {
    let world = Provisioning::new();
    let cast = &world.cast;
    world.warm_up();
    let end = soon() + SignedDuration::from_secs(1);
    give(&world, grant(&cast.ana, &member(&world)), end, "succeeded");
    give(&world, grant(&cast.bo, &format!("team:{}:leader", cast.north)), end, "succeeded");
    done(&world, &request("delete_team", json!({ "team": { "team_id": cast.north } })));
    for (status, _) in verdicts_at(&world, end) {
        assert_eq!(status, "already_done");
    }
    assert_eq!(world.ledger("holds/"), [].into());
    assert_settled(&world);
}

/// Who is let in no more keeps what was given, and loses it at its end all the same.
#[test]
fn a_disabled_account_loses_it_at_the_end() {
    let world = Provisioning::new();
    let ana = &world.cast.ana;
    world.warm_up();
    let end = soon();
    give(&world, grant(ana, &format!("course:{}:assigned", world.cast.course)), end, "succeeded");
    done(&world, &request("disable_account", json!({ "principal": ana.by_id() })));
    assert!(world.has_course(&world.cast.course, &ana.id));
    assert_eq!(verdicts_at(&world, end), [is("succeeded", None)]);
    assert!(!world.has_course(&world.cast.course, &ana.id));
    assert_settled(&world);
}

/// A new user name changes nothing about who it is.
#[test]
fn a_renamed_account_loses_it_at_the_end() {
    let world = Provisioning::new();
    let ana = &world.cast.ana;
    world.warm_up();
    let end = soon();
    give(&world, grant(ana, &member(&world)), end, "succeeded");
    let account = json!({ "user_name": "renamed@example.org", "email": "renamed@example.org" });
    done(
        &world,
        &request("update_account", json!({ "principal": ana.by_id(), "account": account })),
    );
    assert_eq!(verdicts_at(&world, end), [is("succeeded", None)]);
    assert_eq!(world.membership(&world.cast.north, &ana.id), None);
    assert_settled(&world);
}
