//! An account that no request may change, by whatever door.

use litmos_simulator::Possession;
use scenarios::{Person, Provisioning, request};
use serde_json::{Value, json};

use crate::support::{assert_rejects, changes, facts, is, verdict};

/// A connection that protects Ana, who is a member of the south.
fn protecting(spelled: impl FnOnce(&str) -> String) -> Provisioning {
    let mut world = Provisioning::new();
    let spelled = spelled(&world.cast.ana.name);
    world.reconfigure("ROLLCALL_PROTECTED_USERS", &spelled);
    let cast = &world.cast;
    assert!(world.vendor().world().possess(&cast.ana.id, Possession::Member, &cast.south, true));
    world
}

/// Whatever touches somebody.
fn touching(world: &Provisioning, person: &Person, principal: &Value) -> Vec<Value> {
    let cast = &world.cast;
    let about = |operation: &str, members: Value| {
        let mut request = request(operation, members);
        request["principal"] = principal.clone();
        request
    };
    let what = |what: String| json!({ "entitlement": what });
    let others = |team: &str| {
        let there = world.members(team).into_iter().filter(|id| *id != person.id);
        there.map(|id| json!({ "user_id": id })).collect::<Vec<_>>()
    };
    let wanting = |team: &str, members: Vec<Value>| {
        request("set_team_members", json!({ "team": { "team_id": team }, "members": members }))
    };
    vec![
        about("grant", what(format!("team:{}:member", cast.north))),
        about("grant", what(format!("team:{}:leader", cast.south))),
        about("grant", what(format!("course:{}:assigned", cast.course))),
        about("grant", what(format!("learning_path:{}:assigned", cast.path))),
        about("revoke", what(format!("team:{}:member", cast.south))),
        about("update_account", json!({ "account": { "first_name": "Anna" } })),
        about("update_account", json!({ "account": { "user_name": "unprotected@example.org" } })),
        about("update_account", json!({ "account": { "active": false } })),
        about("disable_account", json!({})),
        wanting(&cast.north, [others(&cast.north), vec![principal.clone()]].concat()),
        wanting(&cast.south, others(&cast.south)),
        request("delete_team", json!({ "team": { "team_id": cast.south } })),
    ]
}

#[test]
fn nothing_touches_who_is_protected() {
    let spellings: [fn(&str) -> String; 4] = [
        |name| name.to_owned(),
        |name| name.to_uppercase(),
        |name| format!("other@example.org, {name} ,last@example.org"),
        |name| name.to_lowercase(),
    ];
    for spelled in spellings {
        let world = protecting(spelled);
        let (ana, before) = (&world.cast.ana, facts(&world));
        let upper = json!({ "user_name": ana.name.to_uppercase() });
        for principal in [ana.by_id(), ana.by_name(), upper] {
            for asked in touching(&world, ana, &principal) {
                assert_rejects(&world, &asked, "protected_user", &ana.name);
            }
        }
        assert_eq!(changes(&before, &world), [] as [String; 0]);
        assert!(world.ledger("holds/").is_empty());
    }
}

#[test]
fn an_inactive_account_stays_so_if_it_is_protected() {
    let world = protecting(str::to_owned);
    let ana = &world.cast.ana;
    assert!(world.vendor().world().set_active(&ana.id, false));
    for principal in [ana.by_id(), ana.by_name()] {
        let asked = request("enable_account", json!({ "principal": principal }));
        assert_rejects(&world, &asked, "protected_user", &ana.name);
    }
    assert_eq!(world.account(&ana.id)["Active"], false);
}

#[test]
fn others_are_not_protected_with_them() {
    let world = protecting(str::to_owned);
    let cast = &world.cast;
    for asked in touching(&world, &cast.bo, &cast.bo.by_id()) {
        let touches_ana = asked["operation"] == "delete_team";
        if !touches_ana {
            let outcome = world.ask(&asked);
            assert_ne!(outcome["status"], "rejected", "{outcome:#}");
        }
    }
    // Somebody who stays a member is not touched.
    let members: Vec<_> = [&cast.ana, &cast.cy].map(Person::by_id).to_vec();
    let asked = request(
        "set_team_members",
        json!({ "team": { "team_id": cast.south }, "members": members }),
    );
    assert_eq!(verdict(&world.ask(&asked)), is("succeeded", None));
    assert!(world.membership(&cast.south, &cast.ana.id).is_some());
}
