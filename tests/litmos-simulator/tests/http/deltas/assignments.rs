//! `/org/users/courses`.

use litmos_simulator::{Deltas, Possession};
use rollcall_roster::Source;
use serde_json::{Value, json};

use super::{ASSIGNMENTS, RESULTS, classes, enrolled, is_recent, only, recent, switch, unenrolled};
use crate::writes::{done, ids, outcome};

#[test]
fn an_assignment_comes_together_with_its_result() {
    let simulator = classes(0);
    let (course, user) = unenrolled(&simulator);
    let path = format!("/users/{user}/courses");
    assert_eq!(outcome(&simulator, "POST", &path, &ids(&[&course])), done(201));
    let row = only(&simulator, ASSIGNMENTS);
    let names = "Active CreatedBy CreatedDate Id OriginalCourseId OriginalUserId UpdatedBy \
                 UpdatedDate UserId";
    let fields: Vec<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, names.split_whitespace().collect::<Vec<_>>());
    assert_eq!((&row["Id"], &row["UserId"]), (&json!(course), &json!(user)));
    assert_eq!((&row["Active"], &row["UpdatedDate"]), (&true.into(), &Value::Null));
    assert!(row["OriginalUserId"].is_i64() && is_recent(&row["CreatedDate"]));
    let result = only(&simulator, RESULTS);
    assert_eq!((&result["CreatedDate"], &result["Id"]), (&row["CreatedDate"], &row["Id"]));
}

#[test]
fn one_that_is_removed_has_a_row_that_says_so_or_none_and_can_come_again() {
    let simulator = classes(0);
    let (course, user) = enrolled(&simulator, Source::Direct);
    let path = format!("/users/{user}/courses/{course}");
    assert_eq!(outcome(&simulator, "DELETE", &path, &Value::Null), done(200));
    let row = only(&simulator, ASSIGNMENTS);
    assert_eq!(row["Active"], false);
    assert!(is_recent(&row["UpdatedDate"]) && !is_recent(&row["CreatedDate"]));
    switch(&simulator, Deltas { removals_unlisted: true, ..Deltas::default() });
    assert!(recent(&simulator, ASSIGNMENTS).is_empty());
    assert!(simulator.world().possess(&user, Possession::Course, &course, true));
    let row = only(&simulator, ASSIGNMENTS);
    assert_eq!((&row["Active"], &row["UpdatedDate"]), (&true.into(), &Value::Null));
    assert!(is_recent(&row["CreatedDate"]));
}

#[test]
fn what_comes_by_a_path_or_a_team_is_only_listed_if_it_is_to_be() {
    let simulator = classes(2);
    let world = simulator.world();
    let (user, path) = (world.user_ids()[3].clone(), world.learning_path_ids()[1].clone());
    let before = simulator.truth().courses_of(&user);
    assert!(world.possess(&user, Possession::LearningPath, &path, true));
    let new: Vec<_> = simulator
        .truth()
        .courses_of(&user)
        .into_iter()
        .filter(|row| !before.contains(row))
        .collect();
    assert!(!new.is_empty() && recent(&simulator, ASSIGNMENTS).is_empty());
    let (course, learner) = enrolled(&simulator, Source::Team);
    assert!(world.possess(&learner, Possession::Course, &course, false));
    assert!(recent(&simulator, ASSIGNMENTS).is_empty());
    switch(&simulator, Deltas { derived_assignments_listed: true, ..Deltas::default() });
    let active = |active: bool| {
        let rows = recent(&simulator, ASSIGNMENTS);
        rows.iter().filter(|row| row["Active"] == active).count()
    };
    assert_eq!((active(true), active(false)), (new.len(), 1));
    assert!(world.possess(&user, Possession::LearningPath, &path, false));
    assert_eq!((active(true), active(false)), (0, new.len() + 1));
}
