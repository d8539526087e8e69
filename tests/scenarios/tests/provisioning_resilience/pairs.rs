//! Pairs of requests: which are about the same account or team, and which are not.

use scenarios::{Person, grant, request};
use serde_json::{Value, json};

use crate::support::id;

/// Whom and what the requests of one pair are about.
pub(crate) struct About {
    pub(crate) dee: Person,
    pub(crate) eve: Person,
    pub(crate) team: String,
    pub(crate) course: String,
}

/// Two requests in the order of their arrival.
pub(crate) type Pair = fn(&About) -> [Value; 2];

/// The second has to wait for the first.
pub(crate) const WAIT: [(&str, Pair); 20] = [
    ("by id, then by name", |a| [give_course(a.dee.by_id(), a), disable(a.dee.by_name())]),
    ("by name, then by id", |a| [disable(a.dee.by_name()), give_course(a.dee.by_id(), a)]),
    ("by name in another case", |a| {
        [
            give_course(a.dee.by_name(), a),
            disable(json!({ "user_name": a.dee.name.to_uppercase() })),
        ]
    }),
    ("two of one account", |a| {
        [update(&a.dee, json!({ "first_name": "Di" })), disable(a.dee.by_id())]
    }),
    ("a new account, then a grant to it", |a| {
        let (account, name) = new_account();
        [account, give_course(json!({ "user_name": name }), a)]
    }),
    ("a new account, then another one that it manages", |_| {
        let ((boss, name), (mut account, _)) = (new_account(), new_account());
        account["account"]["manager"] = name.into();
        [boss, account]
    }),
    ("a new account, then it manages somebody", |a| {
        let (boss, name) = new_account();
        [boss, update(&a.dee, json!({ "manager": name }))]
    }),
    ("a new account, then it becomes a member with others", |a| {
        let (account, name) = new_account();
        [account, members(&a.team, &[json!({ "user_name": name }), a.dee.by_id()])]
    }),
    ("a new user name, then a grant to it", |a| {
        let name = format!("new.{}", a.dee.name);
        [update(&a.dee, json!({ "user_name": name })), give_course(json!({ "user_name": name }), a)]
    }),
    ("a new user name, then a new account of the old one", |a| {
        let renamed = update(&a.dee, json!({ "user_name": format!("new.{}", a.dee.name) }));
        let (mut account, _) = new_account();
        account["account"]["user_name"] = a.dee.name.clone().into();
        [renamed, account]
    }),
    ("a membership, then the team's name", |a| [join(&a.dee, &a.team), rename(&a.team)]),
    ("a membership, then the team's end", |a| [join(&a.dee, &a.team), delete(&a.team)]),
    ("a membership, then the list of members", |a| {
        [join(&a.dee, &a.team), members(&a.team, &[a.eve.by_id()])]
    }),
    ("the team's name, then a membership", |a| [rename(&a.team), join(&a.dee, &a.team)]),
    ("the list of members, then a membership", |a| {
        [members(&a.team, &[a.eve.by_id()]), join(&a.dee, &a.team)]
    }),
    ("the list of members, then something else of one of them", |a| {
        [members(&a.team, &[a.eve.by_name()]), give_course(a.eve.by_id(), a)]
    }),
    ("something of somebody by id, then a list with the name", |a| {
        [disable(a.eve.by_id()), members(&a.team, &[a.eve.by_name(), a.dee.by_id()])]
    }),
    ("something of somebody by name, then a list with the id", |a| {
        [disable(a.eve.by_name()), members(&a.team, &[a.eve.by_id(), a.dee.by_id()])]
    }),
    ("a team's end, then a new team below it", |a| [delete(&a.team), new_team(Some(&a.team))]),
    ("a new team, then another of its name", |_| {
        let first = new_team(None);
        let mut second = new_team(None);
        second["team"]["name"] = first["team"]["name"].clone();
        [first, second]
    }),
];

/// It has not.
pub(crate) const DO_NOT: [(&str, Pair); 6] = [
    ("two people", |a| [give_course(a.dee.by_id(), a), give_course(a.eve.by_name(), a)]),
    ("two members of one team", |a| [join(&a.dee, &a.team), join(&a.eve, &a.team)]),
    ("a membership and another team", |a| [join(&a.dee, &a.team), new_team(None)]),
    ("two teams", |a| [delete(&a.team), new_team(None)]),
    ("two new accounts", |_| [new_account().0, new_account().0]),
    ("a list of members and a stranger", |a| {
        [members(&a.team, &[a.eve.by_id()]), give_course(a.dee.by_id(), a)]
    }),
];

fn disable(principal: Value) -> Value {
    request("disable_account", json!({ "principal": principal }))
}

pub(crate) fn update(who: &Person, account: Value) -> Value {
    request("update_account", json!({ "principal": who.by_id(), "account": account }))
}

fn give_course(principal: Value, about: &About) -> Value {
    let entitlement = format!("course:{}:assigned", about.course);
    request("grant", json!({ "principal": principal, "entitlement": entitlement }))
}

fn join(who: &Person, team: &str) -> Value {
    grant(who, &format!("team:{team}:member"))
}

fn new_account() -> (Value, String) {
    let mut body = request("create_account", json!({}));
    let name = format!("{}@example.org", id(&body));
    body["account"] = json!({ "user_name": name, "last_name": "Ek", "email": name });
    (body, name)
}

fn new_team(above: Option<&str>) -> Value {
    let mut body = request("create_team", json!({}));
    body["team"] = json!({ "name": format!("Team of {}", id(&body)) });
    if let Some(above) = above {
        body["team"]["parent_team_id"] = above.into();
    }
    body
}

fn rename(team: &str) -> Value {
    let team = json!({ "team_id": team, "name": format!("{team} anew") });
    request("update_team", json!({ "team": team }))
}

fn delete(team: &str) -> Value {
    request("delete_team", json!({ "team": { "team_id": team } }))
}

fn members(team: &str, members: &[Value]) -> Value {
    let team = json!({ "team_id": team });
    request("set_team_members", json!({ "team": team, "members": members }))
}
