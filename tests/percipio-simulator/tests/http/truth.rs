//! The truth against what a careful reader makes of the wire.

use std::collections::{BTreeMap, HashSet};

use percipio_simulator::{Options, Quirks, Simulator};
use rollcall_roster::{CourseKind, EnrolmentStatus, Timestamp};
use serde_json::{Value, json};

use crate::client::{all_time, catalog, report, start, texts, users};

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn instant(value: Option<&Value>) -> Option<Timestamp> {
    value?.as_str()?.parse().ok()
}

#[test]
fn users_are_what_a_careful_reader_makes_of_the_list() {
    let simulator = start(Options::default());
    let truth = simulator.truth().users();
    assert!(truth.is_sorted_by_key(|user| user.user_id.clone()));
    let rows = users(&simulator, "users").rows();
    assert_eq!(rows.len(), truth.len());
    for row in &rows {
        let user = truth.iter().find(|user| row["id"] == *user.user_id).unwrap();
        assert_eq!(user.user_name, text(&row["externalUserId"]));
        assert_eq!(user.first_name, text(&row["firstName"]));
        assert_eq!(user.last_name, text(&row["lastName"]));
        assert_eq!(user.email, text(&row["email"]));
        assert_eq!(user.active, row["isActive"].as_bool());
        assert_eq!(user.role, text(&row["role"]));
        assert_eq!(user.manager_id, text(&row["approvalManager"]["id"]));
        assert_eq!(user.updated_at, instant(row.get("updatedAt")));
        assert_eq!((&user.brand, user.created_at, user.last_login_at), (&None, None, None));
        let attributes: BTreeMap<String, Value> =
            serde_json::from_str(user.attributes.as_ref().unwrap()).unwrap();
        assert_eq!(attributes.get("loginName").unwrap_or(&Value::Null), &row["loginName"]);
        for attribute in row["customAttributes"].as_array().unwrap() {
            let name = attribute["name"].as_str().unwrap();
            assert_eq!(attributes.get(name).unwrap_or(&Value::Null), &attribute["value"]);
        }
        assert_eq!(simulator.truth().user_record(&user.user_id).as_ref(), Some(row));
    }
}

#[test]
fn courses_are_the_courses_and_assessments_of_the_catalogue() {
    let simulator = start(Options { items: 400, ..Options::default() });
    let truth = simulator.truth().courses();
    assert!(truth.is_sorted_by_key(|course| course.course_id.clone()));
    let rows = catalog(&simulator, "").rows();
    let kinds = [("COURSE", CourseKind::Course), ("ASSESSMENT", CourseKind::Assessment)];
    let mut seen = 0;
    for row in &rows {
        let kind = kinds.iter().find(|(name, _)| row["contentType"]["percipioType"] == *name);
        let course = truth.iter().find(|course| row["id"] == *course.course_id);
        assert_eq!(course.and_then(|course| course.kind), kind.map(|(_, kind)| *kind));
        let Some(course) = course else { continue };
        let titles = row["localizedMetadata"].as_array().unwrap();
        let title = |title: &&Value| title["title"] != "";
        let english = titles.iter().filter(title).find(|title| title["localeCode"] == "en-US");
        let shown = english.or_else(|| titles.iter().find(title)).unwrap();
        assert_eq!(course.name, text(&shown["title"]));
        assert_eq!(course.code, text(&row["code"]));
        assert_eq!(course.active, Some(row["lifecycle"]["status"] == "ACTIVE"));
        assert_eq!(simulator.truth().item_record(&course.course_id).as_ref(), Some(row));
        seen += 1;
    }
    assert_eq!(seen, truth.len());
    assert!(truth.iter().any(|course| course.active == Some(false)));
}

fn compare(simulator: &Simulator) {
    let truth = simulator.truth().enrolments();
    assert!(truth.is_sorted_by_key(|row| (row.course_id.clone(), row.user_id.clone())));
    let rows = report(simulator, &all_time(json!({ "contentType": "Course,Assessment" })));
    assert_eq!(rows.len(), truth.len());
    let by_key: BTreeMap<_, _> =
        rows.iter().map(|row| ((text(&row["contentUuid"]), text(&row["userUuid"])), row)).collect();
    for enrolment in &truth {
        let key = (Some(enrolment.course_id.clone()), Some(enrolment.user_id.clone()));
        let row = by_key[&key];
        let status = match row["status"].as_str().unwrap() {
            "Completed" | "Achieved" => Some(EnrolmentStatus::Completed),
            "Started" | "Active" => Some(EnrolmentStatus::InProgress),
            _ => None,
        };
        assert_eq!(enrolment.status, status);
        assert_eq!(enrolment.started_at, instant(row.get("firstAccess")));
        assert_eq!(enrolment.completed_at, instant(row.get("completedDate")));
    }
}

#[test]
fn enrolments_are_the_rows_about_courses_and_assessments() {
    let quirks = Quirks { unknown_status_percent: 5, ..Quirks::default() };
    let simulator = start(Options { activities: 2000, quirks, ..Options::default() });
    compare(&simulator);
    let (user, course) =
        (simulator.world().user_ids()[1].clone(), simulator.world().course_ids()[1].clone());
    for (status, expected) in [
        ("Started", Some(EnrolmentStatus::InProgress)),
        ("Achieved", Some(EnrolmentStatus::Completed)),
        ("Sideways", None),
    ] {
        let at = "2026-05-05T05:05:05.005Z".parse().unwrap();
        assert!(simulator.world().learn(&user, &course, status, at));
        let found = simulator.truth().enrolments().into_iter();
        let found = found.filter(|row| row.user_id == user && row.course_id == course);
        assert_eq!(found.map(|row| row.status).collect::<Vec<_>>(), [expected]);
        compare(&simulator);
    }
}

#[test]
fn who_goes_on_learning_has_one_row_still() {
    let simulator = start(Options::default());
    let before: Vec<_> = simulator.truth().activities().collect();
    let open = before.iter().find(|it| it.status == "Started" && it.content_type == "Course");
    let open = open.unwrap();
    let at = "2026-05-05T05:05:05Z".parse().unwrap();
    assert!(simulator.world().learn(&open.user_id, &open.item_id, "Completed", at));
    let same =
        |row: &&Value| row["userUuid"] == *open.user_id && row["contentUuid"] == *open.item_id;
    let rows = report(&simulator, &all_time(json!({})));
    let row: Vec<_> = rows.iter().filter(same).collect();
    assert_eq!((rows.len(), row.len()), (before.len(), 1));
    assert_eq!(row[0]["totalAccesses"], (open.accesses + 1).to_string());
    assert_eq!(instant(row[0].get("firstAccess")), Some(open.first_access));
    assert_eq!(row[0]["completedDate"], "2026-05-05T00:00:00.000Z");
    compare(&simulator);
}

#[test]
fn activities_are_every_row_and_say_what_is_not_listed() {
    let simulator = start(Options { activities: 2000, ..Options::default() });
    let rows = report(&simulator, &all_time(json!({})));
    let keys: HashSet<_> = rows
        .iter()
        .map(|row| (text(&row["userUuid"]).unwrap(), text(&row["contentUuid"]).unwrap()))
        .collect();
    let (users, items): (HashSet<_>, HashSet<_>) = (
        simulator.world().user_ids().into_iter().collect(),
        simulator.world().item_ids().into_iter().collect(),
    );
    let mut count = 0;
    for activity in simulator.truth().activities() {
        assert_eq!(activity.user_listed, users.contains(&activity.user_id));
        assert_eq!(activity.item_listed, items.contains(&activity.item_id));
        assert!(keys.contains(&(activity.user_id, activity.item_id)));
        count += 1;
    }
    assert_eq!(count, rows.len());
}

#[test]
fn changes_are_seen_on_the_wire_and_in_the_truth() {
    let simulator = start(Options::default());
    let known = simulator.world().user_ids();
    let added = {
        let world = simulator.world();
        assert!(world.set_active(&known[5], false) && world.set_role(&known[6], "ANYTHING"));
        assert!(world.set_attribute(&known[6], "Geo", Some("Moon")));
        assert!(!world.set_attribute(&known[6], "geo", None) && !world.set_active("x", true));
        world.add_user("late-1", "Noa", "Late")
    };
    let rows = users(&simulator, "users").rows();
    assert_eq!((&rows[5]["isActive"], &rows[6]["role"]), (&json!(false), &json!("ANYTHING")));
    assert!(rows[6]["customAttributes"].to_string().contains("Moon"));
    assert_eq!((&rows[200]["id"], &rows[200]["lastName"]), (&json!(added), &json!("Late")));
    assert_eq!(simulator.truth().users().len(), 201);
    assert!(simulator.truth().roles().contains(&"ANYTHING".to_owned()));
    simulator.world().shrink_users(50);
    assert_eq!(users(&simulator, "users").rows().len(), 50);
    assert_eq!(simulator.truth().users().len(), 50);
    let course = simulator.world().course_ids()[0].clone();
    let courses = simulator.truth().courses().len();
    assert!(simulator.world().hide_item(&course));
    assert_eq!(simulator.truth().courses().len(), courses - 1);
    assert!(!texts(&catalog(&simulator, "").rows(), "id").contains(&course));
}

#[test]
fn the_same_seed_is_the_same_world_and_another_is_another() {
    let body = |seed| {
        let simulator = start(Options { seed, users: 20, ..Options::default() });
        let rows = report(&simulator, &all_time(json!({})));
        (users(&simulator, "users").rows(), catalog(&simulator, "").rows(), rows)
    };
    assert_eq!(body(5), body(5));
    assert_ne!(body(5), body(6));
}
