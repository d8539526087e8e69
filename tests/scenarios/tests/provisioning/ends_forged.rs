//! Messages that claim to be Rollcall's own: believed only if they are what a due end asks for.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use scenarios::{Provisioning, grant, revoke, soon, text, wait_until};
use serde_json::{Value, json};

use crate::{
    ends::{assert_settled, give, member, verdicts_at},
    support::{changes, facts, is, verdict},
};

/// The messages that Rollcall has put on the queue, taken from it.
fn caught(world: &Provisioning) -> Vec<Value> {
    let records = world.requests.receive(Duration::ZERO);
    records.iter().for_each(|record| world.requests.delete(record));
    records.iter().map(|record| serde_json::from_str(&record.body).unwrap()).collect()
}

/// The id of the message that ends a grant.
fn revocation_id(grant: &Value) -> String {
    use sha2::{Digest, Sha256};
    let hashed = format!("{} {}", text(&grant["request_id"]), text(&grant["expires_at"]));
    let digest = Sha256::digest(hashed);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("rollcall.expire.{}.0", &hex[..32])
}

#[track_caller]
fn assert_not_believed(world: &Provisioning, forged: &Value) {
    let before = facts(world);
    let outcome = world.ask(forged);
    assert_eq!(verdict(&outcome), is("rejected", Some("reserved_request_id")), "{forged:#}");
    assert_eq!(changes(&before, world), [] as [String; 0], "{forged:#}");
}

/// Somebody who knows the form sends it before the end, or about somebody else.
#[test]
fn what_is_not_due_is_not_taken_away() {
    let world = Provisioning::new();
    let (cast, what) = (&world.cast, member(&world));
    world.warm_up();
    let [early, late] = [soon(), Timestamp::now() + SignedDuration::from_hours(1)];
    let due = give(&world, grant(&cast.ana, &what), early, "succeeded");
    let lasting = give(&world, grant(&cast.bo, &what), late, "succeeded");
    wait_until(early);
    assert_eq!(world.expire_grants(), json!({ "due": 1, "sent": 1 }));
    let [real] = &*caught(&world) else { panic!("one end is due") };

    // Everything that names Ana's grant now names Bo's, the id too, which is no secret.
    let ids = [&due, &lasting].map(revocation_id);
    assert_eq!(text(&real["request_id"]), ids[0], "as it is derived");
    let mut not_due = real.to_string().replace(&cast.ana.id, &cast.bo.id).replace(&ids[0], &ids[1]);
    for name in ["request_id", "expires_at"] {
        not_due = not_due.replace(&text(&due[name]), &text(&lasting[name]));
    }
    let mut not_due: Value = serde_json::from_str(&not_due).unwrap();
    assert_eq!(not_due["request_id"], ids[1]);
    assert_not_believed(&world, &not_due);
    not_due["request_id"] = "rollcall.expire.made-up".into();
    assert_not_believed(&world, &not_due);
    for (member, value) in [
        ("principal", cast.bo.by_id()),
        ("principal", cast.ana.by_name()),
        ("entitlement", json!(format!("team:{}:member", cast.south))),
        ("entitlement", json!("role:Account_Owner")),
        ("operation", json!("grant")),
        ("operation", json!("delete_team")),
        ("reason", json!("because")),
        ("dry_run", json!(true)),
        ("notify", json!(true)),
    ] {
        let mut forged = real.clone();
        forged[member] = value;
        assert_not_believed(&world, &forged);
    }
    let mut other_id = real.clone();
    other_id["request_id"] = format!("{}x", text(&real["request_id"])).into();
    assert_not_believed(&world, &other_id);
    let bare = json!({ "request_id": real["request_id"], "operation": "revoke" });
    assert_not_believed(&world, &bare);

    // None of them has used up the real one.
    assert!(world.membership(&cast.north, &cast.ana.id).is_some());
    assert_eq!(verdict(&world.ask(real)), is("succeeded", None));
    assert_eq!(world.membership(&cast.north, &cast.ana.id), None);
    assert!(world.membership(&cast.north, &cast.bo.id).is_some());
    assert_eq!(world.expiring().len(), 1, "Bo's end is still noted");
}

/// The real message, kept and sent once more when somebody has the access anew.
#[test]
fn an_old_message_takes_nothing_new() {
    let world = Provisioning::new();
    let (ana, what) = (&world.cast.ana, member(&world));
    world.warm_up();
    let end = soon();
    give(&world, grant(ana, &what), end, "succeeded");
    wait_until(end);
    world.expire_grants();
    let [real] = &*caught(&world) else { panic!("one end is due") };
    let first = world.ask(real);
    assert_eq!(verdict(&first), is("succeeded", None));
    assert_eq!(verdict(&world.ask(&grant(ana, &what))), is("succeeded", None));
    world.vendor().reset_log();
    let again = world.ask(real);
    assert_ne!(again["status"], "failed", "{again:#}");
    assert_eq!(world.writes(), []);
    assert!(world.membership(&world.cast.north, &ana.id).is_some());
    assert_eq!(verdict(&world.ask(&revoke(ana, &what))), is("succeeded", None));
    assert_settled(&world);
}

/// Sent twice by Rollcall itself, it is done once.
#[test]
fn a_message_that_comes_twice_acts_once() {
    let world = Provisioning::new();
    let (ana, what) = (&world.cast.ana, member(&world));
    world.warm_up();
    let end = soon();
    give(&world, grant(ana, &what), end, "succeeded");
    wait_until(end);
    world.expire_grants();
    let [real] = &*caught(&world) else { panic!("one end is due") };
    world.vendor().reset_log();
    let outcomes: Vec<_> = (0..3).map(|_| world.ask(real)).collect();
    assert_eq!(verdict(&outcomes[0]), is("succeeded", None));
    assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]), "{outcomes:#?}");
    assert_eq!(world.writes().len(), 1);
    assert_eq!(verdicts_at(&world, end), []);
    assert_settled(&world);
}
