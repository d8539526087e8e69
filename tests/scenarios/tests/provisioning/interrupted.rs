//! Requests that were interrupted, and what became of them when something had changed meanwhile.

use scenarios::{Provisioning, ending, grant, request, revoke, soon, text, wait_until};
use serde_json::{Value, json};

use crate::{
    ends::{assert_settled, give, member, verdicts_at},
    support::{changes, facts, is, verdict},
};

/// Sends a request and kills the function at one of its writes. The message can be received again
/// at once.
#[track_caller]
fn interrupt(world: &Provisioning, asked: &Value, writes: usize) {
    let delivery = world.kill_at_write(asked, writes);
    world.requests.release(&delivery.records[0]);
    // As if the time of the one that was killed had passed.
    let lease = format!("{}/locks/provision.json", world.scenario.connection.name);
    world.scenario.connection.bucket.delete(&lease);
}

#[test]
fn what_was_begun_has_an_outcome_whatever_the_mode() {
    for mode in ["off", "dry-run"] {
        let mut world = Provisioning::new();
        let asked = grant(&world.cast.ana, &format!("team:{}:leader", world.cast.north));
        interrupt(&world, &asked, 1);
        world.reconfigure("ROLLCALL_PROVISIONING", mode);
        let outcomes = world.deliver_all();
        let verdicts: Vec<_> = outcomes.iter().map(verdict).collect();
        assert_eq!(verdicts, [is("succeeded", None)], "{mode}");
        let documents = world.documents(&text(&asked["request_id"]));
        assert!(documents.contains_key("outcome.json"), "{mode}: {:?}", documents.keys());
    }
}

/// Who was put out of a team before the interruption is held no more after it.
#[test]
fn a_list_of_members_lets_go_in_spite_of_an_interruption() {
    let world = Provisioning::new();
    let cast = &world.cast;
    let wanting = |members: Value| {
        let team = json!({ "team_id": cast.north });
        request("set_team_members", json!({ "team": team, "members": members }))
    };
    let rest: Vec<_> = world.members(&cast.north);
    let rest: Value = rest.iter().map(|id| json!({ "user_id": id })).collect();
    world.warm_up();
    let end = soon() + jiff::SignedDuration::from_secs(3);
    give(&world, grant(&cast.ana, &member(&world)), end, "succeeded");
    interrupt(&world, &wanting(rest.clone()), 1);
    assert_eq!(world.membership(&cast.north, &cast.ana.id), None);
    let outcomes = world.deliver_all();
    assert_eq!(outcomes.iter().map(verdict).collect::<Vec<_>>(), [is("succeeded", None)]);
    assert_eq!(world.hold(&cast.ana.id, &member(&world)), None);
    let mut anew = rest;
    anew.as_array_mut().unwrap().push(cast.ana.by_id());
    assert_eq!(verdict(&world.ask(&wanting(anew))), is("succeeded", None));
    for (status, _) in verdicts_at(&world, end) {
        assert_eq!(status, "already_done");
    }
    assert!(world.membership(&cast.north, &cast.ana.id).is_some());
    assert_settled(&world);
}

/// A role that was taken before the interruption is held no more after it.
#[test]
fn an_update_lets_go_in_spite_of_an_interruption() {
    let world = Provisioning::new().set("ROLLCALL_GRANTABLE_ROLES", "Learner,Administrator");
    let ana = &world.cast.ana;
    world.warm_up();
    let end = soon() + jiff::SignedDuration::from_secs(3);
    give(&world, grant(ana, "role:Administrator"), end, "succeeded");
    let to = |role: &str| {
        let account = json!({ "role": role });
        request("update_account", json!({ "principal": ana.by_id(), "account": account }))
    };
    interrupt(&world, &to("Learner"), 1);
    let outcomes = world.deliver_all();
    assert_eq!(outcomes.iter().map(verdict).collect::<Vec<_>>(), [is("succeeded", None)]);
    assert_eq!(world.hold(&ana.id, "role:Administrator"), None);
    assert_eq!(verdict(&world.ask(&to("Administrator"))), is("succeeded", None));
    for (status, _) in verdicts_at(&world, end) {
        assert_eq!(status, "already_done");
    }
    assert_eq!(world.role(&ana.id), "Administrator");
    assert_settled(&world);
}

/// Who was revoked before the interruption is held no more after it.
#[test]
fn a_revocation_lets_go_in_spite_of_an_interruption() {
    let world = Provisioning::new();
    let (ana, what) = (&world.cast.ana, member(&world));
    world.warm_up();
    let end = soon() + jiff::SignedDuration::from_secs(3);
    give(&world, grant(ana, &what), end, "succeeded");
    interrupt(&world, &revoke(ana, &what), 1);
    let outcomes = world.deliver_all();
    assert_eq!(outcomes.iter().map(verdict).collect::<Vec<_>>(), [is("succeeded", None)]);
    assert_eq!(world.hold(&ana.id, &what), None);
}

/// A grant whose end passes while it is interrupted is not left standing.
#[test]
fn what_ended_during_an_interruption_is_taken_away() {
    let world = Provisioning::new();
    let (ana, before) = (&world.cast.ana, facts(&world));
    let end = soon();
    let asked = ending(grant(ana, &format!("team:{}:leader", world.cast.north)), end);
    interrupt(&world, &asked, 1);
    assert!(world.membership(&world.cast.north, &ana.id).is_some());
    wait_until(end);
    let outcomes = world.deliver_all();
    let verdicts: Vec<_> = outcomes.iter().map(verdict).collect();
    assert_eq!(verdicts, [is("succeeded", Some("ended_meanwhile"))]);
    assert_eq!(changes(&before, &world), [] as [String; 0]);
    world.expire();
    assert_settled(&world);
}
