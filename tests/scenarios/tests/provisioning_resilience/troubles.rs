//! Trouble that may pass: the message comes again soon, and ends in the right state.

use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};

use litmos_simulator::{BadRow, Fault, Loss, Possession, Rule};
use scenarios::{Depth, PLENTY, Provisioning, QueueRecord, deliver_batch, request, revoke};
use serde_json::{Value, json};

use crate::{
    kinds::{Case, revocation, world},
    support::{alone, id, is, somebody, verdict},
    vendor_writes::one_of_each,
};

/// What may come in the place of an answer to a write that was carried out.
const LOSSES: [Loss; 3] = [Loss::Reset, Loss::Unavailable, Loss::GatewayTimeout];
/// Which writes a fault troubles: all, or those only whose answer is needed.
type Troubles = fn(&Case) -> bool;
const TROUBLES: [(Fault, Troubles); 10] = [
    (Fault::Unavailable, |_| true),
    (Fault::RateLimited, |_| true),
    (Fault::GatewayTimeout, |_| true),
    (Fault::ServerError, |_| true),
    (Fault::Reset, |_| true),
    (Fault::AnswerLost { with: LOSSES[0] }, |_| true),
    (Fault::AnswerLost { with: LOSSES[1] }, |_| true),
    (Fault::AnswerLost { with: LOSSES[2] }, |_| true),
    (Fault::Html, |_| true),
    (Fault::CutOff, Case::creates),
];
/// Of itself SQS would give a message again after 12 minutes only.
const SOON: Duration = Duration::from_secs(60);
/// The most messages that come at once.
const BATCH: usize = 10;
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn each_write_is_carried_out_after_each_trouble() {
    let failed: Vec<_> = thread::scope(|scope| {
        let runs = TROUBLES.map(|(fault, troubles)| {
            (fault, scope.spawn(move || carried_out_after(fault, troubles)))
        });
        runs.into_iter().filter_map(|(fault, run)| run.join().err().map(|_| fault)).collect()
    });
    assert_eq!(failed, [], "see above");
}

fn carried_out_after(fault: Fault, troubles: Troubles) {
    let world = world();
    let cases = one_of_each(&world);
    let bystanders: Vec<_> = cases.chunks(BATCH - 1).map(|_| revocation(&world)).collect();
    cases.iter().for_each(|case| world.vendor().faults().add(case.fault(fault)));
    let (mut sent, mut troubled) = (0, BTreeSet::new());
    for (batch, bystander) in cases.chunks(BATCH - 1).zip(&bystanders) {
        for case in batch.iter().chain([bystander]) {
            // Of one group they would wait for the first that has to come again.
            let group = id(&case.body);
            let message = world.requests.send(&case.body.to_string(), &group);
            let is_troubled = troubles(case) && !std::ptr::eq(case, bystander);
            troubled.extend(is_troubled.then_some(message));
            sent += 1;
        }
    }
    let (mut seen, mut retried) = (BTreeSet::new(), BTreeSet::new());
    let process = world.provision();
    while seen.len() < sent {
        let invoke = |event: &Value| Some(process.invoke(event, PLENTY));
        let batch = deliver_batch(&world.requests, PATIENCE, invoke);
        let delivery = batch.expect("what waits comes again soon");
        seen.extend(delivery.records.into_iter().map(|record| record.message_id));
        retried.extend(delivery.retried);
    }
    assert_eq!(retried, troubled, "{fault:?}");
    let recorded = |case: &Case| world.entry(&format!("requests/{}/outcome.json", id(&case.body)));
    assert!(bystanders.iter().all(|case| recorded(case).is_some()), "{fault:?}: others suffer");

    world.vendor().faults().clear();
    let start = Instant::now();
    world.deliver_all();
    assert!(start.elapsed() < SOON, "{fault:?}: they came again after {:?}", start.elapsed());
    assert_eq!(world.dead_letters.depth(), Depth::default());
    for case in cases.iter().chain(&bystanders) {
        let outcome = recorded(case).unwrap_or_else(|| panic!("{fault:?}: {}", case.writes[0]));
        assert_eq!(verdict(&outcome), is("succeeded", None), "{fault:?}: {outcome:#}");
        assert!((case.is_so)(&world), "{fault:?}: {} is not so", case.writes[0]);
        if case.creates() {
            assert_eq!(applied(&world, case).len(), 1, "{fault:?}: {}", case.writes[0]);
        }
    }
}

/// The writes of a case that were carried out; whether each sent mail.
fn applied(world: &Provisioning, case: &Case) -> Vec<bool> {
    let lines = world.writes().into_iter().zip(world.vendor().writes());
    let of_it = lines.filter(|(line, write)| line.line == case.writes[0] && write.applied);
    of_it.map(|(_, write)| write.mail).collect()
}

/// To be mailed twice about one thing tells somebody that something is wrong.
#[test]
fn nobody_is_mailed_twice_although_the_answer_was_lost() {
    for loss in LOSSES {
        let world = world();
        let mut cases = one_of_each(&world);
        cases.retain(|case| case.writes[0].ends_with("sendmessage=false"));
        assert_eq!(cases.len(), 4, "what the vendor may mail about");
        for case in &mut cases {
            case.body["notify"] = true.into();
            case.writes[0] = case.writes[0].replace("false", "true");
            let lost = Fault::AnswerLost { with: loss };
            world.vendor().faults().add(case.fault(lost).times(1));
        }
        let records: Vec<_> =
            cases.iter().map(|case| QueueRecord::made_up(case.body.to_string())).collect();
        let again = world.hand_over(&records);
        let retried = |record: &&QueueRecord| again.contains(&record.message_id);
        let records: Vec<_> =
            records.iter().filter(retried).map(|record| record.clone().receives(2)).collect();
        assert_eq!(world.hand_over(&records), [] as [String; 0]);
        for case in &cases {
            assert!((case.is_so)(&world), "{loss:?}: {} is not so", case.writes[0]);
            let mails = applied(&world, case).into_iter().filter(|mail| *mail).count();
            assert_eq!(mails, 1, "mails of {}, {loss:?}", case.writes[0]);
        }
    }
}

/// The function's time is over before the vendor has answered.
#[test]
fn each_write_is_carried_out_although_the_answer_comes_too_late() {
    let world = world();
    for case in one_of_each(&world) {
        world.vendor().faults().add(case.fault(Fault::Slow { ms: 60_000 }));
        let record = QueueRecord::made_up(case.body.to_string());
        let event = |received| alone(&world, &record.clone().receives(received));
        let process = world.provision();
        // 10 seconds are kept for putting things in order.
        let answer = process.invoke(&event(1), Duration::from_millis(10_600)).unwrap();
        let again = json!({ "batchItemFailures": [{ "itemIdentifier": record.message_id }] });
        assert_eq!(answer, again, "{}", case.writes[0]);
        world.vendor().faults().clear();
        let answer = process.invoke(&event(2), PLENTY).unwrap();
        assert_eq!(answer, json!({ "batchItemFailures": [] }), "{}", case.writes[0]);
        let outcome = world.entry(&format!("requests/{}/outcome.json", id(&case.body))).unwrap();
        assert_eq!(verdict(&outcome), is("succeeded", None), "{outcome:#}");
        assert!((case.is_so)(&world), "{} is not so", case.writes[0]);
        assert_eq!(applied(&world, &case).len(), 1, "{}", case.writes[0]);
    }
}

#[test]
fn a_slow_vendor_is_waited_for() {
    let world = world();
    let cases = one_of_each(&world);
    cases.iter().for_each(|case| world.vendor().faults().add(case.fault(Fault::Slow { ms: 100 })));
    let records = cases.iter().map(|case| QueueRecord::made_up(case.body.to_string()));
    assert_eq!(world.hand_over(&records.collect::<Vec<_>>()), [] as [String; 0]);
    assert!(cases.iter().all(|case| (case.is_so)(&world)));
}

/// What is looked for may be in the row that cannot be read: nobody is told to be absent.
#[test]
fn who_is_not_found_in_a_list_with_a_bad_row_may_be_there() {
    let mut waited = 0;
    for (of_user, row) in [(true, 0), (true, 1), (false, 0), (false, 1)] {
        let world = world();
        let (dee, ed) = (somebody(&world), somebody(&world));
        let (north, south) = (world.cast.north.clone(), world.cast.south.clone());
        let at_vendor = world.vendor().world();
        for id in world.members(&north) {
            assert!(at_vendor.possess(&id, Possession::Member, &north, false));
        }
        // Two rows in either list.
        for (who, team) in [(&dee, &north), (&dee, &south), (&ed, &north)] {
            assert!(at_vendor.possess(&who.id, Possession::Member, team, true));
        }
        let members = json!({ "team": { "team_id": north }, "members": [ed.by_id()] });
        let (body, list) = if of_user {
            (revoke(&dee, &format!("team:{north}:member")), "/teams")
        } else {
            (request("set_team_members", members), "/users")
        };
        let bad = Rule::new(Fault::BadRow { kind: BadRow::NoId, row });
        world.vendor().faults().add(bad.method("GET").on(list));
        let record = QueueRecord::made_up(body.to_string());
        if !world.hand_over(std::slice::from_ref(&record)).is_empty() {
            waited += 1;
            world.vendor().faults().clear();
            assert_eq!(world.hand_over(&[record.receives(2)]), [] as [String; 0]);
        }
        let verdicts: Vec<_> = world.take_outcomes().iter().map(verdict).collect();
        assert_eq!(verdicts, [is("succeeded", None)], "{list}, row {row}");
        assert_eq!(world.members(&north), [&*ed.id]);
    }
    assert_eq!(waited, 3, "of a user's teams the bad row may be another one");
}

/// The wait grows with the number of receives, and is much shorter than the queue's own.
#[test]
fn a_message_that_has_to_wait_comes_again_soon_but_not_at_once() {
    let world = world();
    let case = revocation(&world);
    world.vendor().faults().add(case.fault(Fault::Unavailable));
    world.send(&case.body);
    let mut since = Instant::now();
    for (received, least) in [(1, 0), (2, 900), (3, 2_900)] {
        let (process, mut waited) = (world.provision(), 0);
        let invoke = |event: &Value| {
            waited = since.elapsed().as_millis();
            let answer = process.invoke(event, PLENTY);
            since = Instant::now();
            Some(answer)
        };
        let delivery = deliver_batch(&world.requests, PATIENCE, invoke).expect("it comes again");
        assert_eq!((delivery.records[0].receive_count(), delivery.retried.len()), (received, 1));
        assert!(waited >= least, "it came again after {waited} ms");
        assert_eq!(world.requests.depth(), Depth { visible: 0, in_flight: 1 });
    }
}
