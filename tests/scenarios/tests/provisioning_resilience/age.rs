//! After 24 hours, or just before the queue gives up, a message that still meets trouble has failed; after
//! an hour if it meets it alone.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use litmos_simulator::{Fault, Rule};
use scenarios::{Provisioning, QueueRecord, text};
use serde_json::Value;

use crate::{
    kinds::{Case, KINDS, revocation, world},
    support::{again, alone, id, is, verdict, written},
};

/// As it comes after so many receives, so many seconds less than a day after the first of them. It had
/// lain in the queue for days.
fn aged(case: &Case, receives: u32, less_than_a_day: i64) -> QueueRecord {
    let age = SignedDuration::from_hours(24) - SignedDuration::from_secs(less_than_a_day);
    let first = Timestamp::now() - age;
    let record = QueueRecord::made_up(case.body.to_string()).receives(receives);
    record.first_received_at(first).sent_at(first - SignedDuration::from_hours(48))
}

const DAY: i64 = 24 * 3_600;

fn outage(world: &Provisioning) {
    world.vendor().faults().add(Rule::new(Fault::Unavailable));
}

#[test]
fn it_is_tried_for_a_day_and_no_longer() {
    for (receives, less_than_a_day, fails) in
        [(200, -1, true), (200, 60, false), (990, DAY, true), (999, DAY, true), (989, DAY, false)]
    {
        let world = world();
        let case = revocation(&world);
        outage(&world);
        let record = aged(&case, receives, less_than_a_day);
        let again = world.hand_over(std::slice::from_ref(&record));
        let outcomes = world.take_outcomes();
        if !fails {
            assert_eq!((again, outcomes), (vec![record.message_id], vec![]), "{receives}");
            continue;
        }
        assert_eq!(again, [] as [String; 0], "{receives}");
        let [outcome] = &*outcomes else { panic!("{outcomes:#?}") };
        assert_eq!(verdict(outcome), is("failed", Some("vendor_unavailable")), "{outcome:#}");
        assert!(text(&outcome["message"]).contains("503"), "{outcome:#}");
        // For good, also when the vendor is well again.
        world.vendor().faults().clear();
        assert_eq!(world.hand_over(&[aged(&case, 1, DAY)]), [] as [String; 0]);
        assert_eq!(world.take_outcomes(), outcomes);
        assert_eq!(written(&world), [] as [String; 0]);
    }
}

/// While others are answered, the trouble is the record's own.
#[test]
fn what_fails_alone_is_tried_for_an_hour_and_no_longer() {
    const HOUR: i64 = 3_600;
    for (age, fails) in [(HOUR - 60, false), (HOUR + 1, true)] {
        let world = world();
        let (case, bystander) = (revocation(&world), revocation(&world));
        let poisoned = format!("/users/{}", id_of_principal(&case));
        world.vendor().faults().add(Rule::new(Fault::ServerError).on(poisoned));
        let records = [aged(&case, 20, DAY - age), aged(&bystander, 1, DAY)];
        let again = world.hand_over(&records);
        let outcomes = world.take_outcomes();
        let verdict_of = |case: &Case| {
            let of_it = |outcome: &&Value| outcome["request_id"] == case.body["request_id"];
            outcomes.iter().find(of_it).map(verdict)
        };
        assert_eq!(verdict_of(&bystander), Some(is("succeeded", None)), "nobody waits for it");
        if fails {
            assert_eq!(again, [] as [String; 0], "{age}");
            assert_eq!(verdict_of(&case), Some(is("failed", Some("vendor_unavailable"))));
            let said = |outcome: &Value| text(&outcome["message"]);
            let tried_for = "an hour in which the vendor answered about others";
            assert!(outcomes.iter().any(|outcome| said(outcome).contains(tried_for)));
        } else {
            assert_eq!((again, verdict_of(&case)), (vec![records[0].message_id.clone()], None));
        }
    }
}

fn id_of_principal(case: &Case) -> String {
    text(&case.body["principal"]["user_id"])
}

/// A vendor that takes the request and stays silent: only the function's time ends that.
#[test]
fn silence_is_endured_for_a_day_and_no_longer() {
    let world = world();
    let case = revocation(&world);
    world.vendor().faults().add(Rule::new(Fault::Slow { ms: 60_000 }));
    let process = world.provision();
    // 10 seconds are kept for putting things in order.
    let deliver = |less_than_a_day| {
        let event = alone(&world, &aged(&case, 200, less_than_a_day));
        again(process.invoke(&event, Duration::from_millis(10_600))).len()
    };
    assert_eq!((deliver(60), world.take_outcomes()), (1, vec![]));
    assert_eq!(deliver(-1), 0);
    let verdicts: Vec<_> = world.take_outcomes().iter().map(verdict).collect();
    assert_eq!(verdicts, [is("failed", Some("vendor_unavailable"))]);
}

#[test]
fn what_goes_well_at_last_is_done_however_old_it_is() {
    let world = world();
    let case = revocation(&world);
    assert_eq!(world.hand_over(&[aged(&case, 995, -100_000)]), [] as [String; 0]);
    assert_eq!(
        world.take_outcomes().iter().map(verdict).collect::<Vec<_>>(),
        [is("succeeded", None)]
    );
    assert!((case.is_so)(&world));
}

/// The next look for due grants asks for it under another id.
#[test]
fn an_end_that_was_given_up_stays_due() {
    let world = world();
    let (_, ends) = KINDS.into_iter().find(|(name, _)| *name == "end of a grant").unwrap();
    let case = ends(&world, 1).remove(0);
    outage(&world);
    assert_eq!(world.hand_over(&[aged(&case, 200, -1)]), [] as [String; 0]);
    let given_up: Vec<Value> = world.take_outcomes();
    let verdicts: Vec<_> = given_up.iter().map(verdict).collect();
    assert_eq!(verdicts, [is("failed", Some("vendor_unavailable"))]);
    assert_eq!(world.expiring().len(), 1, "it stays due");
    world.vendor().faults().clear();
    let ended = world.expire().outcomes;
    assert_eq!(ended.iter().map(verdict).collect::<Vec<_>>(), [is("succeeded", None)]);
    assert_ne!(id(&ended[0]), id(&given_up[0]));
    assert!((case.is_so)(&world));
    assert_eq!(world.expiring(), [] as [String; 0]);
}

/// Whoever reads that it has failed has to learn what was done before; it stands no longer.
#[test]
fn what_was_given_before_it_was_given_up_is_told_and_ends_at_once() {
    let world = world();
    let (_, leaders) = KINDS.into_iter().find(|(name, _)| *name == "grant of leadership").unwrap();
    let case = leaders(&world, 1).remove(0);
    world.vendor().faults().add(Rule::new(Fault::Unavailable).method("PUT").on("/leaders/"));
    assert_eq!(world.hand_over(&[aged(&case, 1, DAY)]).len(), 1);
    outage(&world);
    assert_eq!(world.hand_over(&[aged(&case, 200, -1)]), [] as [String; 0]);
    let outcomes = world.take_outcomes();
    let [outcome] = &*outcomes else { panic!("{outcomes:#?}") };
    assert_eq!(verdict(outcome), is("failed", Some("vendor_unavailable")), "{outcome:#}");
    let held = case.held.unwrap();
    let hold = world.hold(&held.user_id, &held.entitlement).unwrap();
    assert!(hold["added"].as_array().unwrap().contains(&"member".into()), "{hold:#}");
    assert!(world.membership(&world.cast.north, &held.user_id).is_some());
    let actions: Vec<_> =
        outcome["effects"].as_array().unwrap().iter().map(|effect| &effect["action"]).collect();
    assert!(actions.contains(&&"add_team_member".into()), "{outcome:#}");
    world.vendor().faults().clear();
    let ended = world.expire().outcomes;
    assert_eq!(ended.iter().map(verdict).collect::<Vec<_>>(), [is("succeeded", None)]);
    assert!(world.membership(&world.cast.north, &held.user_id).is_none());
    assert_eq!(world.hold(&held.user_id, &held.entitlement), None);
}
