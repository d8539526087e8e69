//! `expire-grants` itself: run twice, killed, late, and with the vendor changed meanwhile.

use std::time::Duration;

use scenarios::{PLENTY, Person, Provisioning, grant, soon, sqs_event, text, wait_until};
use serde_json::{Value, json};

use crate::{
    ends::{assert_settled, give, member, verdicts_at},
    support::{changes, facts, is},
};

/// New accounts in no team.
fn many(world: &Provisioning, count: usize) -> Vec<Person> {
    let at_vendor = world.vendor().world();
    let add = |_| Person::at(world.vendor(), &at_vendor.add_user("One", "More"));
    (0..count).map(add).collect()
}

#[test]
fn run_twice_each_end_is_carried_out_once() {
    let world = Provisioning::new();
    let (cast, before) = (&world.cast, facts(&world));
    world.warm_up();
    let end = soon();
    for person in [&cast.ana, &cast.bo, &cast.cy] {
        give(&world, grant(person, &member(&world)), end, "succeeded");
    }
    wait_until(end);
    world.vendor().reset_log();
    for sent in [3, 0] {
        assert_eq!(world.expire_grants(), json!({ "due": 3, "sent": sent }), "of each one copy");
    }
    let outcomes = world.deliver_all();
    assert!(outcomes.iter().all(|outcome| outcome["status"] == "succeeded"), "{outcomes:#?}");
    assert_eq!(world.writes().len(), 3);
    assert_eq!(changes(&before, &world), [] as [String; 0]);
    assert_settled(&world);
}

#[test]
fn killed_in_the_middle_it_goes_on_the_next_time() {
    let world = Provisioning::new();
    let people = many(&world, 25);
    let before = facts(&world);
    world.warm_up();
    let end = soon() + jiff::SignedDuration::from_secs(6);
    for person in &people {
        give(&world, grant(person, &member(&world)), end, "succeeded");
    }
    wait_until(end);
    world.vendor().reset_log();
    let process = world.expiry();
    let answer =
        process.invoke_and_kill_when(&json!({}), PLENTY, || world.requests.depth().visible >= 3);
    let sent = world.requests.depth().visible;
    // It may be done before the kill; then there was no middle.
    assert!(answer.is_some() || (3..=people.len()).contains(&sent), "{sent} of 25: {answer:?}");
    assert_eq!(world.expire_grants()["due"], people.len());
    let outcomes = world.deliver_all();
    assert!(outcomes.iter().all(|outcome| outcome["status"] == "succeeded"), "{outcomes:#?}");
    assert_eq!(world.writes().len(), people.len(), "each once");
    assert_eq!(changes(&before, &world), [] as [String; 0]);
    assert_settled(&world);
}

#[test]
fn who_is_gone_has_nothing_left_to_take() {
    let world = Provisioning::new();
    let (cast, at_vendor) = (&world.cast, world.vendor().world());
    world.warm_up();
    let end = soon() + jiff::SignedDuration::from_secs(1);
    let course = format!("course:{}:assigned", cast.course);
    give(&world, grant(&cast.ana, &member(&world)), end, "succeeded");
    give(&world, grant(&cast.ana, &course), end, "succeeded");
    give(&world, grant(&cast.bo, &format!("team:{}:leader", cast.south)), end, "succeeded");
    give(&world, grant(&cast.cy, &course), end, "succeeded");
    // Her account, his team, and the course of the third are deleted at the vendor.
    assert!(at_vendor.remove_user(&cast.ana.id));
    assert!(at_vendor.delete_team(&cast.south));
    assert!(at_vendor.delete_course(&cast.course));
    let before = facts(&world);
    wait_until(end);
    let outcomes = world.expire_what_is_gone().outcomes;
    assert_eq!(outcomes.len(), 4);
    for outcome in &outcomes {
        assert_eq!(outcome["status"], "already_done", "{outcome:#}");
    }
    assert_eq!(changes(&before, &world), [] as [String; 0]);
    assert_eq!(world.ledger("holds/"), [].into());
    assert_settled(&world);
}

/// Who is inactive is not listed by the vendor, and has it still.
#[test]
fn who_is_inactive_loses_it_all_the_same() {
    let world = Provisioning::new();
    let (ana, before) = (&world.cast.ana, facts(&world));
    world.warm_up();
    let end = soon();
    give(&world, grant(ana, &format!("team:{}:leader", world.cast.north)), end, "succeeded");
    assert!(world.vendor().world().set_active(&ana.id, false));
    let verdicts = verdicts_at(&world, end);
    assert_eq!(verdicts, [is("succeeded", None)]);
    assert!(world.vendor().world().set_active(&ana.id, true));
    assert_eq!(changes(&before, &world), [] as [String; 0]);
    assert_settled(&world);
}

#[test]
fn ends_come_in_the_order_they_are_due() {
    let world = Provisioning::new();
    let cast = &world.cast;
    world.warm_up();
    let ends = [2, 0, 1].map(|seconds| soon() + jiff::SignedDuration::from_secs(seconds));
    for (person, end) in [&cast.ana, &cast.bo, &cast.cy].into_iter().zip(ends) {
        give(&world, grant(person, &member(&world)), end, "succeeded");
    }
    wait_until(ends[0]);
    let outcomes: Vec<Value> = world.expire().outcomes;
    let names: Vec<_> = outcomes.iter().map(|o| text(&o["principal"]["user_id"])).collect();
    assert_eq!(
        names,
        [&*cast.bo.id, &*cast.cy.id, &*cast.ana.id],
        "after an outage, the oldest first"
    );
}

#[test]
fn an_end_is_sent_in_the_group_of_whose_access_ends() {
    let world = Provisioning::new();
    let ana = &world.cast.ana;
    world.warm_up();
    let end = soon();
    give(&world, grant(ana, &member(&world)), end, "succeeded");
    wait_until(end);
    world.expire_grants();
    let event = sqs_event(&world.requests.receive(Duration::ZERO), world.requests.arn());
    let group = &event["Records"][0]["attributes"]["MessageGroupId"];
    assert_eq!(*group, format!("user:{}", ana.id), "one that has to wait keeps nobody else's");
}
