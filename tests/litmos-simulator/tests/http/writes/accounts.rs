//! New accounts and deleted ones.

use litmos_simulator::Options;
use serde_json::{Value, json};

use super::{ada, done, outcome, with, write};
use crate::client::{get, start, walk};

#[test]
fn a_new_account_is_answered_in_full_and_not_pointed_to() {
    let simulator = start(Options::default());
    let answer = write(&simulator, "POST", "/users", &ada());
    assert_eq!((answer.status, answer.content_type()), (201, "application/json; charset=utf-8"));
    assert!(answer.headers.get("location").is_none());
    let user = answer.json();
    assert_eq!(user["FullName"], "Ada New", "computed");
    assert_eq!(user["SkipFirstLogin"], false, "whatever was sent");
    assert_eq!((&user["LastLogin"], &user["Points"]), (&"".into(), &0.into()));
    assert_eq!(user["Culture"], "en-US");
    assert_eq!(user["Brand"].as_str().unwrap().trim(), "Default");
    assert_eq!(user["Password"], "");
    assert!(user["LoginKey"].as_str().unwrap().contains("loginkey="));
    let id = user["Id"].as_str().unwrap();
    let read = get(&simulator, "/users/ada.new%40example.org").json();
    assert_eq!((&read["Id"], &read["SkipFirstLogin"]), (&user["Id"], &true.into()));
    assert_eq!(walk(&simulator, "/users", 1000).last().unwrap()["Id"], user["Id"]);
    let truth = simulator.truth().users();
    let row = truth.iter().find(|row| row.user_id == id).unwrap();
    assert_eq!(row.email.as_deref(), Some("ada.new@example.org"));
    let age = jiff::Timestamp::now().as_second() - row.created_at.unwrap().as_second();
    assert!((0..60).contains(&age));
}

#[test]
fn a_user_name_is_taken_once_and_for_all() {
    let simulator = start(Options::default());
    assert_eq!(write(&simulator, "POST", "/users", &ada()).status, 201);
    let taken = (409, "UserName already exists".to_owned());
    assert_eq!(outcome(&simulator, "POST", "/users", &ada()), taken);
    let louder = with(ada(), json!({ "UserName": "ADA.new@example.org" }));
    assert_eq!(outcome(&simulator, "POST", "/users", &louder), taken);
    let idle = simulator.truth().users().into_iter().find(|user| user.active == Some(false));
    let name = idle.unwrap().user_name;
    let body = with(ada(), json!({ "UserName": name }));
    assert_eq!(outcome(&simulator, "POST", "/users", &body), taken, "of an inactive account");
    assert_eq!(simulator.truth().users().len(), 201);
}

#[test]
fn what_is_wrong_with_an_account_is_said_in_the_vendors_words() {
    let simulator = start(Options::default());
    let mobile = "Invalid Phone Number. The mobile phone should be in this format +15554443333. \
                  Be sure to include your country code.";
    for (fields, status, detail) in [
        (json!({ "UserName": "ada" }), 409, "Username must be greater than 3 characters."),
        (json!({ "UserName": "a<b>c" }), 409, "Invalid special character's in the username."),
        (json!({ "Email": "nowhere" }), 409, "Invalid email address."),
        (json!({ "Email": "" }), 409, "Invalid email address."),
        (json!({ "Culture": "Klingon" }), 409, "Culture is invalid"),
        (json!({ "JobRole": "Jester" }), 409, "Job Role is invalid"),
        (
            json!({ "EnableTextNotification": true }),
            400,
            "Mobile Number required to enable text message notifications",
        ),
        (json!({ "EnableTextNotification": true, "PhoneMobile": "555" }), 400, mobile),
        (
            json!({ "AccessLevel": "Emperor" }),
            400,
            "Please check the xml/json in the body of the request.",
        ),
        (json!({ "ManagerId": "nobody" }), 404, "The manager Id in the xml/json is not valid."),
    ] {
        let found = outcome(&simulator, "POST", "/users", &with(ada(), fields));
        assert_eq!(found, (status, detail.to_owned()));
    }
    assert_eq!(simulator.truth().users().len(), 200);
    let mailless = with(ada(), json!({ "Email": "", "IsCustomUsername": true }));
    assert_eq!(write(&simulator, "POST", "/users", &mailless).status, 201);
}

#[test]
fn the_first_login_can_be_skipped_by_the_query_too() {
    let simulator = start(Options::default());
    let body = with(ada(), json!({ "SkipFirstLogin": false }));
    let made = write(&simulator, "POST", "/users?skipfirstlogin=true", &body).json();
    assert_eq!(made["SkipFirstLogin"], false);
    let read = get(&simulator, &format!("/users/{}", made["Id"].as_str().unwrap())).json();
    assert_eq!(read["SkipFirstLogin"], true);
}

#[test]
fn a_new_account_is_found_by_its_day() {
    let simulator = start(Options::default());
    let id = write(&simulator, "POST", "/users", &ada()).json()["Id"].clone();
    // the accounts of the start are from 2018
    let day = (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24)).to_string();
    let rows = get(&simulator, &format!("/users/details?since={}", &day[..10])).json();
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["Id"]), (1, &id));
    let all = get(&simulator, "/users/details?since=2018-01-01&limit=1000").json();
    assert_eq!(all.as_array().unwrap().len(), 201);
}

#[test]
fn leadership_is_not_written() {
    let simulator = start(Options::default());
    let body = with(ada(), json!({ "AccessLevel": "Team_Leader" }));
    assert_eq!(write(&simulator, "POST", "/users", &body).json()["AccessLevel"], "Learner");
}

#[test]
fn a_deleted_account_is_gone_and_its_name_is_free() {
    let simulator = start(Options::default());
    let user = write(&simulator, "POST", "/users", &ada()).json();
    let path = format!("/users/{}", user["Id"].as_str().unwrap());
    assert_eq!(outcome(&simulator, "DELETE", &path, &Value::Null), done(200));
    assert_eq!(get(&simulator, &path).status, 404);
    let detail = "No user with this id exists in your organization".to_owned();
    assert_eq!(outcome(&simulator, "DELETE", &path, &Value::Null), (404, detail));
    assert_eq!(write(&simulator, "POST", "/users", &ada()).status, 201);
}
