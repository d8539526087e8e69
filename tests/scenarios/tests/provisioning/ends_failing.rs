//! An end that cannot be carried out stays due, is told, and is tried again until it is.

use litmos_simulator::{Fault, Rule};
use scenarios::{PLENTY, Provisioning, ending, grant, soon, text, wait_until};
use serde_json::{Value, json};

use crate::{
    ends::{assert_settled, give, member},
    support::{changes, facts, is, verdict},
};

/// The sum of a metric in the log.
fn metric(world: &Provisioning, name: &str) -> f64 {
    world.log_records().iter().filter_map(|record| record[name].as_f64()).sum()
}

#[test]
fn an_end_that_fails_stays_due_and_is_tried_anew() {
    let world = Provisioning::new();
    let (ana, what, before) = (&world.cast.ana, member(&world), facts(&world));
    world.warm_up();
    let end = soon();
    give(&world, grant(ana, &what), end, "succeeded");
    let (held, noted) = (world.hold(&ana.id, &what), world.expiring());
    world.vendor().faults().add(Rule::new(Fault::Forbidden).method("DELETE"));
    wait_until(end);
    let mut ids = Vec::new();
    for round in 1..=3 {
        let expired = world.expire();
        assert_eq!(expired.answer, json!({ "due": 1, "sent": 1 }));
        let [outcome] = &*expired.outcomes else { panic!("{:#?}", expired.outcomes) };
        assert_eq!(verdict(outcome), is("failed", Some("vendor_forbidden")), "{outcome:#}");
        assert!(text(&outcome["message"]).contains("proper permissions"), "{outcome:#}");
        ids.push(text(&outcome["request_id"]));
        assert_eq!((world.hold(&ana.id, &what), world.expiring()), (held.clone(), noted.clone()));
        let counted = [metric(&world, "ExpiriesFailed"), metric(&world, "OutcomesFailed")];
        assert_eq!(counted, [f64::from(round), f64::from(round)], "it raises an alarm");
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3, "each try is a request of its own");
    assert!(world.membership(&world.cast.north, &ana.id).is_some());

    world.vendor().faults().clear();
    let expired = world.expire();
    let [outcome] = &*expired.outcomes else { panic!("{:#?}", expired.outcomes) };
    assert_eq!(verdict(outcome), is("succeeded", None), "{outcome:#}");
    assert!(!ids.contains(&text(&outcome["request_id"])));
    assert_eq!(changes(&before, &world), [] as [String; 0]);
    assert_settled(&world);
}

/// Of a leader's grant the vendor did the first half: that half ends like the whole.
#[test]
fn what_was_given_in_spite_of_a_refusal_ends_too() {
    let world = Provisioning::new();
    let (ana, before) = (&world.cast.ana, facts(&world));
    let what = format!("team:{}:leader", world.cast.north);
    world.warm_up();
    let end = soon();
    world.vendor().faults().add(Rule::new(Fault::Forbidden).method("PUT"));
    let outcome = world.ask(&ending(grant(ana, &what), end));
    assert_eq!(verdict(&outcome), is("failed", Some("vendor_forbidden")), "{outcome:#}");
    let actions: Vec<_> = outcome["effects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|effect| text(&effect["action"]))
        .collect();
    assert_eq!(actions, ["add_team_member"], "what was done is told");
    assert!(world.membership(&world.cast.north, &ana.id).is_some());
    world.vendor().faults().clear();
    wait_until(end);
    let outcomes = world.expire().outcomes;
    assert_eq!(outcomes.iter().map(verdict).collect::<Vec<_>>(), [is("succeeded", None)]);
    assert_eq!(changes(&before, &world), [] as [String; 0]);
    assert_settled(&world);
}

/// One end that fails does not keep the others.
#[test]
fn the_others_end_all_the_same() {
    let world = Provisioning::new();
    let (cast, what) = (&world.cast, member(&world));
    world.warm_up();
    let end = soon();
    for person in [&cast.ana, &cast.bo, &cast.cy] {
        give(&world, grant(person, &what), end, "succeeded");
    }
    let on = format!("/users/{}", cast.bo.id);
    world.vendor().faults().add(Rule::new(Fault::Forbidden).method("DELETE").on(on));
    wait_until(end);
    let mut statuses: Vec<_> =
        world.expire().outcomes.iter().map(|outcome| text(&outcome["status"])).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, ["failed", "succeeded", "succeeded"]);
    let has = |id: &str| world.membership(&cast.north, id).is_some();
    assert_eq!([&cast.ana, &cast.bo, &cast.cy].map(|person| has(&person.id)), [false, true, false]);
    assert_eq!(world.expiring().len(), 1);
}

/// How long the oldest is overdue is told, and an entry that makes no sense hides none of the
/// others.
#[test]
fn what_is_overdue_is_told() {
    let world = Provisioning::new();
    let (ana, what) = (&world.cast.ana, member(&world));
    let told = |world: &Provisioning| {
        let overdue = |record: Value| record["ExpiryOverdueSeconds"].as_f64();
        world.log_records().into_iter().filter_map(overdue).next_back()
    };
    world.expire_grants();
    assert_eq!(told(&world), Some(0.0));
    world.warm_up();
    let end = soon();
    give(&world, grant(ana, &what), end, "succeeded");
    let connection = &world.scenario.connection;
    let damaged = format!("{}/ledger/expiring/20200101T000000Z/broken.json", connection.name);
    connection.bucket.put(&damaged, "{\"request_id\":");
    wait_until(end + jiff::SignedDuration::from_secs(1));
    let process = world.expiry();
    let error = process.invoke(&json!({}), PLENTY).unwrap_err();
    assert!(error.error_message.contains("broken.json"), "the entry is named: {error}");
    world.scenario.keep_log(&process);
    world.deliver_all();
    assert!(told(&world).is_some_and(|seconds| seconds >= 1.0), "{:?}", told(&world));
    assert_eq!(world.membership(&world.cast.north, &ana.id), None);
}
