//! One request, one outcome, one write, however often its message comes.

use scenarios::{Provisioning, QueueRecord, grant, request, text};
use serde_json::{Value, json};

use crate::support::{assert_rejects, is, verdict};

fn member(world: &Provisioning) -> Value {
    grant(&world.cast.ana, &format!("team:{}:member", world.cast.north))
}

#[test]
fn a_message_that_comes_ten_times_acts_once() {
    let world = Provisioning::new();
    let asked = member(&world);
    let outcomes: Vec<_> = (0..10).map(|_| world.ask(&asked)).collect();
    assert_eq!(verdict(&outcomes[0]), is("succeeded", None));
    assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]), "{outcomes:#?}");
    assert_eq!(world.writes().len(), 1);
}

#[test]
fn ten_in_one_batch_act_once() {
    let world = Provisioning::new();
    let asked = member(&world).to_string();
    let records: Vec<_> = (0..10).map(|_| QueueRecord::made_up(&*asked)).collect();
    assert_eq!(world.hand_over(&records), [] as [String; 0]);
    let outcomes = world.take_outcomes();
    assert_eq!(outcomes.len(), 10);
    assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]), "{outcomes:#?}");
    assert_eq!(world.writes().len(), 1);
}

/// A creation is what must not happen twice.
#[test]
fn an_account_and_a_team_are_made_once() {
    let world = Provisioning::new();
    let account = json!({ "user_name": "dee.nomail", "last_name": "Ek" });
    for asked in [
        request("create_account", json!({ "account": account })),
        request("create_team", json!({ "team": { "name": "Bremen" } })),
    ] {
        world.vendor().reset_log();
        let first = world.ask(&asked);
        assert_eq!(verdict(&first), is("succeeded", None));
        world.stop();
        assert_eq!(world.ask(&asked), first, "in another process too");
        assert_eq!(world.writes().len(), 1);
    }
}

#[test]
fn what_is_recorded_tells_the_story() {
    let world = Provisioning::new();
    let asked = member(&world);
    let outcome = world.ask(&asked);
    let documents = world.documents(&text(&asked["request_id"]));
    let names: Vec<_> = documents.keys().map(String::as_str).collect();
    assert_eq!(names, ["intent.json", "outcome.json", "request.json"]);
    assert_eq!(documents["request.json"], asked);
    assert_eq!(documents["outcome.json"], outcome);
    let intent = &documents["intent.json"];
    assert_eq!(intent["effects"], outcome["effects"], "{intent:#}");
    assert_eq!((&intent["added"], &intent["before"]), (&json!(["member"]), &Value::Null));
    assert!(intent["observed"].to_string().contains(&world.cast.ana.id), "{intent:#}");
}

#[test]
fn the_members_of_a_body_have_no_order() {
    let world = Provisioning::new();
    let asked = member(&world);
    let first = world.ask(&asked);
    let members = asked.as_object().unwrap().iter().rev();
    let members: Vec<_> = members.map(|(name, value)| format!("\n  {name:?} :\t{value}")).collect();
    let turned = format!("{{{} }}\n", members.join(" , "));
    assert_ne!(turned, asked.to_string());
    assert_eq!(serde_json::from_str::<Value>(&turned).unwrap(), asked);
    assert_eq!(world.ask_text(&turned), first);
    let escaped = asked.to_string().replace("covers", "c\\u006fvers");
    assert_eq!(world.ask_text(&escaped), first);
    assert_eq!(world.writes().len(), 1);
}

#[test]
fn an_id_belongs_to_one_body() {
    let world = Provisioning::new();
    let asked = member(&world);
    let first = world.ask(&asked);
    let id = text(&asked["request_id"]);
    let before = world.documents(&id);
    for (name, value) in [
        ("entitlement", json!(format!("team:{}:member", world.cast.south))),
        ("principal", world.cast.bo.by_id()),
        ("principal", world.cast.ana.by_name()),
        ("operation", json!("revoke")),
        ("reason", json!("another reason")),
        ("ticket", Value::Null),
        ("dry_run", json!(true)),
        ("notify", json!(false)),
        ("expires_at", json!("2099-01-01T00:00:00Z")),
    ] {
        let mut other = asked.clone();
        other[name] = value;
        assert_rejects(&world, &other, "request_id_reused", "request_id");
    }
    for (name, document) in before {
        assert_eq!(world.documents(&id)[&name], document, "{name} stays as it was");
    }
    assert_eq!(world.ask(&asked), first, "and the first body keeps its outcome");
    assert_eq!(world.writes().len(), 1);
}

/// A rejection is an outcome too: the id stays rejected when the rules change.
#[test]
fn a_rejection_is_kept() {
    let mut world = Provisioning::new();
    let asked = grant(&world.cast.ana, "role:Administrator");
    let first = world.ask(&asked);
    assert_eq!(verdict(&first), is("rejected", Some("role_not_grantable")));
    world.reconfigure("ROLLCALL_GRANTABLE_ROLES", "Learner,Administrator");
    assert_eq!(world.ask(&asked), first);
    let anew = grant(&world.cast.ana, "role:Administrator");
    assert_eq!(verdict(&world.ask(&anew)), is("succeeded", None));
}

/// The same access asked for by two requests is two outcomes and one write.
#[test]
fn two_requests_for_the_same_are_two_outcomes() {
    let world = Provisioning::new();
    let [one, other] = [member(&world), member(&world)];
    let records = [&one, &other].map(|asked| QueueRecord::made_up(asked.to_string()));
    assert_eq!(world.hand_over(&records), [] as [String; 0]);
    let outcomes = world.take_outcomes();
    let verdicts: Vec<_> = outcomes.iter().map(verdict).collect();
    assert_eq!(verdicts, [is("succeeded", None), is("already_done", None)]);
    assert_eq!(world.writes().len(), 1);
}

/// The outcome queue is optional.
#[test]
fn without_an_outcome_queue_the_ledger_has_it() {
    let world = Provisioning::new().with(|env| env.without("ROLLCALL_OUTCOME_QUEUE_URL"));
    let asked = member(&world);
    world.send(&asked);
    assert_eq!(world.deliver().unwrap().retried, [] as [String; 0]);
    let documents = world.documents(&text(&asked["request_id"]));
    assert_eq!(verdict(&documents["outcome.json"]), is("succeeded", None));
    assert_eq!(world.take_outcomes(), [] as [Value; 0]);
}
