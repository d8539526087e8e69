//! The truth against what a careful reader makes of the wire.

use std::collections::HashSet;

use html_escape::decode_html_entities;
use litmos_simulator::Options;
use serde_json::Value;

use crate::client::{get, start, walk};

/// Text as meant; nothing for null and "".
fn text(value: &Value) -> Option<String> {
    let text = decode_html_entities(value.as_str()?).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn instant(value: &Value) -> Option<i64> {
    let digits = value.as_str()?.trim_start_matches("/Date(");
    digits[..digits.len() - "-0700)/".len()].parse().ok()
}

/// What is left of a record without some of its fields, as canonical JSON.
fn attributes(row: &Value, without: &[&str]) -> String {
    let rest =
        row.as_object().unwrap().iter().filter(|(name, _)| !without.contains(&name.as_str()));
    let plain = rest.filter_map(|(name, value)| {
        let value = match value {
            Value::Null => return None,
            Value::String(string) if string.starts_with("/Date(") => {
                let at = jiff::Timestamp::from_millisecond(instant(value)?).unwrap();
                Value::from(at.to_string())
            }
            Value::String(_) => Value::from(text(value)?),
            Value::Number(number) => match number.as_f64() {
                Some(whole) if whole.fract() == 0.0 => Value::from(whole as i64),
                _ => value.clone(),
            },
            other => other.clone(),
        };
        Some((name, value))
    });
    let sorted: std::collections::BTreeMap<_, _> = plain.collect();
    serde_json::to_string(&sorted).unwrap()
}

#[test]
fn users_are_what_a_careful_reader_makes_of_the_details() {
    let simulator = start(Options::default());
    let truth = simulator.truth().users();
    assert!(truth.is_sorted_by_key(|user| user.user_id.clone()));
    let columns = "Id UserName FirstName LastName Email Active AccessLevel Brand ManagerId \
                   CreatedDate LastLogin LoginKey Password";
    let columns: Vec<_> = columns.split_whitespace().collect();
    let rows = walk(&simulator, "/users/details", 1000);
    assert_eq!(rows.len(), truth.len());
    for row in &rows {
        let user = truth.iter().find(|user| row["Id"] == *user.user_id).unwrap();
        assert_eq!(user.user_name, text(&row["UserName"]));
        assert_eq!(user.first_name, text(&row["FirstName"]));
        assert_eq!(user.last_name, text(&row["LastName"]));
        assert_eq!(user.email, text(&row["Email"]));
        assert_eq!(user.active, row["Active"].as_bool());
        assert_eq!(user.role, text(&row["AccessLevel"]));
        assert_eq!(user.brand, text(&row["Brand"]));
        assert_eq!(user.manager_id, text(&row["ManagerId"]).filter(|id| id != "0"));
        assert_eq!(user.created_at.map(|at| at.to_string()), text(&row["CreatedDate"]));
        assert_eq!(user.last_login_at.map(|at| at.to_string()), text(&row["LastLogin"]));
        assert_eq!(user.updated_at, None);
        assert_eq!(user.attributes.as_deref(), Some(attributes(row, &columns).as_str()));
    }
}

#[test]
fn teams_and_their_members_are_what_the_lists_say() {
    let simulator = start(Options { leaders_percent: 50, ..Options::default() });
    let (truth, members) = (simulator.truth().teams(), simulator.truth().team_members());
    let rows = walk(&simulator, "/teams", 1000);
    assert_eq!(rows.len(), truth.len());
    let mut seen = 0;
    for row in &rows {
        let team = truth.iter().find(|team| row["Id"] == *team.team_id).unwrap();
        assert_eq!(team.name, text(&row["Name"]));
        assert_eq!(team.code, text(&row["TeamCodeForBulkImport"]));
        assert_eq!(team.parent_team_id, text(&row["ParentTeamId"]));
        let ids = |list: &str| -> HashSet<String> {
            let rows = walk(&simulator, &format!("/teams/{}/{list}", team.team_id), 1000);
            rows.iter().map(|row| row["Id"].as_str().unwrap().to_owned()).collect()
        };
        let (leaders, admins) = (ids("leaders"), ids("admins"));
        for user in ids("users") {
            let pair = (&team.team_id, &user);
            let member = members.iter().find(|row| (&row.team_id, &row.user_id) == pair).unwrap();
            assert_eq!(member.is_leader, Some(leaders.contains(&user)));
            assert_eq!(member.is_admin, Some(admins.contains(&user)));
            seen += 1;
        }
    }
    assert_eq!(seen, members.len());
    assert!(members.iter().any(|row| row.is_leader == Some(true)));
    assert!(members.iter().any(|row| row.is_admin == Some(true)));
}

#[test]
fn courses_and_enrolments_are_what_the_lists_say() {
    let simulator = start(Options::default());
    let (truth, enrolments) = (simulator.truth().courses(), simulator.truth().enrolments());
    assert!(enrolments.is_sorted_by_key(|row| (row.course_id.clone(), row.user_id.clone())));
    let mut seen = 0;
    for row in walk(&simulator, "/courses", 1000) {
        let course = truth.iter().find(|course| row["Id"] == *course.course_id).unwrap();
        assert_eq!(course.code, text(&row["Code"]));
        assert_eq!(course.name, text(&row["Name"]));
        assert_eq!(course.active, row["Active"].as_bool());
        let rest = attributes(&row, &["Id", "Code", "Name", "Active"]);
        assert_eq!(course.attributes.as_deref(), Some(rest.as_str()));
        for learner in walk(&simulator, &format!("/courses/{}/users", course.course_id), 1000) {
            let same = |row: &&rollcall_roster::Enrolment| {
                row.course_id == course.course_id && learner["Id"] == *row.user_id
            };
            let enrolment = enrolments.iter().find(same).unwrap();
            assert_eq!(enrolment.percent_complete, learner["PercentageComplete"].as_f64());
            let milliseconds =
                |at: Option<jiff::Timestamp>| at.map(jiff::Timestamp::as_millisecond);
            assert_eq!(milliseconds(enrolment.due_at), instant(&learner["DueDate"]));
            assert_eq!(milliseconds(enrolment.compliant_till), instant(&learner["CompliantTill"]));
            seen += 1;
        }
    }
    assert_eq!(seen, enrolments.len());
    assert!(seen > 100);
}

#[test]
fn changes_are_seen_on_the_wire_and_in_the_truth() {
    let simulator = start(Options { members_per_team: Some(20), ..Options::default() });
    let members = simulator.truth().team_members();
    let (gone, idle) = (members[0].user_id.clone(), members[1].user_id.clone());
    let team = members[0].team_id.clone();
    let added = {
        let world = simulator.world();
        assert!(world.remove_user(&gone) && !world.remove_user(&gone));
        assert!(world.set_active(&idle, false));
        assert!(world.rename_team(&team, "A &amp; B's"));
        world.add_user("Noa", "Late")
    };
    assert_eq!(get(&simulator, &format!("/users/{gone}")).status, 404);
    let rows = walk(&simulator, &format!("/teams/{team}/users"), 100);
    assert_eq!(rows.len(), 18);
    assert_eq!(
        simulator.truth().team_members().len(),
        members.len() - other_side(&members, &gone, &idle)
    );
    let last = walk(&simulator, "/users", 1000).pop().unwrap();
    assert_eq!((&last["Id"], &last["LastName"]), (&Value::from(added), &Value::from("Late")));
    let name = &get(&simulator, &format!("/teams/{team}")).json()["Name"];
    assert_eq!(text(name).unwrap(), "A &amp; B's");
    let course = simulator.truth().course_ids()[0].clone();
    assert!(simulator.world().delete_team(&team) && simulator.world().delete_course(&course));
    assert_eq!(get(&simulator, &format!("/teams/{team}/users")).status, 404);
    assert_eq!(get(&simulator, &format!("/courses/{course}")).status, 404);
    simulator.world().shrink_users(50);
    assert_eq!(walk(&simulator, "/users", 1000).len(), 50);
    assert_eq!((simulator.truth().users().len(), simulator.truth().teams().len()), (50, 9));
    assert_eq!(simulator.truth().courses().len(), 19);
}

/// How many memberships two users have.
fn other_side(members: &[rollcall_roster::TeamMember], one: &str, two: &str) -> usize {
    members.iter().filter(|row| row.user_id == one || row.user_id == two).count()
}
