//! What the vendor refuses for good is told with its words, and leaves nothing behind.

use litmos_simulator::{Fault, Possession, Rule};
use scenarios::{Provisioning, ending, grant, request, revoke, soon, text};
use serde_json::{Value, json};

use crate::support::{changes, facts, is, verdict};

/// Asserts that a request failed for good: once asked, once answered, and never again.
#[track_caller]
fn assert_fails(world: &Provisioning, asked: &Value, code: &str, about: &str) {
    let before = facts(world);
    let outcome = world.ask(asked);
    assert_eq!(verdict(&outcome), is("failed", Some(code)), "{outcome:#}");
    assert!(text(&outcome["message"]).contains(about), "{outcome:#}");
    let writes = world.writes().len();
    assert_eq!(world.ask(asked), outcome, "the recorded outcome");
    assert_eq!(world.writes().len(), writes, "and no second attempt");
    assert_eq!(changes(&before, world), [] as [String; 0]);
}

#[test]
fn each_kind_of_refusal_has_its_code() {
    let world = Provisioning::new();
    let ana = &world.cast.ana;
    let what = format!("team:{}:member", world.cast.north);
    for (fault, code, about) in [
        (Fault::Forbidden, "vendor_forbidden", "proper permissions"),
        (Fault::NotFound, "vendor_not_found", "Not Found"),
    ] {
        world.vendor().faults().add(Rule::new(fault).method("POST").on("/teams"));
        let asked = ending(grant(ana, &what), soon());
        assert_fails(&world, &asked, code, about);
        assert_eq!(world.hold(&ana.id, &what), None, "nothing was given");
        world.vendor().faults().clear();
    }
    let account =
        json!({ "user_name": "dee<x>@example.org", "last_name": "Ek", "email": "d@example.org" });
    let asked = request("create_account", json!({ "account": account }));
    assert_fails(&world, &asked, "vendor_conflict", "Invalid special character");
    let account = json!({ "attributes": { "JobRole": "Astronaut" } });
    let asked = request("update_account", json!({ "principal": ana.by_id(), "account": account }));
    assert_fails(&world, &asked, "vendor_conflict", "Job Role is invalid");
    let account =
        json!({ "attributes": { "EnableTextNotification": "true", "PhoneMobile": "12" } });
    let asked = request("update_account", json!({ "principal": ana.by_id(), "account": account }));
    assert_fails(&world, &asked, "vendor_refused", "Phone Number");
}

#[test]
fn a_course_of_a_learning_path_stays() {
    let world = Provisioning::new();
    let cast = &world.cast;
    assert!(world.vendor().world().possess(
        &cast.ana.id,
        Possession::LearningPath,
        &cast.path,
        true
    ));
    let asked = revoke(&cast.ana, &format!("course:{}:assigned", cast.course_of_path));
    assert_fails(&world, &asked, "vendor_refused", "learning path");
}

#[test]
fn a_learning_path_of_a_team_stays() {
    let world = Provisioning::new();
    let truth = world.vendor().truth();
    let users = world.vendor().world().user_ids().into_iter();
    let mut held = users.flat_map(|id| {
        let paths = truth.learning_paths_of(&id).into_iter();
        paths.filter(|(_, through_team)| *through_team).map(move |(path, _)| (id.clone(), path))
    });
    let (user, path) = held.next().expect("some paths are held through teams");
    let asked = request(
        "revoke",
        json!({
            "principal": { "user_id": user },
            "entitlement": format!("learning_path:{path}:assigned"),
        }),
    );
    assert_fails(&world, &asked, "vendor_refused", "Team");
}
