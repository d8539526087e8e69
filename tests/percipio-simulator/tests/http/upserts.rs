//! A PATCH by external id or login name creates whom it does not find.

use percipio_simulator::{Options, Simulator};
use serde_json::{Value, json};

use crate::client::{Answer, start, users, write};

fn patch(simulator: &Simulator, key: &str, body: &Value) -> Answer {
    write(simulator, "PATCH", &format!("users/{key}"), body)
}

#[test]
fn who_is_there_is_changed() {
    let simulator = start(Options::default());
    let user = users(&simulator, "users?max=1&offset=2").rows()[0].clone();
    let login = user["loginName"].as_str().unwrap();
    let external = user["externalUserId"].as_str().unwrap().to_lowercase();
    for (key, title) in
        [(format!("external-user-id/{external}"), "A"), (format!("login-name/{login}"), "B")]
    {
        let answer = patch(&simulator, &key, &json!({ "jobTitle": title }));
        assert_eq!((answer.status, &answer.json()["id"]), (200, &user["id"]));
        assert_eq!(answer.json()["jobTitle"], title);
    }
    assert!(simulator.writes().iter().all(|write| write.created.is_none()));
}

#[test]
fn a_typing_error_makes_an_account() {
    let simulator = start(Options::default());
    for (key, field, text) in [
        ("external-user-id/E9o1", "externalUserId", "E9o1"),
        ("login-name/ana.riuz", "loginName", "ana.riuz"),
    ] {
        let answer = patch(&simulator, key, &json!({ "isActive": false }));
        assert_eq!((answer.status, &answer.json()[field]), (201, &json!(text)));
        assert_eq!(answer.json()["externalUserId"], text);
        let written = simulator.writes().pop().unwrap();
        assert_eq!(written.created.as_deref(), answer.json()["id"].as_str());
    }
    assert_eq!(simulator.world().user_ids().len(), 202);
    let answer = patch(&simulator, "login-name-or-email/ana.riuz", &json!({}));
    assert_eq!(answer.status, 404, "there is no such operation");
}

#[test]
fn a_creation_that_cannot_be_right_is_refused_here_too() {
    let simulator = start(Options::default());
    assert_eq!(patch(&simulator, "login-name/a%20b", &json!({})).status, 422);
    let taken = users(&simulator, "users?max=1").rows()[0]["externalUserId"].clone();
    let body = json!({ "externalUserId": taken });
    assert_eq!(patch(&simulator, "login-name/new.one", &body).status, 422);
    assert_eq!(simulator.world().user_ids().len(), 200);
}
