//! Requests that were settled, interrupted, or have an end to come.

use jiff::Timestamp;
use litmos_simulator::Possession;
use scenarios::{
    Provisioning, Recorded, revoke,
    situations::{REQUESTS, Requests},
    text,
};
use serde_json::{Value, json};

/// The vendor after what was carried out, and the ledger as a release has left it.
fn restored(release: &str) -> (Provisioning, Recorded) {
    let world = Requests::world();
    let recorded = Recorded::of(release, REQUESTS);
    recorded.restore(&world.scenario.connection);
    let (cast, there) = (&world.cast, world.vendor().world());
    assert!(there.possess(&cast.ana.id, Possession::Member, &cast.north, true));
    assert!(there.possess(&cast.ana.id, Possession::Member, &cast.south, true));
    assert!(there.possess(&cast.cy.id, Possession::Course, &cast.course, true));
    assert!(there.set_level(&cast.bo.id, "Administrator"));
    (world, recorded)
}

/// The body of a request that was sent before.
fn sent(recorded: &Recorded, id: &str) -> Value {
    recorded.document(&format!("ledger/requests/{id}/request.json"))
}

#[test]
fn a_settled_request_has_the_outcome_that_it_had() {
    for release in Recorded::releases() {
        let (world, recorded) = restored(&release);
        for id in ["settled", "due", "lasting"] {
            world.send(&sent(&recorded, id));
            let mut outcome = world.deliver_all().remove(0);
            let mut before = recorded.document(&format!("ledger/requests/{id}/outcome.json"));
            for document in [&mut outcome, &mut before] {
                document.as_object_mut().unwrap().remove("version");
            }
            assert_eq!(outcome, before, "{release}");
            let listed = world.entry(&format!("outcomes/{id}.json")).unwrap();
            assert_eq!(listed["request_id"], id, "queries find it, too");
        }
        assert_eq!(world.writes(), []);
    }
}

/// By the first look for due grants, and as they were settled.
#[test]
fn what_was_settled_is_entered_in_the_index() {
    for release in Recorded::releases() {
        let (world, recorded) = restored(&release);
        world.expire_grants();
        let entered = world.ledger("settled/");
        assert_eq!(entered.len(), 3, "{release}: {entered:#?}");
        for id in ["settled", "due", "lasting"] {
            let outcome = recorded.document(&format!("ledger/requests/{id}/outcome.json"));
            let at: Timestamp = text(&outcome["finished_at"]).parse().unwrap();
            let key = format!("settled/{}.{id}", at.strftime("%Y-%m-%d/%H%M%S%3f"));
            assert_eq!(entered[&key]["status"], outcome["status"], "{release}: {entered:#?}");
        }
        world.expire_grants();
        assert_eq!(world.ledger("settled/"), entered, "once");
    }
}

#[test]
fn an_interrupted_request_is_finished() {
    for release in Recorded::releases() {
        let (world, recorded) = restored(&release);
        let (ana, south) = (&world.cast.ana, &world.cast.south);
        let outcome = world.ask(&sent(&recorded, "interrupted"));
        assert_eq!(outcome["status"], "succeeded", "{release}: {outcome:#}");
        assert_eq!(world.writes().len(), 1, "what was done is not done again");
        let hold = world.hold(&ana.id, &format!("team:{south}:leader")).unwrap();
        assert_eq!(hold["added"], json!(["member", "leader"]), "as the intent says");
    }
}

#[test]
fn what_has_ended_is_taken_away() {
    for release in Recorded::releases() {
        let (world, _) = restored(&release);
        let expired = world.expire();
        let statuses: Vec<_> = expired.outcomes.iter().map(|outcome| &outcome["status"]).collect();
        assert_eq!(statuses, ["succeeded"], "{release}: {expired:#?}");
        assert_eq!(world.role(&world.cast.bo.id), "Learner");
        assert_eq!(world.expiring(), ["20990101T000000Z/lasting.json"]);
    }
}

#[test]
fn what_has_not_ended_can_be_revoked() {
    for release in Recorded::releases() {
        let (world, _) = restored(&release);
        let (cy, course) = (&world.cast.cy, format!("course:{}:assigned", world.cast.course));
        assert!(world.hold(&cy.id, &course).is_some());
        let outcome = world.ask(&revoke(cy, &course));
        assert_eq!(outcome["status"], "succeeded", "{release}: {outcome:#}");
        assert_eq!(world.hold(&cy.id, &course), None);
    }
}
