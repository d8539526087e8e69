//! What a request calls itself never leads anywhere but to its own place in the ledger.

use scenarios::{Provisioning, grant, text};
use serde_json::{Value, json};

use crate::support::{assert_rejects, is, verdict};

fn called(world: &Provisioning, id: Value) -> Value {
    let mut asked = grant(&world.cast.ana, &format!("team:{}:member", world.cast.north));
    asked["request_id"] = id;
    asked
}

/// Asserts that nothing was written but in the connection's ledger and its lease.
#[track_caller]
pub(crate) fn assert_nothing_elsewhere(world: &Provisioning) {
    let connection = &world.scenario.connection;
    let [ledger, lease] =
        ["ledger/", "locks/provision.json"].map(|key| format!("{}/{key}", connection.name));
    for key in connection.bucket.keys("") {
        assert!(key.starts_with(&ledger) || key == lease, "{key}");
        assert!(!key.contains("..") && !key.contains("//") && key.is_ascii(), "{key}");
        assert!(key.len() < 300, "{key}");
    }
}

#[test]
fn an_id_that_cannot_stand_in_a_key_is_no_id() {
    let world = Provisioning::new();
    for id in [
        json!("../../../latest.json"),
        json!("..%2f..%2flatest.json"),
        json!(".."),
        json!(".hidden"),
        json!("a/b"),
        json!("a\\b"),
        json!("a b"),
        json!("a\nb"),
        json!("a\u{0}b"),
        json!("ünïcode"),
        json!("req-８８"),
        json!("\u{202e}1-qer"),
        json!("x".repeat(129)),
        json!("x".repeat(10_000)),
        json!(""),
        json!(" "),
        json!(8841),
        json!(null),
        json!(["req-1"]),
        json!({ "id": "req-1" }),
    ] {
        let asked = called(&world, id);
        let outcome = world.ask(&asked);
        assert_eq!(verdict(&outcome), is("rejected", Some("invalid_request")), "{outcome:#}");
        assert_eq!(outcome["request_id"], Value::Null, "{outcome:#}");
        assert!(outcome["message"].as_str().unwrap().contains("request_id"), "{outcome:#}");
    }
    assert_eq!(world.ledger("requests/"), [].into(), "no request has a place");
    assert_eq!(world.ledger("unreadable/").len(), 20);
    assert_eq!(world.scenario.requests(), 0, "the vendor was asked nothing");
    assert_nothing_elsewhere(&world);
}

#[test]
fn an_id_may_be_long_and_odd() {
    let world = Provisioning::new();
    for id in ["a".repeat(128), "0:._-".to_owned(), "A..b".to_owned(), "urn:uuid:1-2".to_owned()] {
        let asked = called(&world, json!(id));
        let outcome = world.ask(&asked);
        assert_ne!(outcome["status"], "rejected", "{outcome:#}");
        assert_eq!(world.documents(&id)["outcome.json"], outcome);
    }
}

/// Ids differ by their case; so do keys.
#[test]
fn ids_are_told_apart_by_case() {
    let world = Provisioning::new();
    let [lower, upper] = ["req-a", "REQ-A"].map(|id| called(&world, json!(id)));
    assert_eq!(verdict(&world.ask(&lower)), is("succeeded", None));
    assert_eq!(verdict(&world.ask(&upper)), is("already_done", None));
}

/// Nobody is a door here; and what a door's id is refused for is not what it may be used for later.
#[test]
fn doors_ids_are_for_nobody_else() {
    let mut world = Provisioning::new();
    for id in ["scim.a.1", "c1.1", "review.c.1", "scim."] {
        let asked = called(&world, json!(id));
        world.vendor().reset_log();
        assert_rejects(&world, &asked, "reserved_request_id", "scim.");
        assert_eq!(world.scenario.requests(), 0);
        assert!(world.documents(id).is_empty(), "{id} is left to its door");
    }
    let sender = text(&world.ask(&called(&world, json!("scimx")))["sender"]);
    world.reconfigure("ROLLCALL_DOOR_SENDERS", &format!("scim:{sender}"));
    let outcome = world.ask(&called(&world, json!("scim.a.1")));
    assert_eq!(verdict(&outcome), is("already_done", None));
    assert_eq!(outcome["sender"], sender);
    assert_eq!(verdict(&world.ask(&called(&world, json!("c1.1")))).0, "rejected");
}

#[test]
fn rollcalls_own_ids_are_for_nobody_else() {
    let world = Provisioning::new();
    for id in ["rollcall.x", "rollcall.expire.req-1", "rollcall.expire.", "rollcall."] {
        let asked = called(&world, json!(id));
        world.vendor().reset_log();
        assert_rejects(&world, &asked, "reserved_request_id", "rollcall.");
        assert_eq!(world.scenario.requests(), 0);
        assert!(
            !world.documents(id).contains_key("outcome.json"),
            "a stranger's message must not settle what Rollcall will ask for"
        );
    }
    let outcome = world.ask(&called(&world, json!("rollcallx")));
    assert_eq!(verdict(&outcome), is("succeeded", None));
    assert_nothing_elsewhere(&world);
}
