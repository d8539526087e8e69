//! What the vendor refuses for good is failed at once, and not tried again.

use litmos_simulator::{Fault, Rule};
use scenarios::{
    CallGate, Provisioning, QueueRecord, ending, grant, request, soon, text, wait_until,
};
use serde_json::{Value, json};

use crate::{
    kinds::{Case, revocation, world},
    support::{behind, gate_before, id, is, somebody, verdict},
    vendor_writes::one_of_each,
};

const REFUSALS: [(u16, &str); 5] = [
    (400, "vendor_refused"),
    (403, "vendor_forbidden"),
    (404, "vendor_not_found"),
    (406, "vendor_refused"),
    (409, "vendor_conflict"),
];
const WORDS: &str = "Not under this roof.";

#[test]
fn each_write_that_is_refused_for_good_fails_with_the_vendors_words() {
    for (status, code) in REFUSALS {
        let world = world();
        let gate = gate_before(&world);
        let world = behind(&gate, world);
        refused(&world, &gate, status, code);
    }
}

/// A removal that the vendor calls gone is looked at: as long as it is there it is not done.
#[test]
fn what_is_called_gone_and_is_still_there_comes_again() {
    let world = world();
    let gate = gate_before(&world);
    let world = behind(&gate, world);
    for case in one_of_each(&world).iter().filter(|case| takes(case)) {
        gate.refuse([case.refusal(404, WORDS)]);
        let record = QueueRecord::made_up(case.body.to_string());
        let again = world.hand_over(std::slice::from_ref(&record));
        assert_eq!(again, [&*record.message_id], "{}", case.writes[0]);
        gate.refuse([]);
        assert_eq!(world.hand_over(&[record.receives(2)]), [] as [String; 0]);
        let outcomes = world.take_outcomes();
        assert_eq!(outcomes.iter().map(verdict).collect::<Vec<_>>(), [is("succeeded", None)]);
        assert!((case.is_so)(&world), "{} is not so", case.writes[0]);
    }
}

fn takes(case: &Case) -> bool {
    case.call().0 == "DELETE"
}

fn refused(world: &Provisioning, gate: &CallGate, status: u16, code: &str) {
    let mut cases = one_of_each(world);
    cases.retain(|case| status != 404 || !takes(case));
    let bystanders = [revocation(world), revocation(world)];
    gate.refuse(cases.iter().map(|case| case.refusal(status, WORDS)));
    gate.count();
    let in_turn = || bystanders[..1].iter().chain(&cases).chain(&bystanders[1..]);
    let records = || -> Vec<_> {
        in_turn().map(|case| QueueRecord::made_up(case.body.to_string())).collect()
    };
    assert_eq!(world.hand_over(&records()), [] as [String; 0], "{status}: not to be tried again");
    let outcomes = world.take_outcomes();
    assert_eq!(outcomes.len(), cases.len() + bystanders.len());
    let outcome_of = |case: &Case| -> &Value {
        let of_it = |outcome: &&Value| outcome["request_id"] == case.body["request_id"];
        outcomes.iter().find(of_it).unwrap()
    };
    for case in &cases {
        let (outcome, write) = (outcome_of(case), &case.writes[0]);
        // An account that was read just now is there: what is not found is something it names.
        let names = status == 404 && write.starts_with("PUT /users/");
        let expected = is("failed", Some(if names { "vendor_refused" } else { code }));
        assert_eq!(verdict(outcome), expected, "{status} {write}: {outcome:#}");
        assert!(text(&outcome["message"]).contains(WORDS), "{outcome:#}");
        if let Some(held) = &case.held {
            assert_eq!(world.hold(&held.user_id, &held.entitlement), None, "{status} {write}");
        }
        let (method, path) = case.call();
        let line = format!("{method} /v1.svc{path}");
        let asked = gate.calls().into_iter().filter(|call| call.line == line).count();
        assert_eq!(asked, 1, "{status} {write}");
    }
    for case in &bystanders {
        assert_eq!(verdict(outcome_of(case)), is("succeeded", None), "{status}: others suffer");
        assert!((case.is_so)(world));
    }

    // The same again is told the same again.
    gate.refuse([]);
    gate.count();
    assert_eq!(world.hand_over(&records()), [] as [String; 0]);
    let again = world.take_outcomes();
    for case in in_turn() {
        assert!(again.contains(outcome_of(case)), "{status}: {}", id(&case.body));
    }
    let calls = gate.calls();
    assert!(calls.iter().all(|call| !call.line.contains("v1.svc")), "{status}: {calls:#?}");
}

/// What was given before the refusal is held, and ends.
#[test]
fn what_was_given_before_a_refusal_is_told_held_and_taken_away() {
    let world = world();
    let (dee, team) = (somebody(&world), &world.cast.north);
    let entitlement = format!("team:{team}:leader");
    world.warm_up();
    let end = soon();
    let asked = ending(grant(&dee, &entitlement), end);
    world.vendor().faults().add(Rule::new(Fault::Forbidden).method("PUT").on("/leaders/"));
    let outcome = world.ask(&asked);
    assert_eq!(verdict(&outcome), is("failed", Some("vendor_forbidden")), "{outcome:#}");
    let effect = json!({ "team_id": team, "user_id": dee.id });
    assert_eq!(outcome["effects"], json!([{ "action": "add_team_member", "detail": effect }]));
    assert_eq!(world.hold(&dee.id, &entitlement).unwrap()["added"], json!(["member"]));
    world.vendor().faults().clear();
    wait_until(end);
    let ended = world.expire().outcomes;
    assert_eq!(ended.iter().map(verdict).collect::<Vec<_>>(), [is("succeeded", None)]);
    assert_eq!(world.membership(team, &dee.id), None);
    assert_eq!((world.hold(&dee.id, &entitlement), world.expiring().len()), (None, 0));
}

/// Who was put out of a team before the refusal is held no more.
#[test]
fn what_was_taken_before_a_refusal_is_told_and_let_go() {
    let world = world();
    let team = &world.cast.north;
    let mut people = [somebody(&world), somebody(&world)];
    // Members are removed in the order of their ids.
    people.sort_by(|one, other| one.id.cmp(&other.id));
    let [dee, eve] = people;
    let member = format!("team:{team}:member");
    for person in [&dee, &eve] {
        assert_eq!(verdict(&world.ask(&grant(person, &member))), is("succeeded", None));
    }
    let stay = world.members(team).into_iter().filter(|id| ![&dee.id, &eve.id].contains(&id));
    let stay: Value = stay.map(|id| json!({ "user_id": id })).collect();
    let asked =
        request("set_team_members", json!({ "team": { "team_id": team }, "members": stay }));
    let refused = format!("/users/{}?", eve.id);
    world.vendor().faults().add(Rule::new(Fault::Forbidden).method("DELETE").on(refused));
    let outcome = world.ask(&asked);
    assert_eq!(verdict(&outcome), is("failed", Some("vendor_forbidden")), "{outcome:#}");
    let effect = json!({ "team_id": team, "user_id": dee.id });
    assert_eq!(outcome["effects"], json!([{ "action": "remove_team_member", "detail": effect }]));
    assert_eq!(world.membership(team, &dee.id), None);
    assert!(world.membership(team, &eve.id).is_some());
    assert!(world.hold(&eve.id, &member).is_some());
    assert_eq!(world.hold(&dee.id, &member), None, "she has it no more");
}
