//! The courses of a user.

use litmos_simulator::{Options, Simulator};
use serde_json::{Value, json};

use super::{ada, done, ids, outcome, write};
use crate::client::{get, start, walk};

const NONE: Value = Value::Null;

/// A simulator and a new account.
fn scene() -> (Simulator, String) {
    let simulator = start(Options { learners_per_course: Some(30), ..Options::default() });
    let user = write(&simulator, "POST", "/users", &ada()).json();
    (simulator, user["Id"].as_str().unwrap().to_owned())
}

/// A user and a course that user holds in the given way from the start.
fn holder(simulator: &Simulator, through_path: bool) -> (String, String) {
    let held = simulator.world().user_ids().into_iter().find_map(|user| {
        let mut courses = simulator.truth().courses_of(&user).into_iter();
        let (course, _) = courses.find(|(_, through)| *through == through_path)?;
        Some((user, course))
    });
    held.unwrap()
}

#[test]
fn courses_are_assigned_and_held_and_unknown_ones_passed_over() {
    let (simulator, user) = scene();
    let path = format!("/users/{user}/courses");
    let courses = simulator.world().course_ids();
    let enrolments = simulator.truth().enrolments().len();
    let list = ids(&[&courses[7], "nothing", &courses[8]]);
    for _ in 0..2 {
        assert_eq!(outcome(&simulator, "POST", &path, &list), done(201));
        assert_eq!(simulator.truth().enrolments().len(), enrolments + 2);
    }
    let rows = walk(&simulator, &path, 100);
    assert_eq!(rows.len(), 2);
    for row in &rows {
        assert_eq!((&row["Complete"], &row["PercentageComplete"]), (&false.into(), &0.0.into()));
        assert_eq!(row["IsLearningPath"], false);
        assert!(row["AssignedDate"].is_string() && row["StartDate"].is_null());
    }
    let learners = walk(&simulator, &format!("/courses/{}/users", courses[7]), 100);
    assert_eq!(learners.len(), 31);
    let empty = outcome(&simulator, "POST", &path, &json!([]));
    assert_eq!(empty.0, 404);
    assert_eq!(outcome(&simulator, "POST", "/users/nobody/courses", &list).0, 404);
}

#[test]
fn assigning_again_does_not_reset_and_what_was_learnt_comes_back() {
    let (simulator, _) = scene();
    let rows = simulator.truth().enrolments();
    let done_row = rows.iter().find(|row| {
        let direct = (row.course_id.clone(), false);
        row.percent_complete > Some(0.0)
            && simulator.truth().courses_of(&row.user_id).contains(&direct)
    });
    let row = done_row.unwrap();
    let path = format!("/users/{}/courses", row.user_id);
    let list = ids(&[&row.course_id]);
    assert_eq!(outcome(&simulator, "POST", &path, &list), done(201));
    assert_eq!(simulator.truth().enrolments(), rows);
    let one = format!("{path}/{}", row.course_id);
    assert_eq!(outcome(&simulator, "DELETE", &one, &NONE), done(200));
    assert_eq!(simulator.truth().enrolments().len(), rows.len() - 1);
    assert_eq!(outcome(&simulator, "POST", &path, &list), done(201));
    assert_eq!(get(&simulator, &one).json()["PercentageComplete"], row.percent_complete.unwrap());
}

#[test]
fn an_assigned_course_is_removed_once() {
    let (simulator, _) = scene();
    let (user, course) = holder(&simulator, false);
    let path = format!("/users/{user}/courses/{course}");
    assert_eq!(outcome(&simulator, "DELETE", &path, &NONE), done(200));
    assert!(!simulator.truth().enrolments_of(&course).iter().any(|row| row.user_id == user));
    assert_eq!(outcome(&simulator, "DELETE", &path, &NONE).0, 404);
    assert_eq!(outcome(&simulator, "DELETE", "/users/nobody/courses/x", &NONE).0, 404);
}

#[test]
fn a_course_of_a_learning_path_stays() {
    let (simulator, _) = scene();
    let (user, course) = holder(&simulator, true);
    let path = format!("/users/{user}/courses/{course}");
    let detail = format!(
        "The course - {course} can't be removed from {user} because it is part of a learning \
         path. Remove the user from the learning path or remove the course from the learning path."
    );
    assert_eq!(outcome(&simulator, "DELETE", &path, &NONE), (406, detail));
    assert_eq!(get(&simulator, &path).json()["IsLearningPath"], true);
    assert_eq!(
        outcome(&simulator, "POST", &format!("/users/{user}/courses"), &ids(&[&course])),
        done(201)
    );
    assert_eq!(get(&simulator, &path).json()["IsLearningPath"], true, "held already, so ignored");
}

#[test]
fn one_course_of_a_user_has_its_due_date_and_one_that_is_not_held_is_404() {
    let (simulator, user) = scene();
    let (holder, course) = holder(&simulator, false);
    let one = get(&simulator, &format!("/users/{holder}/courses/{course}")).json();
    assert_eq!(one["Id"], *course);
    assert!(one.get("CourseDueDate").is_some() && one["Modules"].is_array());
    assert_eq!(get(&simulator, &format!("/users/{user}/courses/{course}")).status, 404);
    assert_eq!(get(&simulator, &format!("/users/{holder}/courses/nothing")).status, 404);
}
