//! Who is meant: by id or by user name, never by guess.

use scenarios::{Person, Provisioning, grant, request, text};
use serde_json::{Value, json};

use crate::support::{assert_rejects, changes, facts, is, verdict};

fn disabling(principal: Value) -> Value {
    request("disable_account", json!({ "principal": principal }))
}

/// Somebody new with an odd user name.
fn named(world: &Provisioning, user_name: &str) -> Person {
    let account = json!({ "user_name": user_name, "last_name": "Ek", "email": "mail@example.org" });
    let outcome = world.ask(&request("create_account", json!({ "account": account })));
    assert_eq!(outcome["status"], "succeeded", "{outcome:#}");
    let person = Person::at(world.vendor(), &text(&outcome["result"]["user_id"]));
    assert_eq!(person.name, user_name);
    person
}

#[test]
fn nobody_is_taken_for_another() {
    let world = Provisioning::new();
    let ana = &world.cast.ana;
    for (principal, about) in [
        (json!({ "user_name": "nobody@example.org" }), "nobody@example.org"),
        (json!({ "user_id": "NoSuchUser1" }), "NoSuchUser1"),
        (json!({ "user_name": ana.name.split_at(3).0 }), ana.name.split_at(3).0),
        (json!({ "user_name": format!("{}x", ana.name) }), "x"),
    ] {
        assert_rejects(&world, &disabling(principal), "principal_not_found", about);
    }
    // An id is an id, to the letter.
    let other_case: String = ana
        .id
        .chars()
        .map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        .collect();
    assert_rejects(&world, &disabling(json!({ "user_id": other_case })), "principal_not_found", "");
    assert_eq!(world.account(&ana.id)["Active"], true);
}

/// The vendor takes ids and user names in the same place.
#[test]
fn an_id_that_is_a_user_name_is_ambiguous_and_so_is_the_reverse() {
    let world = Provisioning::new();
    let dee = named(&world, "Dee-nomail");
    let writes = world.writes().len();
    for principal in [json!({ "user_id": dee.name }), json!({ "user_name": dee.id })] {
        assert_rejects(&world, &disabling(principal), "principal_ambiguous", &dee.id);
    }
    assert_eq!(world.writes().len(), writes);
}

#[test]
fn a_user_name_in_another_case_is_the_same_account() {
    let world = Provisioning::new();
    let ana = &world.cast.ana;
    let outcome = world.ask(&disabling(json!({ "user_name": ana.name.to_uppercase() })));
    assert_eq!(verdict(&outcome), is("succeeded", None), "{outcome:#}");
    assert_eq!(outcome["principal"], ana.found(), "the vendor's own spelling");
    assert_eq!(world.account(&ana.id)["Active"], false);
}

#[test]
fn a_user_name_may_hold_anything() {
    let world = Provisioning::new();
    for name in ["zoë+o'hara&co#1@example.org", "josé  two blanks@example.org", "100=x@example.org"]
    {
        let person = named(&world, name);
        let what = format!("team:{}:member", world.cast.north);
        let asked = request("grant", json!({ "principal": person.by_name(), "entitlement": what }));
        let outcome = world.ask(&asked);
        assert_eq!(verdict(&outcome), is("succeeded", None), "{outcome:#}");
        assert!(world.membership(&world.cast.north, &person.id).is_some(), "{name}");
    }
}

/// A user name stands in a path of the vendor's API, and stays one segment of it.
#[test]
fn a_user_name_leads_nowhere_else() {
    let world = Provisioning::new();
    let ana = &world.cast.ana;
    for name in [
        "../teams".to_owned(),
        "..".to_owned(),
        ".".to_owned(),
        format!("{}/courses", ana.id),
        format!("{}?limit=1", ana.name),
        format!("{}#x", ana.name),
        format!("..%2fusers%2f{}", ana.name),
        format!("%2e%2e/users/{}", ana.name),
        format!("{}%00", ana.name),
        format!("x\\..\\{}", ana.name),
        "details".to_owned(),
        "paginated".to_owned(),
    ] {
        world.vendor().reset_log();
        let outcome = world.ask(&disabling(json!({ "user_name": name })));
        assert_eq!(outcome["status"], "rejected", "{name}: {outcome:#}");
        assert_eq!(world.writes(), [], "{name}");
        for entry in world.vendor().log().entries() {
            let one = entry.path.strip_prefix("/v1.svc/users/");
            let one = one.is_some_and(|rest| !rest.is_empty() && !rest.contains('/'));
            // What would be another call of the vendor's is looked for in the list.
            let listed = entry.path == "/v1.svc/users" && entry.query.contains("search=");
            assert!(one || listed, "{name}: {}?{}", entry.path, entry.query);
        }
    }
    assert_eq!(world.account(&ana.id)["Active"], true);
}

/// An id does neither, although its form is right: as principal and as one of the members.
#[test]
fn an_id_leads_nowhere_else() {
    let world = Provisioning::new();
    let north = world.cast.north.clone();
    for id in ["details", "Paginated", "COURSES"] {
        let person = json!({ "user_id": id });
        let members = json!({ "team": { "team_id": north }, "members": [person] });
        for asked in [disabling(person), request("set_team_members", members)] {
            assert_rejects(&world, &asked, "principal_not_found", id);
        }
    }
}

/// What is granted must exist too.
#[test]
fn what_is_not_there_cannot_be_granted() {
    let world = Provisioning::new();
    let before = facts(&world);
    for what in [
        "team:NoSuchTeam1:member",
        "team:NoSuchTeam1:leader",
        "team:NoSuchTeam1:admin",
        "course:NoSuchCourse1:assigned",
        "learning_path:NoSuchPath1:assigned",
    ] {
        for dry_run in [false, true] {
            let mut asked = grant(&world.cast.ana, what);
            asked["dry_run"] = dry_run.into();
            let outcome = world.ask(&asked);
            // Once a write was sent, nothing is rejected any more.
            let status = if dry_run { "rejected" } else { "failed" };
            assert_eq!(verdict(&outcome), is(status, Some("entitlement_not_found")), "{outcome:#}");
        }
        assert_eq!(world.hold(&world.cast.ana.id, what), None);
    }
    assert_eq!(changes(&before, &world), [] as [String; 0]);
}
