//! PUT of an account: the whole record, for better or worse.

use std::collections::BTreeMap;

use html_escape::decode_html_entities;
use litmos_simulator::{Options, Quirks, Simulator};
use serde_json::{Value, json};

use super::{ada, done, outcome, with, write};
use crate::client::{get, start};

fn read(simulator: &Simulator, id: &str) -> Value {
    get(simulator, &format!("/users/{id}")).json()
}

/// Puts a record to its own address.
fn put(simulator: &Simulator, body: &Value) -> (u16, String) {
    let id = body["Id"].as_str().unwrap();
    outcome(simulator, "PUT", &format!("/users/{id}"), body)
}

/// The fields that are not the same.
fn changed(a: &BTreeMap<String, Value>, b: &BTreeMap<String, Value>) -> Vec<String> {
    assert_eq!(a.len(), b.len());
    a.iter().filter(|(name, value)| b[*name] != **value).map(|(name, _)| name.clone()).collect()
}

#[test]
fn what_was_read_can_be_written_back_as_it_came_and_nothing_changes() {
    let simulator = start(Options { leaders_percent: 50, ..Options::default() });
    let before = simulator.truth().users();
    let memberships = simulator.truth().memberships();
    for user in &before {
        let record = simulator.truth().user_record(&user.user_id).unwrap();
        assert_eq!(put(&simulator, &read(&simulator, &user.user_id)), done(200));
        let after = simulator.truth().user_record(&user.user_id).unwrap();
        assert_eq!(changed(&record, &after), Vec::<String>::new());
    }
    assert_eq!(simulator.truth().users(), before);
    assert_eq!(simulator.truth().memberships(), memberships);
}

#[test]
fn what_was_decoded_can_be_written_back_in_either_reading_of_entities() {
    for entities_in_writes in [true, false] {
        let quirks = Quirks { entities_in_writes, ..Quirks::default() };
        let simulator = start(Options { users: 60, quirks, ..Options::default() });
        let before = simulator.truth().users();
        for user in &before {
            let mut body = read(&simulator, &user.user_id);
            for value in body.as_object_mut().unwrap().values_mut() {
                if let Value::String(text) = value {
                    *text = decode_html_entities(text).into_owned();
                }
            }
            assert_eq!(put(&simulator, &body), done(200));
        }
        assert_eq!(simulator.truth().users(), before);
    }
}

#[test]
fn entities_taken_to_the_letter_stay_in_the_text() {
    let quirks = Quirks { entities_in_writes: false, ..Quirks::default() };
    let simulator = start(Options { quirks, ..Options::default() });
    let body = with(ada(), json!({ "City": "A &amp; B" }));
    let id = write(&simulator, "POST", "/users", &body).json()["Id"].as_str().unwrap().to_owned();
    assert_eq!(simulator.truth().user_record(&id).unwrap()["City"], "A &amp; B");
    simulator.set_quirks(Quirks::default());
    assert_eq!(put(&simulator, &with(body, json!({ "Id": id }))), done(200));
    assert_eq!(simulator.truth().user_record(&id).unwrap()["City"], "A & B");
}

#[test]
fn one_change_changes_one_field() {
    let simulator = start(Options::default());
    for id in simulator.world().user_ids().into_iter().skip(20).take(20) {
        let record = simulator.truth().user_record(&id).unwrap();
        let active = !record["Active"].as_bool().unwrap();
        put(&simulator, &with(read(&simulator, &id), json!({ "Active": active })));
        let after = simulator.truth().user_record(&id).unwrap();
        assert_eq!(changed(&record, &after), ["Active"]);
    }
}

#[test]
fn what_is_left_out_is_blank() {
    let simulator = start(Options::default());
    let id = simulator.world().user_ids()[30].clone();
    let memberships = simulator.truth().memberships();
    let before = simulator.truth().user_record(&id).unwrap();
    let email = "only@example.org";
    assert_eq!(put(&simulator, &json!({ "Id": id, "UserName": email, "Email": email })), done(200));
    let after = simulator.truth().user_record(&id).unwrap();
    let kept = "Id UserName Email LoginKey LastLogin CreatedDate Points OriginalId AccessLevel";
    for (name, value) in &after {
        match value {
            Value::Null => {}
            Value::Bool(flag) => assert!(!flag, "{name}"),
            _ => assert!(kept.split(' ').any(|kept| kept == name), "{name} is {value}"),
        }
    }
    for name in ["LoginKey", "LastLogin", "CreatedDate", "Points", "OriginalId"] {
        assert_eq!(after[name], before[name], "{name} cannot be written");
    }
    let pairs = |rows: Vec<litmos_simulator::Membership>| -> Vec<_> {
        rows.into_iter().map(|row| (row.team_id, row.user_id)).collect()
    };
    assert_eq!(pairs(simulator.truth().memberships()), pairs(memberships), "memberships stay");
    assert_eq!(get(&simulator, "/users/only%40example.org").json()["Id"], *id);
}

#[test]
fn a_new_user_name_frees_the_old_one() {
    let simulator = start(Options::default());
    let ids = simulator.world().user_ids();
    let (one, other) = (read(&simulator, &ids[21]), read(&simulator, &ids[22]));
    let renamed = with(one.clone(), json!({ "UserName": "renamed@example.org" }));
    assert_eq!(put(&simulator, &renamed), done(200));
    assert_eq!(get(&simulator, "/users/renamed%40example.org").json()["Id"], *ids[21]);
    let old = simulator.truth().user_record(&ids[22]).unwrap()["UserName"].clone();
    assert_eq!(put(&simulator, &with(other, json!({ "UserName": one["UserName"] }))), done(200));
    let encoded = old.as_str().unwrap().replace('@', "%40");
    assert_eq!(get(&simulator, &format!("/users/{encoded}")).status, 404);
}

#[test]
fn read_only_fields_stay_whatever_is_written() {
    let simulator = start(Options::default());
    let id = simulator.world().user_ids()[31].clone();
    let before = simulator.truth().user_record(&id).unwrap();
    let fields = json!({
        "FullName": "X", "Password": "secret", "LoginKey": "https://x", "LastLogin": "",
        "CreatedDate": "2001-01-01T00:00:00Z", "Points": 99.0, "OriginalId": 1,
        "ManagerName": "X", "AccessLevel": "Team_Leader",
    });
    assert_eq!(put(&simulator, &with(read(&simulator, &id), fields)), done(200));
    assert_eq!(simulator.truth().user_record(&id).unwrap(), before);
    assert_eq!(read(&simulator, &id)["Password"], "");
}

#[test]
fn ids_must_match_managers_must_exist_and_names_be_free() {
    let simulator = start(Options::default());
    let ids = simulator.world().user_ids();
    let body = read(&simulator, &ids[40]);
    let at = |id: &str, body: &Value| outcome(&simulator, "PUT", &format!("/users/{id}"), body);
    let detail =
        "Please check the userid in the xml/json and the userid in the URL. They must match.";
    assert_eq!(at(&ids[41], &body), (404, detail.to_owned()));
    assert_eq!(at(body["UserName"].as_str().unwrap(), &body), (404, detail.to_owned()));
    let nobody = with(body.clone(), json!({ "Id": "nobody" }));
    assert_eq!(at("nobody", &nobody), (404, "User - nobody was not found".to_owned()));
    let managed = |manager: &str| with(body.clone(), json!({ "ManagerId": manager }));
    let detail = "The manager Id in the xml/json is not valid.".to_owned();
    assert_eq!(put(&simulator, &managed("nobody")), (404, detail));
    let other = simulator.truth().user_record(&ids[41]).unwrap()["UserName"].clone();
    let taken = (409, "UserName already exists".to_owned());
    assert_eq!(put(&simulator, &with(body.clone(), json!({ "UserName": other }))), taken);
    assert_eq!(put(&simulator, &managed(&ids[2])), done(200));
    let after = simulator.truth().user_record(&ids[40]).unwrap();
    assert_eq!(after["ManagerId"], *ids[2]);
    assert_eq!(put(&simulator, &managed("0")), done(200));
    assert_eq!(simulator.truth().user_record(&ids[40]).unwrap()["ManagerId"], Value::Null);
}

#[test]
fn a_level_of_its_own_comes_and_goes() {
    let simulator = start(Options::default());
    let id = simulator.world().user_ids()[42].clone();
    let level = || simulator.truth().user_record(&id).unwrap()["AccessLevel"].clone();
    for wanted in ["Administrator", "Account_Owner", "Learner"] {
        put(&simulator, &with(read(&simulator, &id), json!({ "AccessLevel": wanted })));
        assert_eq!(level(), wanted);
    }
    put(&simulator, &with(read(&simulator, &id), json!({ "AccessLevel": "administrator" })));
    assert_eq!(level(), "Administrator");
    put(&simulator, &with(read(&simulator, &id), json!({ "AccessLevel": "Team_Leader" })));
    assert_eq!(level(), "Administrator", "leadership is not written");
}
