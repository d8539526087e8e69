//! `changes`: what differs from the run before, row by row.

use litmos_simulator::{BadRow, Fault, Options, Rule};
use scenarios::{Scenario, TABLES};
use serde_json::{Value, json};

use crate::support::{FIRST, SECOND, assert_verdict, changes, differences, published, small};

/// How often each way of differing occurs in a table.
fn counts(rows: &[Value]) -> Value {
    let count = |table: &str, change: &str| {
        rows.iter().filter(|row| row["table"] == table && row["change"] == change).count()
    };
    let of_table = |table: &&str| {
        let [added, removed, changed] = ["added", "removed", "changed"].map(|c| count(table, c));
        let counts = json!({ "added": added, "removed": removed, "changed": changed });
        ((*table).to_owned(), counts)
    };
    TABLES.iter().map(of_table).collect::<serde_json::Map<_, _>>().into()
}

fn changed_rows(scenario: &Scenario, run_id: &str) -> u64 {
    scenario.manifest(run_id).unwrap()["tables"]["changes"]["rows"].as_u64().unwrap()
}

#[test]
fn a_first_run_has_a_part_of_changes_without_rows() {
    let scenario = Scenario::new(small());
    let answer = scenario.run(FIRST).unwrap();
    assert_eq!(answer["changes"], counts(&[]));
    assert_eq!(changes(&scenario, FIRST), [] as [Value; 0]);
    let manifest = scenario.manifest(FIRST).unwrap();
    assert_eq!(manifest["base_run_id"], Value::Null);
    assert_eq!(manifest["tables"]["changes"]["parts"].as_array().unwrap().len(), 1);
}

#[test]
fn an_unchanged_world_has_no_changes() {
    let scenario = published(small());
    let answer = scenario.run(SECOND).unwrap();
    assert_eq!(answer["changes"], counts(&[]));
    assert_eq!(changes(&scenario, SECOND), [] as [Value; 0]);
    assert_eq!(scenario.manifest(SECOND).unwrap()["base_run_id"], FIRST);
}

/// Has one of the leaders left out of the next answer, for a member that will have changed after.
fn hide_a_leader(scenario: &Scenario) {
    let members = scenario.simulator.truth().team_members();
    let leader = members.into_iter().find(|member| member.is_leader == Some(true)).unwrap();
    let no_id = Fault::BadRow { kind: BadRow::NoId, row: 0 };
    let leaders = format!("/teams/{}/leaders", leader.team_id);
    scenario.simulator.faults().add(Rule::new(no_id).on(leaders).times(1));
}

#[test]
fn changes_are_what_differs() {
    let options = Options { members_per_team: Some(10), ..Options::default() };
    let scenario = Scenario::new(options);
    hide_a_leader(&scenario);
    assert_verdict(&scenario.run(FIRST).unwrap(), "published", &["faulty_rows"]);

    let world = scenario.simulator.world();
    let members = scenario.table("team_members", FIRST);
    let plain = |member: &&Value| member["is_leader"] == false && member["is_admin"] == false;
    let mut plain = members.iter().filter(plain).map(|m| m["user_id"].as_str().unwrap());
    let (removed, deactivated) = (plain.next().unwrap(), plain.next_back().unwrap());
    let renamed = &world.user_ids()[0];
    let (team, course) = (&world.team_ids()[3], &world.course_ids()[5]);
    let added = world.add_user("Zoë & Co", "O'Neil");
    assert!(world.remove_user(removed) && world.set_active(deactivated, false));
    assert!(world.rename_user(renamed, "Anna", "Ny") && world.delete_team(team));
    assert!(world.rename_course(course, "Zażółć <gęślą>"));

    let answer = scenario.run(SECOND).unwrap();
    assert_verdict(&answer, "published", &[]);
    scenario.assert_tables_are_true(SECOND);
    let rows = changes(&scenario, SECOND);
    assert_eq!(rows, differences(&scenario, FIRST, SECOND));
    assert_eq!(answer["changes"], counts(&rows));
    assert_eq!(changed_rows(&scenario, SECOND), rows.len() as u64);
    assert_eq!(scenario.manifest(SECOND).unwrap()["base_run_id"], FIRST);

    // What was done to the world, by hand, should the reckoning above err.
    let row = |table: &str, key: &[&str]| {
        rows.iter().find(|row| row["table"] == table && row["key"] == json!(key)).unwrap()
    };
    let new = row("users", &[&added]);
    assert_eq!((&new["change"], &new["before"]), (&json!("added"), &Value::Null));
    assert_eq!(new["after"]["last_name"], "O'Neil");
    let gone = row("users", &[removed]);
    assert_eq!((&gone["change"], &gone["after"]), (&json!("removed"), &Value::Null));
    assert_eq!(gone["before"]["user_id"], *removed);
    let left = row("users", &[deactivated]);
    assert_eq!(
        (&left["before"]["active"], &left["after"]["active"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(row("users", &[renamed])["after"]["first_name"], "Anna");
    assert_eq!(row("teams", &[team])["change"], "removed");
    assert_eq!(row("courses", &[course])["after"]["name"], "Zażółć <gęślą>");
    let promoted = |row: &&Value| {
        row["table"] == "team_members"
            && row["before"]["is_leader"] == false
            && row["after"]["is_leader"] == true
    };
    assert_eq!(rows.iter().filter(promoted).count(), 1);
}
