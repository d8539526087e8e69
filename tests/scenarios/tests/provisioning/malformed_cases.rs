//! Messages that make no sense, each with what its outcome must name.

use scenarios::{Provisioning, grant, request};
use serde_json::{Value, json};

/// A message, and what its outcome must name.
pub(crate) struct Malformed {
    pub(crate) body: String,
    pub(crate) about: &'static str,
}

fn bad(body: impl ToString, about: &'static str) -> Malformed {
    Malformed { body: body.to_string(), about }
}

/// What is no request at all.
pub(crate) fn unreadable() -> Vec<Malformed> {
    let deep = |open: &str, close: &str| open.repeat(5_000) + &close.repeat(5_000);
    vec![
        bad("grant ana the team", "JSON"),
        bad("{", "JSON"),
        bad("{\"request_id\": \"r\", }", "JSON"),
        bad("{'request_id': 'r'}", "JSON"),
        bad("{\"request_id\": \"r\"} {}", "JSON"),
        bad("\u{feff}{}", "request_id"),
        bad("NaN", "JSON"),
        bad(deep("[", "]"), "JSON"),
        bad(deep("{\"a\":", "}"), "JSON"),
        bad("null", "request_id"),
        bad("true", "request_id"),
        bad("8841", "request_id"),
        bad("\"grant\"", "request_id"),
        bad("[]", "request_id"),
        bad(json!([{ "request_id": "r" }]), "request_id"),
        bad("{}", "request_id"),
        bad(json!({ "operation": "grant" }), "request_id"),
        bad(json!({ "Request_Id": "r" }), "request_id"),
    ]
}

/// A grant with one member in another form.
pub(crate) fn fields(world: &Provisioning) -> Vec<Malformed> {
    let long = "x".repeat(1_001);
    let huge = "x".repeat(200_000);
    let nested = (0..100).fold(json!("x"), |value, _| json!([value]));
    let good = grant(&world.cast.ana, &format!("team:{}:member", world.cast.north));
    let mut all = Vec::new();
    let mut with = |pointer: &str, value: Value, about: &'static str| {
        static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let mut body = good.clone();
        let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        body["request_id"] = format!("bad-{number}").into();
        match pointer.split_once('/') {
            Some((outer, inner)) => body[outer][inner] = value,
            None => body[pointer] = value,
        }
        all.push(bad(body, about));
    };
    for (name, about) in [
        ("operation", "operation"),
        ("principal", "principal"),
        ("entitlement", "entitlement"),
        ("reason", "reason"),
        ("ticket", "ticket"),
        ("requested_by", "requested_by"),
        ("expires_at", "expires_at"),
    ] {
        for value in
            [json!(7), json!(true), json!(["x"]), json!(""), json!("a\u{0}b"), nested.clone()]
        {
            with(name, value, about);
        }
        with(name, json!(long), about);
    }
    for (name, about) in [("dry_run", "dry_run"), ("notify", "notify")] {
        for value in [json!("true"), json!(1), json!([]), json!({})] {
            with(name, value, about);
        }
    }
    for operation in
        ["promote", "Grant", "GRANT", " grant x", "delete_account", "delete_user", "👍"]
    {
        with("operation", json!(operation), "operation");
    }
    for (principal, about) in [
        (json!({}), "principal"),
        (json!({ "user_id": "a", "user_name": "b" }), "principal"),
        (json!({ "email": "ana@example.org" }), "principal"),
        (json!({ "user_id": 7 }), "principal.user_id"),
        (json!({ "user_id": "a/../b" }), "principal.user_id"),
        (json!({ "user_id": ".." }), "principal.user_id"),
        (json!({ "user_id": "a?limit=1" }), "principal.user_id"),
        (json!({ "user_id": "a%2fb" }), "principal.user_id"),
        (json!({ "user_id": "ünïcode" }), "principal.user_id"),
        (json!({ "user_id": "x".repeat(51) }), "principal.user_id"),
        (json!({ "user_name": "" }), "principal.user_name"),
        (json!({ "user_name": "a\nb" }), "principal.user_name"),
        (json!({ "user_name": long }), "principal.user_name"),
        (json!({ "user_name": "ana", "extra": 1 }), "principal.extra"),
    ] {
        with("principal", principal, about);
    }
    for entitlement in [
        "team",
        "team:x",
        "team:x:owner",
        "team::member",
        "team:x:member:y",
        "team:../x:member",
        "team:x/users/y:member",
        "team:x y:member",
        "course:x",
        "course:x:member",
        "user:x",
        "role:",
        "role:a/b",
        "Team:x:member",
        "learning_path:a%2fb:assigned",
        "role:Łearner",
    ] {
        with("entitlement", json!(entitlement), "entitlement");
    }
    for end in
        ["tomorrow", "2026-13-01T00:00:00Z", "2026-12-01", "1796000000", "2026-12-01T17:00:00"]
    {
        with("expires_at", json!(end), "expires_at");
    }
    with("expire_at", json!("2099-01-01T00:00:00Z"), "expire_at");
    with("__proto__", json!({}), "__proto__");
    with("account", json!({ "role": "Administrator" }), "account");
    with("members", json!([]), "members");
    with("allow_empty", json!(true), "allow_empty");
    with("reason", json!(huge), "reason");
    all
}

/// What the other operations need.
pub(crate) fn others(world: &Provisioning) -> Vec<Malformed> {
    let (cast, team) = (&world.cast, json!({ "team_id": world.cast.north }));
    let (ana, members) = (cast.ana.by_id(), json!([cast.ana.by_id()]));
    let account = |account: Value| json!({ "account": account });
    let update = |account: Value| json!({ "principal": ana, "account": account });
    let make = |attributes: Value| json!({ "account": { "user_name": "dee.nomail", "last_name": "Ek", "attributes": attributes } });
    let end = "2099-01-01T00:00:00Z";
    [
        (
            "revoke",
            json!({ "principal": ana, "entitlement": "role:Learner", "expires_at": end }),
            "expires_at",
        ),
        ("enable_account", json!({}), "principal"),
        (
            "enable_account",
            json!({ "principal": ana, "entitlement": "role:Learner" }),
            "entitlement",
        ),
        ("create_account", json!({}), "account"),
        ("create_account", account(json!([])), "account"),
        ("create_account", account(json!({ "last_name": "Ek" })), "account.user_name"),
        ("create_account", account(json!({ "user_name": "dee.nomail" })), "account.last_name"),
        (
            "create_account",
            account(json!({ "user_name": "abc", "last_name": "Ek" })),
            "account.user_name",
        ),
        (
            "create_account",
            account(json!({ "user_name": "d@example.org", "last_name": "Ek" })),
            "account.email",
        ),
        ("create_account", account(json!({ "user_name": 7 })), "account.user_name"),
        (
            "create_account",
            account(json!({ "user_name": "deee", "active": "yes" })),
            "account.active",
        ),
        (
            "create_account",
            account(json!({ "user_name": "deee", "role": ["Learner"] })),
            "account.role",
        ),
        ("create_account", account(json!({ "user_name": "deee", "admin": true })), "account.admin"),
        ("create_account", make(json!([])), "account.attributes"),
        ("create_account", make(json!({ "CustomField1": 7 })), "account.attributes.CustomField1"),
        (
            "create_account",
            make(json!({ "CustomField1": "a\u{1}" })),
            "account.attributes.CustomField1",
        ),
        (
            "create_account",
            make(json!({ "CustomField1": { "a": { "b": [] } } })),
            "account.attributes.CustomField1",
        ),
        ("update_account", json!({ "account": { "first_name": "Anna" } }), "principal"),
        ("update_account", update(json!({})), "account"),
        ("update_account", update(json!({ "first_name": "" })), "account.first_name"),
        ("update_account", update(json!({ "user_id": "x" })), "account.user_id"),
        ("create_team", json!({ "team": {} }), "team.name"),
        ("create_team", json!({ "team": { "name": "x".repeat(1_001) } }), "team.name"),
        (
            "create_team",
            json!({ "team": { "name": "x", "parent_team_id": "../x" } }),
            "team.parent_team_id",
        ),
        ("create_team", json!({ "team": { "name": "x", "team_id": "y" } }), "team.team_id"),
        ("update_team", json!({ "team": team }), "team"),
        ("update_team", json!({ "team": { "name": "x" } }), "team.team_id"),
        ("delete_team", json!({ "team": { "team_id": "x/users/y" } }), "team.team_id"),
        ("delete_team", json!({ "team": "x" }), "team"),
        ("set_team_members", json!({ "team": team }), "members"),
        ("set_team_members", json!({ "team": team, "members": {} }), "members"),
        ("set_team_members", json!({ "team": team, "members": ["ana"] }), "members[0]"),
        (
            "set_team_members",
            json!({ "team": team, "members": [ana, { "user_id": 1 }] }),
            "members[1].user_id",
        ),
        (
            "set_team_members",
            json!({ "team": team, "members": members, "allow_empty": "yes" }),
            "allow_empty",
        ),
    ]
    .into_iter()
    .map(|(operation, members, about)| bad(request(operation, members), about))
    .collect()
}
