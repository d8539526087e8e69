//! Accounts: made, changed, let in and not.

use serde_json::{Value, json};

use crate::stage::Stage;

#[tokio::test]
async fn an_account_is_made_once_and_mailed_only_if_that_is_wished() {
    let stage = Stage::new();
    let manager = stage.learner();
    for (name, notify) in [("dee@example.org", false), ("x", true)] {
        let account = json!({"user_name": name, "first_name": "Dée", "email": format!("{name}@mail.org"),
            "manager": stage.name(&manager)});
        let body = stage.request("create_account", &json!({"account": account, "notify": notify}));
        let outcome = stage.deliver(&body).await;
        assert_eq!(outcome["status"], "succeeded", "{outcome:#}");
        let (line, sent) = stage.writes().pop().unwrap();
        let expected = json!({"externalUserId": name, "firstName": "Dée",
            "email": format!("{name}@mail.org"), "role": "LEARNER", "isActive": true,
            "approvalManager": {"identifier": "USER_UUID", "value": manager},
            "sendWelcomeEmail": notify});
        assert_eq!((line.as_str(), sent), ("POST /users", expected));
        let made = stage.record(outcome["result"]["user_id"].as_str().unwrap());
        assert_eq!((&made["externalUserId"], &made["role"]), (&json!(name), &json!("LEARNER")));

        let requests = stage.simulator.log().count();
        assert_eq!(stage.deliver(&body).await, outcome);
        assert_eq!(stage.simulator.log().count(), requests, "a replay asks for nothing");
        let again = json!({"account": {"user_name": name.to_uppercase(), "last_name": "Else"}});
        let (outcome, writes) = stage.ask("create_account", again).await;
        assert_eq!((&outcome["status"], writes.len()), (&json!("already_done"), 0), "{outcome:#}");
        assert_eq!(outcome["result"]["user_id"], made["id"]);
    }
}

/// One thing after the other: it is written by the id and alone, and nothing else changes. What is
/// asked for again is so already.
#[tokio::test]
async fn a_change_writes_what_it_names_and_nothing_else() {
    let stage = Stage::new();
    let id = stage.learner();
    let other = stage.records().pop().unwrap();
    let (manager, manager_name) = (&other["id"], &other["externalUserId"]);
    let account = |account: Value| ("update_account", json!({"account": account}));
    for ((operation, mut members), sent) in [
        (account(json!({"first_name": "Zoë"})), json!({"firstName": "Zoë"})),
        (account(json!({"last_name": "O'Hara"})), json!({"lastName": "O'Hara"})),
        (account(json!({"email": "new@example.org"})), json!({"email": "new@example.org"})),
        (account(json!({"user_name": "another"})), json!({"externalUserId": "another"})),
        (
            account(json!({"manager": manager_name})),
            json!({"approvalManager": {"identifier": "USER_UUID", "value": manager}}),
        ),
        (account(json!({"attributes": {"jobtitle": "Head"}})), json!({"jobTitle": "Head"})),
        (
            account(json!({"role": "ADMIN", "first_name": "Zo"})),
            json!({"role": "ADMIN", "firstName": "Zo"}),
        ),
        (("disable_account", json!({})), json!({"isActive": false})),
        (("enable_account", json!({})), json!({"isActive": true})),
    ] {
        let (before, others) = (stage.record(&id), others(&stage, &id));
        members["principal"] = json!({"user_name": stage.name(&id)});
        let (outcome, writes) = stage.ask(operation, members.clone()).await;
        assert_eq!(outcome["status"], "succeeded", "{outcome:#}");
        assert_eq!(writes, [(format!("PATCH /users/{id}"), sent.clone())]);
        let (mut expected, mut now) = (before, stage.record(&id));
        for field in sent.as_object().unwrap().keys() {
            expected[field].take();
            now[field].take();
        }
        assert_eq!(now, expected, "{sent}");
        assert!(self::others(&stage, &id) == others, "somebody else has changed: {outcome:#}");

        members["principal"] = json!({"user_id": id});
        let (outcome, writes) = stage.ask(operation, members).await;
        assert_eq!((&outcome["status"], writes.len()), (&json!("already_done"), 0), "{outcome:#}");
    }
}

fn others(stage: &Stage, id: &str) -> Vec<Value> {
    stage.records().into_iter().filter(|record| record["id"] != id).collect()
}

/// The vendor's own changes by these keys would create an account.
#[tokio::test]
async fn a_typing_error_creates_nothing() {
    let stage = Stage::new();
    let (id, before) = (stage.learner(), stage.records());
    let name = format!("{}x", stage.name(&id));
    let unknown = "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01";
    for (principal, code) in [
        (json!({"user_name": name}), "principal_not_found"),
        (json!({"user_name": format!("../login-name/{name}")}), "principal_not_found"),
        (json!({"user_id": unknown}), "principal_not_found"),
        (json!({"user_id": "external-user-id"}), "invalid_request"),
        (json!({"user_id": stage.name(&id).replace(['@', '.', '+'], "-")}), "invalid_request"),
        (json!({"user_id": "../teams"}), "invalid_request"),
        (json!({"user_id": unknown.replace('-', "/")}), "invalid_request"),
    ] {
        for (operation, mut members) in [
            ("grant", json!({"entitlement": "role:ADMIN"})),
            ("revoke", json!({"entitlement": "role:ADMIN"})),
            ("update_account", json!({"account": {"first_name": "Zoë"}})),
            ("disable_account", json!({})),
            ("enable_account", json!({})),
        ] {
            members["principal"] = principal.clone();
            let refused = stage.refused(operation, members).await;
            assert_eq!(refused, ("rejected".into(), code.into()), "{principal}");
        }
    }
    let account = json!({"user_name": "dee", "manager": name});
    let refused = stage.refused("create_account", json!({"account": account})).await;
    assert_eq!(refused, ("rejected".into(), "manager_not_found".into()));
    assert!(stage.records() == before);
    assert_eq!(stage.simulator.writes(), []);
}
