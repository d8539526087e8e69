//! Whatever a request brings along: no password gets into the bucket, a log or a queue, and no
//! secret of the vendor's either.

use scenarios::{Provisioning, grant, request, vendor_says};
use serde_json::{Value, json};

use crate::support::{is, verdict};

const SECRET: &str = "hunter2-Geheim";

/// Asserts that none of these is in the bucket, the logs or what was on the outcome queue.
#[track_caller]
fn assert_nowhere(world: &Provisioning, words: &[&str], outcomes: &[Value]) {
    let bucket = &world.scenario.connection.bucket;
    let objects = bucket.keys("").into_iter().map(|key| {
        let text = String::from_utf8(bucket.get(&key).unwrap()).unwrap();
        (key, text)
    });
    let told = outcomes.iter().map(|outcome| ("an outcome".to_owned(), outcome.to_string()));
    for (place, text) in objects.chain(told).chain([("the logs".to_owned(), world.logs())]) {
        for word in words {
            assert!(!text.to_lowercase().contains(&word.to_lowercase()), "{word} is in {place}");
        }
    }
}

/// A request that carries a password, each where a sender may think it belongs.
fn carrying(world: &Provisioning) -> Vec<Value> {
    let ana = world.cast.ana.by_id();
    let account = |mut account: Value| {
        account["user_name"] = "dee.nomail".into();
        account["last_name"] = "Ek".into();
        request("create_account", json!({ "account": account }))
    };
    let mut plain = grant(&world.cast.ana, &format!("team:{}:member", world.cast.north));
    plain["password"] = SECRET.into();
    let mut found = grant(&world.cast.ana, &format!("team:{}:member", world.cast.north));
    found["principal"]["Password"] = SECRET.into();
    vec![
        account(json!({ "attributes": { "Password": SECRET } })),
        account(json!({ "attributes": { "password": SECRET } })),
        account(json!({ "attributes": { "PASSWORD": SECRET } })),
        account(json!({ "attributes": { "LoginKey": SECRET } })),
        account(json!({ "attributes": { "Password": [SECRET] } })),
        account(json!({ "attributes": { "access_token": SECRET } })),
        account(json!({ "authorization": SECRET })),
        account(json!({ "password": SECRET })),
        account(json!({ "Password": { "value": SECRET } })),
        request(
            "update_account",
            json!({ "principal": ana, "account": { "attributes": { "Password": SECRET } } }),
        ),
        request("update_account", json!({ "principal": ana, "account": { "password": SECRET } })),
        plain,
        found,
    ]
}

#[test]
fn a_password_is_kept_nowhere() {
    let world = Provisioning::new().with(|env| env.set("RUST_LOG", "trace"));
    let mut outcomes = Vec::new();
    for asked in carrying(&world) {
        let outcome = world.ask(&asked);
        assert_eq!(verdict(&outcome), is("rejected", Some("invalid_request")), "{asked}");
        outcomes.push(outcome);
    }
    assert_eq!(world.writes(), []);
    assert_nowhere(&world, &[SECRET], &outcomes);
}

#[test]
fn a_body_that_cannot_be_read_is_kept_nowhere() {
    let world = Provisioning::new();
    let mut outcomes = Vec::new();
    for body in [
        format!("{{\"request_id\": \"r\", \"password\": \"{SECRET}\""),
        format!("password={SECRET}"),
        format!("\"{SECRET}\""),
        json!({ "password": SECRET }).to_string(),
    ] {
        outcomes.push(world.ask_text(&body));
    }
    assert_nowhere(&world, &[SECRET], &outcomes);
}

/// The key, and the login links that the vendor sends with each account.
#[test]
fn no_secret_of_the_vendor_is_kept() {
    let world = Provisioning::new().with(|env| env.set("RUST_LOG", "trace"));
    let ana = &world.cast.ana;
    let mut outcomes = Vec::new();
    for asked in [
        request("disable_account", json!({ "principal": ana.by_id() })),
        request(
            "update_account",
            json!({ "principal": ana.by_name(), "account": { "active": true } }),
        ),
        grant(ana, &format!("team:{}:leader", world.cast.north)),
    ] {
        let outcome = world.ask(&asked);
        assert_eq!(verdict(&outcome), is("succeeded", None), "{outcome:#}");
        outcomes.push(outcome);
    }
    let said = vendor_says(world.vendor(), &format!("/users/{}", ana.id));
    let (_, link) = said.split_once("loginkey=").expect("an account has a login link");
    let key = world.vendor().api_key();
    assert!(world.logs().contains("\"level\":\"TRACE\""), "the logs are not talkative");
    assert_nowhere(&world, &[&link[..36], &key, "loginkey="], &outcomes);
}
