//! A stack that provisions nothing, or only tries: what comes of that does not bind a request.

use scenarios::{Provisioning, ending, grant, text};
use serde_json::Value;

use crate::{
    dry_run::every_kind,
    ids::assert_nothing_elsewhere,
    support::{changes, facts, is, verdict},
};

/// The documents of a request but those of its attempts.
fn binding(world: &Provisioning, asked: &Value) -> Vec<String> {
    let documents = world.documents(&text(&asked["request_id"])).into_keys();
    documents.filter(|name| !name.starts_with("attempts/")).collect()
}

fn attempts(world: &Provisioning, asked: &Value) -> Vec<Value> {
    let documents = world.documents(&text(&asked["request_id"])).into_iter();
    let attempts = documents.filter(|(name, _)| name.starts_with("attempts/"));
    attempts.map(|(_, outcome)| outcome).collect()
}

#[test]
fn a_stack_that_is_off_does_nothing() {
    for mode in ["off", ""] {
        let mut world =
            Provisioning::new().set("ROLLCALL_GRANTABLE_ROLES", "Learner,Administrator");
        world.reconfigure("ROLLCALL_PROVISIONING", mode);
        let kinds = every_kind(&world);
        let before = facts(&world);
        for asked in &kinds {
            let outcome = world.ask(asked);
            assert_eq!(verdict(&outcome), is("rejected", Some("provisioning_off")), "{outcome:#}");
            assert!(text(&outcome["message"]).contains("ROLLCALL_PROVISIONING"), "{outcome:#}");
            assert_eq!(attempts(&world, asked), [outcome]);
            assert_eq!(binding(&world, asked), [] as [String; 0]);
        }
        assert_eq!(world.scenario.requests(), 0, "the vendor was asked nothing");
        assert_eq!(changes(&before, &world), [] as [String; 0]);
        assert_nothing_elsewhere(&world);

        world.reconfigure("ROLLCALL_PROVISIONING", "on");
        for asked in &kinds {
            let outcome = world.ask(asked);
            assert_eq!(verdict(&outcome), is("succeeded", None), "{outcome:#}");
        }
    }
}

#[test]
fn a_stack_that_only_tries_plans_and_does_nothing() {
    let mut world = Provisioning::new().set("ROLLCALL_GRANTABLE_ROLES", "Learner,Administrator");
    for asked in every_kind(&world) {
        world.reconfigure("ROLLCALL_PROVISIONING", "dry-run");
        let (before, held) = (facts(&world), world.ledger("holds/"));
        world.vendor().reset_log();
        let planned = world.ask(&asked);
        assert_eq!(verdict(&planned), is("planned", None), "{planned:#}");
        assert_eq!(attempts(&world, &asked), std::slice::from_ref(&planned));
        assert_eq!(binding(&world, &asked), [] as [String; 0]);
        assert_eq!(world.writes(), []);
        assert_eq!(changes(&before, &world), [] as [String; 0]);
        assert_eq!(world.ledger("holds/"), held);

        world.reconfigure("ROLLCALL_PROVISIONING", "on");
        let outcome = world.ask(&asked);
        assert_eq!(verdict(&outcome), is("succeeded", None), "{outcome:#}");
        assert_eq!(outcome["effects"], planned["effects"]);
    }
}

/// What was only tried can still be changed under its id.
#[test]
fn an_attempt_does_not_bind_the_id() {
    for mode in ["off", "dry-run"] {
        let mut world = Provisioning::new();
        world.reconfigure("ROLLCALL_PROVISIONING", mode);
        let asked = grant(&world.cast.ana, &format!("team:{}:member", world.cast.north));
        let mut changed = asked.clone();
        changed["entitlement"] = format!("team:{}:member", world.cast.south).into();
        for attempt in [&asked, &asked, &changed] {
            let outcome = world.ask(attempt);
            assert_ne!(outcome["code"], "request_id_reused", "{outcome:#}");
        }
        assert_eq!(attempts(&world, &asked).len(), 3, "one a message");
        world.reconfigure("ROLLCALL_PROVISIONING", "on");
        let outcome = world.ask(&changed);
        assert_eq!(verdict(&outcome), is("succeeded", None), "{outcome:#}");
        assert!(world.membership(&world.cast.south, &world.cast.ana.id).is_some());
        assert_eq!(verdict(&world.ask(&asked)), is("rejected", Some("request_id_reused")));
    }
}

/// What was settled before stays so, whatever the mode.
#[test]
fn a_settled_request_keeps_its_outcome() {
    let mut world = Provisioning::new();
    let end = "2099-01-01T00:00:00Z".parse().unwrap();
    let what = format!("team:{}:member", world.cast.north);
    let asked = ending(grant(&world.cast.ana, &what), end);
    let outcome = world.ask(&asked);
    for mode in ["off", "dry-run", "on"] {
        world.reconfigure("ROLLCALL_PROVISIONING", mode);
        let again = world.ask(&asked);
        // Off is off for everybody; what was recorded is not touched by it.
        assert!(again == outcome || again["code"] == "provisioning_off", "{mode}: {again:#}");
        let recorded =
            world.entry(&format!("requests/{}/outcome.json", text(&asked["request_id"])));
        assert_eq!(recorded.as_ref(), Some(&outcome));
    }
    assert_eq!(world.writes().len(), 1);
    assert_eq!(world.expiring().len(), 1);
}
