//! How answers are written.

use std::collections::HashSet;

use litmos_simulator::{Options, Quirks};
use serde_json::Value;

use crate::client::{get, send, start, walk};

fn texts<'a>(rows: &'a [Value], field: &str) -> HashSet<&'a Value> {
    rows.iter().map(|row| &row[field]).collect()
}

#[test]
fn xml_is_the_default_and_json_has_to_be_asked_for() {
    let simulator = start(Options::default());
    let key = Some(simulator.api_key());
    let xml = send(&simulator, "GET", "/v1.svc/users?source=s&limit=1", key.as_deref(), "");
    assert_eq!(xml.content_type(), "application/xml; charset=utf-8");
    assert!(
        xml.text().starts_with("<Users xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">")
    );
    let json = get(&simulator, "/users?limit=1");
    assert_eq!(json.content_type(), "application/json; charset=utf-8");
    let row = &json.json()[0];
    let names: Vec<_> =
        ["Id", "UserName", "FirstName", "LastName", "Active", "Email", "AccessLevel", "Brand"]
            .into();
    assert!(names.iter().all(|name| row.get(name).is_some()));
    assert_eq!(row.as_object().unwrap().len(), names.len());
}

#[test]
fn user_details_have_secrets_iso_dates_and_every_way_of_saying_nothing() {
    let simulator = start(Options::default());
    let answer = get(&simulator, "/users/details?limit=1000");
    assert!(answer.text().contains(r"https:\/\/acme.litmos.com\/\/login.aspx?loginkey="));
    let rows = answer.json();
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 200);
    assert!(texts(rows, "CreatedDate").iter().all(|date| date.as_str().unwrap().ends_with('Z')));
    assert!(texts(rows, "LastLogin").contains(&Value::from("")));
    assert_eq!(texts(rows, "Password"), HashSet::from([&Value::from("")]));
    let (null, empty, zero) = (Value::Null, Value::from(""), Value::from("0"));
    assert!(texts(rows, "City").is_superset(&HashSet::from([&null, &empty])));
    assert!(texts(rows, "Email").is_superset(&HashSet::from([&null, &empty])));
    assert!(texts(rows, "ManagerId").is_superset(&HashSet::from([&zero, &empty])));
    let levels = texts(rows, "AccessLevel");
    assert!(
        ["Learner", "Team_Leader", "Administrator", "Account_Owner"]
            .iter()
            .all(|level| levels.contains(&Value::from(*level)))
    );
    assert!(answer.text().contains("&#39;") && answer.text().contains("美咲"));
    assert!(rows.iter().any(|row| row["FirstName"].as_str().unwrap().ends_with(' ')));
    let mailless = |row: &&Value| !row["UserName"].as_str().unwrap().contains('@');
    let custom: Vec<_> = rows.iter().filter(mailless).collect();
    assert!(!custom.is_empty() && custom.iter().all(|row| row["IsCustomUsername"] == true));
}

#[test]
fn learners_have_microsoft_dates_and_decimals() {
    let simulator = start(Options { learners_per_course: Some(50), ..Options::default() });
    let course = simulator.world().course_ids()[0].clone();
    let answer = get(&simulator, &format!("/courses/{course}/users"));
    assert!(answer.text().contains(r#""DueDate":"\/Date("#));
    assert!(answer.text().contains(r#""DueDate":null"#));
    assert!(answer.text().contains(r#""PercentageComplete":100.0"#));
    assert_eq!(answer.json().as_array().unwrap().len(), 50);
}

#[test]
fn teams_are_a_tree_with_codes() {
    let simulator = start(Options { teams: 40, ..Options::default() });
    let teams = walk(&simulator, "/teams", 15);
    let ids = texts(&teams, "Id");
    let parents = texts(&teams, "ParentTeamId");
    let (null, empty) = (Value::Null, Value::from(""));
    assert!(parents.contains(&null) && parents.contains(&empty));
    let above: Vec<_> =
        parents.iter().filter(|id| id.as_str().is_some_and(|id| !id.is_empty())).collect();
    assert!(above.len() > 3 && above.iter().all(|id| ids.contains(**id)));
    assert!(teams[0]["TeamCodeForBulkImport"].as_str().unwrap().starts_with("405000-"));
    let one = get(&simulator, &format!("/teams/{}", teams[0]["Id"].as_str().unwrap())).json();
    assert!(one.get("Description").is_some());
}

#[test]
fn a_level_can_be_missing_in_team_lists() {
    let quirks = Quirks { nil_access_level_percent: 50, ..Quirks::default() };
    let simulator = start(Options { members_per_team: Some(50), quirks, ..Options::default() });
    let team = simulator.world().team_ids()[0].clone();
    let rows = get(&simulator, &format!("/teams/{team}/users")).json();
    let levels = texts(rows.as_array().unwrap(), "AccessLevel");
    assert!(levels.contains(&Value::Null) && levels.contains(&Value::from("Learner")));
}

#[test]
fn the_same_seed_is_the_same_world_and_another_is_another() {
    let body = |seed| {
        let simulator = start(Options { seed, users: 20, ..Options::default() });
        get(&simulator, "/users/details").text().to_owned()
    };
    assert_eq!(body(5), body(5));
    assert_ne!(body(5), body(6));
}
