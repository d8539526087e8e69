//! `/org/teams`.

use litmos_simulator::{Change, Options, Possession};
use serde_json::{Value, json};

use super::{MEMBERS, TEAMS, days_ago, is_recent, only, recent};
use crate::{
    client::{get, start},
    writes::write,
};

#[test]
fn a_team_that_is_renamed_is_listed_with_its_parent_and_code() {
    let simulator = start(Options { teams: 40, ..Options::default() });
    let id = simulator.world().team_ids()[7].clone();
    assert!(simulator.world().rename_team(&id, "Renamed"));
    let row = only(&simulator, TEAMS);
    let names = "Active CreatedBy CreatedDate Id Name OriginalTeamId ParentTeamId \
                 TeamCodeForBulkImport UpdatedBy UpdatedDate";
    let fields: Vec<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, names.split_whitespace().collect::<Vec<_>>());
    let team = get(&simulator, &format!("/teams/{id}")).json();
    let same = ["Id", "Name", "ParentTeamId", "TeamCodeForBulkImport"];
    assert!(same.iter().all(|field| row[field] == team[field]));
    assert_eq!((&row["Active"], &row["OriginalTeamId"]), (&true.into(), &405_007.into()));
    assert!(is_recent(&row["UpdatedDate"]) && !is_recent(&row["CreatedDate"]));
}

#[test]
fn teams_come_and_move_but_not_below_themselves() {
    let simulator = start(Options::default());
    let world = simulator.world();
    let first = write(&simulator, "POST", "/teams", &json!({ "Name": "First" })).json();
    let first = first["Id"].as_str().unwrap();
    let second = world.add_team("Second", Some(first)).unwrap();
    assert_eq!(world.add_team("Third", Some("nobody")), None);
    let rows = recent(&simulator, TEAMS);
    assert_eq!((rows.len(), &rows[1]["ParentTeamId"]), (2, &first.into()));
    assert!(rows.iter().all(|row| row["UpdatedDate"].is_null() && is_recent(&row["CreatedDate"])));
    assert!(!world.move_team(first, Some(&second)) && !world.move_team(first, Some(first)));
    assert!(world.move_team(&second, None) && world.move_team(first, Some(&second)));
    let rows = recent(&simulator, TEAMS);
    assert_eq!(rows[0]["ParentTeamId"], *second);
    assert!([&Value::Null, &"".into()].contains(&&rows[1]["ParentTeamId"]));
    assert!(rows.iter().all(|row| is_recent(&row["UpdatedDate"])));
}

#[test]
fn a_deleted_team_is_nowhere_and_those_below_it_have_changed() {
    let simulator = start(Options::default());
    let world = simulator.world();
    let (above, user) = (world.team_ids()[0].clone(), world.user_ids()[3].clone());
    let team = world.add_team("Between", Some(&above)).unwrap();
    assert!(world.possess(&user, Possession::Member, &team, true));
    let below = world.team_ids()[9].clone();
    let down = Change::MoveTeam { id: below.clone(), parent_id: Some(team.clone()) };
    assert!(world.change_at(down, days_ago(10)).is_some());
    assert_eq!((recent(&simulator, TEAMS).len(), recent(&simulator, MEMBERS).len()), (1, 1));
    assert!(world.delete_team(&team));
    let row = only(&simulator, TEAMS);
    assert_eq!(row["Id"], *below);
    assert!([&Value::Null, &"".into()].contains(&&row["ParentTeamId"]));
    assert!(recent(&simulator, MEMBERS).is_empty());
}
