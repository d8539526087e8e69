//! A key that the vendor refuses holds everything back and settles nothing.

use litmos_simulator::Fault;
use scenarios::{Provisioning, QueueRecord};
use serde_json::json;

use crate::{
    kinds::{Case, revocation, world},
    support::{id, is, verdict, written},
    vendor_writes::one_of_each,
};

fn records(cases: &[&Case]) -> Vec<QueueRecord> {
    cases.iter().map(|case| QueueRecord::made_up(case.body.to_string())).collect()
}

fn ids(records: &[QueueRecord]) -> Vec<String> {
    let mut ids: Vec<_> = records.iter().map(|record| record.message_id.clone()).collect();
    ids.sort_unstable();
    ids
}

#[track_caller]
fn assert_unsettled(world: &Provisioning, cases: &[&Case]) {
    for case in cases {
        let documents = world.documents(&id(&case.body));
        assert!(!documents.contains_key("outcome.json"), "{documents:#?}");
    }
    assert_eq!(world.take_outcomes(), [] as [serde_json::Value; 0]);
}

#[track_caller]
fn assert_carried_out(world: &Provisioning, cases: &[&Case]) {
    let outcomes = world.take_outcomes();
    assert_eq!(outcomes.len(), cases.len());
    for outcome in outcomes {
        assert_eq!(verdict(&outcome), is("succeeded", None), "{outcome:#}");
    }
    assert!(cases.iter().all(|case| (case.is_so)(world)));
}

#[test]
fn with_a_wrong_key_a_whole_batch_waits_and_the_vendor_is_hardly_asked() {
    let world = world();
    let key = world.vendor().api_key();
    let cases = one_of_each(&world);
    let cases: Vec<_> = cases.iter().collect();
    let records = records(&cases);
    world.vendor().set_api_key("another");
    assert_eq!(world.hand_over(&records), ids(&records));
    assert_unsettled(&world, &cases);
    let asked = world.vendor().log().count();
    assert_eq!(asked, 1, "one refusal says enough");
    world.vendor().set_api_key(key);
    assert_eq!(world.hand_over(&records), [] as [String; 0]);
    assert_carried_out(&world, &cases);
}

/// The key is refused at a write; others behind it have nothing to do with it but the key.
#[test]
fn a_key_that_is_refused_at_any_write_holds_back_what_is_behind() {
    let world = world();
    for case in one_of_each(&world) {
        let (before, behind) = (revocation(&world), revocation(&world));
        world.vendor().reset_log();
        world.vendor().faults().add(case.fault(Fault::Unauthorized));
        let cases = [&before, &case, &behind];
        let records = records(&cases);
        assert_eq!(world.hand_over(&records), ids(&records[1..]), "{}", case.writes[0]);
        assert_carried_out(&world, &[&before]);
        assert_unsettled(&world, &[&case, &behind]);
        assert!(!written(&world).contains(&behind.writes[0]));
        world.vendor().faults().clear();
        assert_eq!(world.hand_over(&records[1..]), [] as [String; 0], "{}", case.writes[0]);
        assert_carried_out(&world, &[&case, &behind]);
    }
}

#[test]
fn a_new_key_is_taken_up_without_anybody_waiting() {
    let world = world();
    let first = revocation(&world);
    assert_eq!(world.hand_over(&records(&[&first])), [] as [String; 0]);
    world.vendor().set_api_key("the-new-one");
    world.scenario.connection.secret.update(&json!({ "api_key": "the-new-one" }).to_string());
    let second = revocation(&world);
    assert_eq!(world.hand_over(&records(&[&second])), [] as [String; 0]);
    assert_carried_out(&world, &[&first, &second]);
}
