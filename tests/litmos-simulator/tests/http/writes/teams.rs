//! Teams themselves.

use litmos_simulator::{Options, Simulator};
use rollcall_roster::Team;
use serde_json::{Value, json};

use super::{done, outcome, write};
use crate::client::{get, start, walk};

fn truth(simulator: &Simulator, id: &Value) -> Option<Team> {
    simulator.truth().teams().into_iter().find(|team| *id == *team.team_id)
}

fn team(name: &str) -> Value {
    json!({ "Id": "", "Name": name, "Description": "Branches" })
}

#[test]
fn a_new_team_is_answered_with_its_id_and_is_at_the_top() {
    let simulator = start(Options::default());
    let answer = write(&simulator, "POST", "/teams", &team("North region"));
    assert_eq!(answer.status, 201);
    assert!(answer.headers.get("location").is_none());
    let made = answer.json();
    assert_eq!((&made["Name"], &made["Description"]), (&"North region".into(), &"Branches".into()));
    let row = truth(&simulator, &made["Id"]).unwrap();
    assert_eq!((row.code.as_deref(), row.parent_team_id), (Some("405010-Northregion"), None));
    let members = format!("/teams/{}/users", row.team_id);
    assert_eq!(get(&simulator, &members).text(), "[]");
    assert_eq!(walk(&simulator, "/teams", 1000).last().unwrap()["Id"], made["Id"]);
}

#[test]
fn a_team_below_another_knows_it() {
    let simulator = start(Options::default());
    let above = write(&simulator, "POST", "/teams", &team("Above")).json()["Id"].clone();
    let path = format!("/teams/{}/teams", above.as_str().unwrap());
    let below = write(&simulator, "POST", &path, &team("Below")).json()["Id"].clone();
    let mut body = team("Further below");
    body["ParentTeamId"] = below.clone();
    let further = write(&simulator, "POST", "/teams", &body).json()["Id"].clone();
    let parent = |id: &Value| truth(&simulator, id).unwrap().parent_team_id.map(Value::from);
    assert_eq!((parent(&below), parent(&further)), (Some(above), Some(below.clone())));
    let listed: Vec<_> = walk(&simulator, &path, 10).iter().map(|row| row["Id"].clone()).collect();
    assert_eq!(listed, [below, further], "every team below, at any depth");
    let detail = "No team with this nobody exists in your organization".to_owned();
    assert_eq!(outcome(&simulator, "POST", "/teams/nobody/teams", &team("X")), (404, detail));
}

#[test]
fn a_name_is_there_once_in_the_organisation() {
    let simulator = start(Options::default());
    let made = write(&simulator, "POST", "/teams", &team("North")).json();
    let taken = (409, "Team name already exists".to_owned());
    assert_eq!(outcome(&simulator, "POST", "/teams", &team("north")), taken);
    let path = format!("/teams/{}", made["Id"].as_str().unwrap());
    let below = format!("{path}/teams");
    assert_eq!(outcome(&simulator, "POST", &below, &team("North")), taken);
    let begun = simulator.truth().teams()[0].name.clone().unwrap();
    let body = json!({ "Id": made["Id"], "Name": begun });
    assert_eq!(outcome(&simulator, "PUT", &path, &body), taken);
    let body = json!({ "Id": made["Id"], "Name": "NORTH" });
    assert_eq!(outcome(&simulator, "PUT", &path, &body), done(200), "its own name is free");
    let detail = "Please check the xml/json included with this call".to_owned();
    for bad in [team(" "), team(&"x".repeat(101)), Value::Null] {
        assert_eq!(outcome(&simulator, "POST", "/teams", &bad), (400, detail.clone()));
    }
}

#[test]
fn a_team_is_described_anew_and_keeps_its_members_and_its_place() {
    let simulator = start(Options { members_per_team: Some(3), ..Options::default() });
    let before = simulator.truth();
    let nested = before.teams().into_iter().find(|team| team.parent_team_id.is_some()).unwrap();
    let members = before.memberships();
    let path = format!("/teams/{}", nested.team_id);
    let body = json!({ "Id": nested.team_id, "Name": "Renamed", "ParentTeamId": "" });
    assert_eq!(outcome(&simulator, "PUT", &path, &body), done(200));
    let row = truth(&simulator, &nested.team_id.clone().into()).unwrap();
    assert_eq!(
        (row.name.as_deref(), &row.parent_team_id),
        (Some("Renamed"), &nested.parent_team_id)
    );
    let about = get(&simulator, &path).json()["Description"].clone();
    assert!(about.is_null() || about == "", "left out and so blank");
    assert_eq!(simulator.truth().memberships(), members);
    let other = json!({ "Id": "other", "Name": "X" });
    assert_eq!(outcome(&simulator, "PUT", &path, &other).0, 404);
    assert_eq!(outcome(&simulator, "PUT", "/teams/other", &other).0, 404);
}

#[test]
fn a_deleted_team_is_gone_with_its_memberships() {
    let simulator = start(Options { members_per_team: Some(3), ..Options::default() });
    let id = simulator.world().team_ids()[0].clone();
    let path = format!("/teams/{id}");
    assert_eq!(outcome(&simulator, "DELETE", &path, &Value::Null), done(200));
    assert_eq!(outcome(&simulator, "DELETE", &path, &Value::Null).0, 404);
    assert_eq!(get(&simulator, &path).status, 404);
    assert!(!simulator.truth().memberships().iter().any(|row| row.team_id == id));
}
