//! Grants that end: what Rollcall gave for a time it takes away, and nothing else.

use jiff::Timestamp;
use litmos_simulator::Possession;
use scenarios::{Expired, Provisioning, ending, grant, revoke, soon, text, wait_until};
use serde_json::{Value, json};

use crate::support::{changes, facts, is, verdict};

const NEVER: &str = "2099-01-01T00:00:00Z";

pub(crate) fn member(world: &Provisioning) -> String {
    format!("team:{}:member", world.cast.north)
}

/// Grants something until then, and asserts that this came of it.
#[track_caller]
pub(crate) fn give(world: &Provisioning, asked: Value, end: Timestamp, status: &str) -> Value {
    let asked = ending(asked, end);
    let outcome = world.ask(&asked);
    assert_eq!(verdict(&outcome), is(status, None), "{outcome:#}");
    asked
}

/// Asserts that nothing is due any more and no end is noted.
#[track_caller]
pub(crate) fn assert_settled(world: &Provisioning) {
    assert_eq!(world.expiring(), [] as [String; 0]);
    assert_eq!(world.expire_grants(), json!({ "due": 0, "sent": 0 }));
}

/// Waits, has the ends carried out, and gives the verdicts of them.
#[track_caller]
pub(crate) fn verdicts_at(world: &Provisioning, end: Timestamp) -> Vec<(String, Option<String>)> {
    wait_until(end);
    world.expire().outcomes.iter().map(verdict).collect()
}

/// One grant of each kind, each taken away at its end and not before.
#[test]
fn what_was_given_for_a_time_is_taken_away() {
    let world = Provisioning::new().set("ROLLCALL_GRANTABLE_ROLES", "Learner,Administrator");
    let (cast, before) = (&world.cast, facts(&world));
    world.warm_up();
    let end = soon() + jiff::SignedDuration::from_secs(2);
    let grants = [
        (&cast.ana, format!("team:{}:member", cast.north), "remove_team_member"),
        (&cast.bo, format!("team:{}:leader", cast.north), "remove_team_member"),
        (&cast.cy, format!("team:{}:admin", cast.south), "remove_team_member"),
        (&cast.ana, format!("course:{}:assigned", cast.course), "unassign_course"),
        (&cast.bo, format!("learning_path:{}:assigned", cast.path), "unassign_learning_path"),
        (&cast.admin, format!("team:{}:member", cast.north), "remove_team_member"),
        (&cast.ana, "role:Administrator".to_owned(), "set_role"),
    ];
    let asked: Vec<_> = grants
        .iter()
        .map(|(person, what, _)| give(&world, grant(person, what), end, "succeeded"))
        .collect();
    for (person, what, _) in &grants {
        let hold = world.hold(&person.id, what).expect("what ends is held");
        assert_eq!(text(&hold["expires_at"]).parse::<Timestamp>().unwrap(), end);
    }
    let second = end.strftime("%Y%m%dT%H%M%SZ");
    let mut keys: Vec<_> =
        asked.iter().map(|asked| format!("{second}/{}.json", text(&asked["request_id"]))).collect();
    keys.sort_unstable();
    assert_eq!(world.expiring(), keys);
    assert_eq!(world.expire_grants(), json!({ "due": 0, "sent": 0 }), "not before its time");
    assert!(Timestamp::now() < end, "too slow to tell");

    wait_until(end);
    let Expired { answer, outcomes } = world.expire();
    assert_eq!(answer, json!({ "due": grants.len(), "sent": grants.len() }));
    assert_eq!(outcomes.len(), grants.len());
    for (person, what, action) in &grants {
        let of_it = |outcome: &&Value| {
            outcome["entitlement"] == **what && outcome["principal"] == person.found()
        };
        let outcome =
            outcomes.iter().find(of_it).unwrap_or_else(|| panic!("{what}: {outcomes:#?}"));
        assert_eq!(verdict(outcome), is("succeeded", None), "{outcome:#}");
        assert_eq!(outcome["operation"], "revoke");
        assert!(text(&outcome["request_id"]).starts_with("rollcall.expire."), "{outcome:#}");
        let actions: Vec<_> =
            outcome["effects"].as_array().unwrap().iter().map(|e| text(&e["action"])).collect();
        assert_eq!(actions, [*action], "{outcome:#}");
        assert_eq!(world.hold(&person.id, what), None);
        let documents = world.documents(&text(&outcome["request_id"]));
        assert_eq!(&documents["outcome.json"], outcome);
        assert!(documents.contains_key("intent.json") && documents.contains_key("request.json"));
    }
    assert_eq!(changes(&before, &world), [] as [String; 0], "as if it had never been");
    assert_settled(&world);
}

#[test]
fn what_was_there_before_stays() {
    let world = Provisioning::new();
    let ana = &world.cast.ana;
    let at_vendor = world.vendor().world();
    assert!(at_vendor.possess(&ana.id, Possession::Member, &world.cast.north, true));
    let before = facts(&world);
    world.warm_up();
    let end = soon();
    give(&world, grant(ana, &member(&world)), end, "already_done");
    assert_eq!(world.hold(&ana.id, &member(&world)), None);
    wait_until(end);
    let taken = world.expire().outcomes;
    assert!(taken.iter().all(|outcome| outcome["status"] == "already_done"), "{taken:#?}");
    assert_eq!(changes(&before, &world), [] as [String; 0]);
    assert_settled(&world);
}

/// The later grant takes the earlier one's place: its end counts, be it later or sooner, or none.
#[test]
fn the_latest_grant_says_when_it_ends() {
    let world = Provisioning::new();
    let cast = &world.cast;
    world.warm_up();
    let [first, second] = [soon(), soon() + jiff::SignedDuration::from_secs(2)];
    let never = NEVER.parse().unwrap();
    let what = member(&world);
    // Ana's is prolonged, Bo's is shortened, Cy's stays for good.
    give(&world, grant(&cast.ana, &what), first, "succeeded");
    give(&world, grant(&cast.bo, &what), never, "succeeded");
    give(&world, grant(&cast.cy, &what), first, "succeeded");
    let prolonged = give(&world, grant(&cast.ana, &what), second, "already_done");
    give(&world, grant(&cast.bo, &what), first, "already_done");
    let stays = grant(&cast.cy, &what);
    assert_eq!(verdict(&world.ask(&stays)), is("already_done", None));
    assert!(Timestamp::now() < first, "too slow to tell");
    let hold = world.hold(&cast.ana.id, &what).unwrap();
    assert_eq!(
        (&hold["request_id"], &hold["added"]),
        (&prolonged["request_id"], &json!(["member"]))
    );
    let hold = world.hold(&cast.cy.id, &what).unwrap();
    assert_eq!((&hold["request_id"], &hold["expires_at"]), (&stays["request_id"], &Value::Null));

    let has = |person: &scenarios::Person| world.membership(&cast.north, &person.id).is_some();
    wait_until(first);
    for outcome in world.expire().outcomes {
        let (of_bo, verdict) = (outcome["principal"] == cast.bo.found(), verdict(&outcome));
        let expected =
            if of_bo { is("succeeded", None) } else { is("already_done", Some("superseded")) };
        assert_eq!(verdict, expected, "{outcome:#}");
    }
    assert_eq!([&cast.ana, &cast.bo, &cast.cy].map(has), [true, false, true]);
    assert_eq!(verdicts_at(&world, second), [is("succeeded", None)]);
    assert_eq!([&cast.ana, &cast.bo, &cast.cy].map(has), [false, false, true]);
    assert!(world.expiring().iter().all(|key| key.starts_with("2099")), "{:?}", world.expiring());
}

/// Whoever gets it back after a revocation keeps it: that was not Rollcall's gift.
#[test]
fn what_was_revoked_early_does_not_end_again() {
    let world = Provisioning::new();
    let (ana, what) = (&world.cast.ana, member(&world));
    world.warm_up();
    let end = soon();
    give(&world, grant(ana, &what), end, "succeeded");
    assert_eq!(verdict(&world.ask(&revoke(ana, &what))), is("succeeded", None));
    assert_eq!(world.hold(&ana.id, &what), None);
    let at_vendor = world.vendor().world();
    assert!(at_vendor.possess(&ana.id, Possession::Member, &world.cast.north, true));
    wait_until(end);
    for outcome in world.expire().outcomes {
        assert_eq!(verdict(&outcome), is("already_done", Some("superseded")), "{outcome:#}");
    }
    assert!(world.membership(&world.cast.north, &ana.id).is_some());
    assert_settled(&world);
}

#[test]
fn what_was_granted_anew_ends_at_the_new_end() {
    let world = Provisioning::new();
    let (ana, what) = (&world.cast.ana, member(&world));
    world.warm_up();
    let [first, second] = [soon(), soon() + jiff::SignedDuration::from_secs(2)];
    give(&world, grant(ana, &what), first, "succeeded");
    assert_eq!(verdict(&world.ask(&revoke(ana, &what))), is("succeeded", None));
    give(&world, grant(ana, &what), second, "succeeded");
    for (status, code) in verdicts_at(&world, first) {
        assert_eq!((&*status, code.as_deref()), ("already_done", Some("superseded")));
    }
    assert!(world.membership(&world.cast.north, &ana.id).is_some());
    assert_eq!(verdicts_at(&world, second), [is("succeeded", None)]);
    assert_eq!(world.membership(&world.cast.north, &ana.id), None);
    assert_settled(&world);
}

/// What is not there any more need not be taken away.
#[test]
fn what_somebody_else_took_away_has_ended() {
    let world = Provisioning::new();
    let (ana, what) = (&world.cast.ana, member(&world));
    world.warm_up();
    let end = soon();
    give(&world, grant(ana, &what), end, "succeeded");
    let at_vendor = world.vendor().world();
    assert!(at_vendor.possess(&ana.id, Possession::Member, &world.cast.north, false));
    world.vendor().reset_log();
    wait_until(end);
    let ended = world.expire_what_is_gone().outcomes;
    assert_eq!(ended.iter().map(verdict).collect::<Vec<_>>(), [is("already_done", None)]);
    assert_eq!((world.writes(), world.hold(&ana.id, &what)), (vec![], None));
    assert_settled(&world);
}

/// Whatever the operator says by then: no mode and no list keeps what should have ended.
#[test]
fn policy_does_not_stop_an_end() {
    for (variable, value) in [
        ("ROLLCALL_PROVISIONING", "off"),
        ("ROLLCALL_PROVISIONING", "dry-run"),
        ("ROLLCALL_PROTECTED_USERS", "{ana}"),
        ("ROLLCALL_GRANTABLE_ROLES", "Trainer"),
        ("ROLLCALL_REQUIRE_TICKET", "true"),
        ("ROLLCALL_MAX_GRANT_HOURS", "1"),
    ] {
        let mut world =
            Provisioning::new().set("ROLLCALL_GRANTABLE_ROLES", "Learner,Administrator");
        let before = facts(&world);
        world.warm_up();
        let (ana, end) = (world.cast.ana.clone(), soon());
        give(&world, grant(&ana, &member(&world)), end, "succeeded");
        give(&world, grant(&ana, "role:Administrator"), end, "succeeded");
        world.reconfigure(variable, &value.replace("{ana}", &ana.name));
        let verdicts = verdicts_at(&world, end);
        assert_eq!(verdicts, [is("succeeded", None), is("succeeded", None)], "{variable}={value}");
        assert_eq!(changes(&before, &world), [] as [String; 0], "{variable}={value}");
        assert_settled(&world);
    }
}

/// A message that waited past its grant's end is not carried out.
#[test]
fn what_is_over_on_arrival_is_not_given() {
    let world = Provisioning::new();
    let (ana, what) = (&world.cast.ana, member(&world));
    let end = Timestamp::now() + jiff::SignedDuration::from_millis(300);
    let asked = ending(grant(ana, &what), end);
    world.send(&asked);
    wait_until(end);
    let outcomes = world.deliver_all();
    let verdicts: Vec<_> = outcomes.iter().map(verdict).collect();
    assert_eq!(verdicts, [is("rejected", Some("expired"))]);
    assert_eq!((world.writes(), world.hold(&ana.id, &what)), (vec![], None));
    assert_settled(&world);
}

/// Two ends in one second are told apart by their instants.
#[test]
fn an_end_is_an_instant_and_not_a_second() {
    let world = Provisioning::new();
    let (cast, what) = (&world.cast, member(&world));
    world.warm_up();
    // Both in the second after next, far apart in it.
    let base = Timestamp::from_second(soon().as_second() + 1).unwrap();
    let [early, late] = [50, 950].map(|ms| base + jiff::SignedDuration::from_millis(ms));
    give(&world, grant(&cast.ana, &what), early, "succeeded");
    give(&world, grant(&cast.bo, &what), late, "succeeded");
    wait_until(early);
    let answer = world.expire_grants();
    if Timestamp::now() < late {
        assert_eq!(answer, json!({ "due": 1, "sent": 1 }));
    }
    world.deliver_all();
    assert_eq!(world.membership(&cast.north, &cast.ana.id), None);
    verdicts_at(&world, late);
    assert_eq!(world.membership(&cast.north, &cast.bo.id), None);
    assert_settled(&world);
}
