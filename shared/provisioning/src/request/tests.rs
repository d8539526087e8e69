//! Every operation is read, and every mistake is named.

use serde_json::{Value, json};

use super::*;

fn grant() -> Value {
    json!({
        "request_id": "req-8841", "operation": "grant",
        "principal": {"user_name": "ana@example.org"}, "entitlement": "team:Tm12xyz01AB1:member",
        "expires_at": "2026-12-01T17:00:00Z", "reason": "covers for Bo", "ticket": "IAM-311",
        "requested_by": "lee@example.org", "dry_run": false, "notify": false,
    })
}

/// The grant with one member set to something else, by its JSON pointer.
fn with(pointer: &str, value: Value) -> Value {
    let mut body = grant();
    match pointer.rsplit_once('/') {
        Some(("", name)) => body[name] = value,
        _ => *body.pointer_mut(pointer).unwrap() = value,
    }
    body
}

#[test]
fn a_whole_request_is_read() {
    let request = Request::parse(grant()).unwrap();
    assert_eq!(request.request_id.as_str(), "req-8841");
    assert_eq!(
        request.operation,
        Operation::Grant {
            principal: Principal::UserName("ana@example.org".into()),
            entitlement: Entitlement::try_from("team:Tm12xyz01AB1:member".to_owned()).unwrap(),
        }
    );
    assert_eq!(request.expires_at.unwrap().to_string(), "2026-12-01T17:00:00Z");
    assert!(!request.dry_run && !request.notify);
    assert_eq!(Request::parse(with("/version", json!(1))).unwrap(), request);
}

#[test]
fn every_operation_is_read() {
    let ana = json!({"user_id": "-Zt5wQ9dN1s1"});
    for (operation, rest) in [
        ("revoke", json!({"principal": ana, "entitlement": "role:Administrator"})),
        (
            "create_account",
            json!({"account": {"user_name": "ana", "attributes": {"CustomField1": ""}}}),
        ),
        (
            "update_account",
            json!({"principal": ana, "account": {"manager": "bo", "active": false}}),
        ),
        ("enable_account", json!({"principal": ana})),
        ("disable_account", json!({"principal": ana})),
        ("create_team", json!({"team": {"name": "North", "parent_team_id": "Tm1"}})),
        ("update_team", json!({"team": {"team_id": "Tm1", "name": "South"}})),
        ("delete_team", json!({"team": {"team_id": "Tm1"}})),
        (
            "set_team_members",
            json!({"team": {"team_id": "Tm1"}, "members": [ana, {"user_name": "bo"}]}),
        ),
        (
            "set_team_members",
            json!({"team": {"team_id": "Tm1"}, "members": [], "allow_empty": true}),
        ),
    ] {
        let mut body = json!({"request_id": "r", "operation": operation, "reason": null});
        body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        Request::parse(body.clone()).unwrap_or_else(|error| panic!("{body}: {error}"));
    }
}

#[test]
fn a_mistake_is_named_with_its_field() {
    let long = "x".repeat(10_000);
    for (body, field) in [
        (json!([]), "the request"),
        (json!("grant"), "the request"),
        (json!({}), "request_id"),
        (with("/version", json!(2)), "version"),
        (with("/version", json!("1")), "version"),
        (with("/request_id", json!("../../latest.json")), "request_id"),
        (with("/request_id", json!("ünïcode")), "request_id"),
        (with("/request_id", json!(long)), "request_id"),
        (with("/request_id", json!(".hidden")), "request_id"),
        (with("/request_id", json!(7)), "request_id"),
        (with("/operation", json!("promote")), "operation"),
        (with("/operation", json!(null)), "operation"),
        (with("/operation", json!("delete_team")), "team"),
        (with("/operation", json!("enable_account")), "expires_at"),
        (with("/principal", json!(null)), "principal"),
        (with("/principal", json!("ana")), "principal"),
        (with("/principal", json!({})), "principal.user_id"),
        (with("/principal", json!({"user_id": "a", "user_name": "b"})), "principal.user_id"),
        (with("/principal", json!({"user_id": "a/../b"})), "principal.user_id"),
        (with("/principal", json!({"email": "ana@example.org"})), "principal.user_id"),
        (with("/principal", json!({"user_name": "ana", "x": 1})), "principal.x"),
        (with("/principal", json!({"user_name": "a\nb"})), "principal.user_name"),
        (with("/entitlement", json!("team:x:owner")), "entitlement"),
        (with("/entitlement", json!(["role:Learner"])), "entitlement"),
        (with("/expires_at", json!("tomorrow")), "expires_at"),
        (with("/expires_at", json!(1_796_000_000)), "expires_at"),
        (with("/not_after", json!("soon")), "not_after"),
        (with("/remove", json!("all")), "remove"),
        (with("/reason", json!(" ")), "reason"),
        (with("/reason", json!(long)), "reason"),
        (with("/dry_run", json!("yes")), "dry_run"),
        (with("/notify", json!(1)), "notify"),
        (with("/expire_at", json!("2026-12-01T17:00:00Z")), "expire_at"),
    ] {
        let error = Request::parse(body.clone()).unwrap_err();
        assert!(error.field.starts_with(field), "{body}: {error}");
    }
}

#[test]
fn an_operation_needs_what_it_is_about() {
    for (operation, rest, field) in [
        ("create_account", json!({"account": {"email": "a@b"}}), "account.user_name"),
        (
            "create_account",
            json!({"account": {"user_name": "a", "password": "x"}}),
            "account.password",
        ),
        ("update_account", json!({"principal": {"user_name": "a"}, "account": {}}), "account"),
        (
            "update_account",
            json!({"principal": {"user_name": "a"}, "account": {"attributes": {"CustomField1": 7}}}),
            "account.attributes.CustomField1",
        ),
        (
            "update_account",
            json!({"principal": {"user_name": "a"}, "account": {"attributes": {"AB": "", "ab": ""}}}),
            "account.attributes.ab",
        ),
        ("create_team", json!({"team": {}}), "team.name"),
        ("update_team", json!({"team": {"team_id": "t"}}), "team"),
        ("delete_team", json!({"team": {"name": "North"}}), "team.team_id"),
        ("set_team_members", json!({"team": {"team_id": "t"}}), "members"),
        ("set_team_members", json!({"team": {"team_id": "t"}, "members": []}), "members"),
        (
            "set_team_members",
            json!({"team": {"team_id": "t"}, "members": [{"user_id": "a"}], "remove": "own"}),
            "remove",
        ),
        (
            "set_team_members",
            json!({"team": {"team_id": "t"}, "members": [{"user_id": "a"}], "remove": "none"}),
            "remove",
        ),
        (
            "set_team_members",
            json!({"team": {"team_id": "t"}, "members": [{"user_id": 1}]}),
            "members[0].user_id",
        ),
    ] {
        let mut body = json!({"request_id": "r", "operation": operation});
        body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        let error = Request::parse(body.clone()).unwrap_err();
        assert_eq!(error.field, field, "{body}: {error}");
    }
}

/// Whom a list removes depends on whose id it has.
#[test]
fn a_list_removes_everybody_else_or_whom_its_door_has_brought() {
    for (id, told, remove) in [
        ("req-1", json!(null), Some(Remove::All)),
        ("req-1", json!("all"), Some(Remove::All)),
        ("scim.a.1", json!(null), Some(Remove::All)),
        ("scim.a.1", json!("own"), Some(Remove::Own(Door::Scim))),
        ("c1.a", json!("own"), Some(Remove::Own(Door::C1))),
        ("review.a.1", json!("own"), Some(Remove::Own(Door::Review))),
        ("rollcall.a", json!("own"), None),
        ("scim", json!("own"), None),
    ] {
        let list = json!({"request_id": id, "operation": "set_team_members",
            "team": {"team_id": "t"}, "members": [{"user_id": "a"}], "remove": told});
        let read = match Request::parse(list).map(|request| request.operation) {
            Ok(Operation::SetTeamMembers { remove, .. }) => Some(remove),
            Ok(other) => panic!("{other:?}"),
            Err(invalid) => {
                assert_eq!(invalid.field, "remove", "{id} {told}");
                None
            }
        };
        assert_eq!(read, remove, "{id} {told}");
    }
}

#[test]
fn every_operation_may_say_by_when_it_must_have_begun() {
    let body = json!({"request_id": "r", "operation": "delete_team", "team": {"team_id": "t"},
        "not_after": "2026-12-01T17:00:00+01:00"});
    let not_after = Request::parse(body).unwrap().not_after;
    assert_eq!(not_after.unwrap().to_string(), "2026-12-01T16:00:00Z");
}

/// Whatever would lead elsewhere in a vendor's address is no id, in no field.
#[test]
fn no_id_leads_elsewhere() {
    for odd in ["../teams", "a/b", "a?b", "a%2fb", "a\\b", "a+b", "a.b", "..", "a b", "é"] {
        let (ana, team) = (json!({"user_id": odd}), json!({"team_id": odd}));
        let revoke = |what: &str| {
            json!({"operation": "revoke", "principal": {"user_id": "a"},
                "entitlement": what.replace("ID", odd)})
        };
        for (body, field) in [
            (json!({"operation": "disable_account", "principal": ana}), "principal.user_id"),
            (
                json!({"operation": "revoke", "principal": ana, "entitlement": "role:Learner"}),
                "principal.user_id",
            ),
            (revoke("team:ID:member"), "entitlement"),
            (revoke("course:ID:assigned"), "entitlement"),
            (revoke("learning_path:ID:assigned"), "entitlement"),
            (json!({"operation": "delete_team", "team": team}), "team.team_id"),
            (
                json!({"operation": "update_team", "team": {"team_id": "t", "parent_team_id": odd}}),
                "team.parent_team_id",
            ),
            (
                json!({"operation": "create_team", "team": {"name": "n", "parent_team_id": odd}}),
                "team.parent_team_id",
            ),
            (
                json!({"operation": "set_team_members", "team": team, "members": [ana]}),
                "team.team_id",
            ),
            (
                json!({"operation": "set_team_members", "team": {"team_id": "t"},
                    "members": [{"user_id": "a"}, ana]}),
                "members[1].user_id",
            ),
        ] {
            let mut body = body;
            body["request_id"] = json!("r");
            let error = Request::parse(body.clone()).unwrap_err();
            assert_eq!(error.field, field, "{body}: {error}");
        }
    }
}

#[test]
fn what_people_write_may_have_lines() {
    let reason = "Last day: 27 November.\r\n\tApproved by Lee.";
    assert_eq!(Request::parse(with("/reason", json!(reason))).unwrap().reason.unwrap(), reason);
    let error = Request::parse(with("/reason", json!("a\u{7}b"))).unwrap_err();
    assert_eq!(error.field, "reason");
}

#[test]
fn reserved_ids_are_known() {
    assert!(RequestId::parse("rollcall.expire.x").unwrap().is_reserved());
    assert!(!RequestId::parse("rollcallx").unwrap().is_reserved());
    assert!(RequestId::parse(&"a".repeat(128)).is_some());
    assert!(RequestId::parse(&"a".repeat(129)).is_none());
}
