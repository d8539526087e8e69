//! Learning paths of a user.

use litmos_simulator::{Options, Simulator};
use serde_json::{Value, json};

use super::{ada, done, ids, outcome, write};
use crate::client::{get, start, walk};

const NONE: Value = Value::Null;

fn scene() -> Simulator {
    start(Options { learners_per_course: Some(60), ..Options::default() })
}

/// A user and a learning path that user holds in the given way from the start.
fn holder(simulator: &Simulator, through_team: bool) -> (String, String) {
    let held = simulator.world().user_ids().into_iter().find_map(|user| {
        let mut paths = simulator.truth().learning_paths_of(&user).into_iter();
        let (path, _) = paths.find(|(_, through)| *through == through_team)?;
        Some((user, path))
    });
    held.unwrap()
}

#[test]
fn paths_are_listed_and_read() {
    let simulator = scene();
    let rows = walk(&simulator, "/learningpaths", 3);
    assert_eq!(rows.len(), 4);
    let id = rows[1]["Id"].as_str().unwrap();
    assert_eq!(get(&simulator, &format!("/learningpaths/{id}")).json()["Id"], *id);
    let detail = r#"{"Detail":"The learning path does not exist."}"#;
    assert_eq!(get(&simulator, "/learningpaths/nothing").text(), detail);
}

#[test]
fn a_path_brings_its_courses_and_takes_them_away() {
    let simulator = scene();
    let user =
        write(&simulator, "POST", "/users", &ada()).json()["Id"].as_str().unwrap().to_owned();
    let path = format!("/users/{user}/learningpaths");
    let learning_path = simulator.world().learning_path_ids()[1].clone();
    for _ in 0..2 {
        let list = ids(&[&learning_path, "nothing"]);
        assert_eq!(outcome(&simulator, "POST", &path, &list), done(201));
        assert_eq!(walk(&simulator, &path, 10).len(), 1);
    }
    let courses = walk(&simulator, &format!("/users/{user}/courses"), 10);
    assert_eq!(courses.len(), 2);
    for row in &courses {
        assert_eq!((&row["IsLearningPath"], &row["Complete"]), (&true.into(), &false.into()));
        assert_eq!(row["PercentageComplete"], 0.0, "nothing learnt yet");
    }
    let mine = |row: &rollcall_roster::Enrolment| row.user_id == user;
    assert_eq!(simulator.truth().enrolments().into_iter().filter(mine).count(), 2);
    let one = format!("{path}/{learning_path}");
    assert_eq!(outcome(&simulator, "DELETE", &one, &NONE), done(200));
    assert!(simulator.truth().courses_of(&user).is_empty());
    let detail = "The Learning Path does not exist.".to_owned();
    assert_eq!(outcome(&simulator, "DELETE", &one, &NONE), (404, detail));
}

#[test]
fn a_course_that_was_assigned_as_well_outlives_the_path() {
    let simulator = scene();
    let user =
        write(&simulator, "POST", "/users", &ada()).json()["Id"].as_str().unwrap().to_owned();
    let path = format!("/users/{user}/learningpaths");
    let learning_path = simulator.world().learning_path_ids()[1].clone();
    write(&simulator, "POST", &path, &ids(&[&learning_path]));
    let course = simulator.truth().courses_of(&user)[0].0.clone();
    write(&simulator, "DELETE", &format!("{path}/{learning_path}"), &NONE);
    write(&simulator, "POST", &format!("/users/{user}/courses"), &ids(&[&course]));
    write(&simulator, "POST", &path, &ids(&[&learning_path]));
    write(&simulator, "DELETE", &format!("{path}/{learning_path}"), &NONE);
    assert_eq!(simulator.truth().courses_of(&user), [(course, false)]);
}

#[test]
fn a_path_of_a_team_stays_and_others_go() {
    let simulator = scene();
    let (user, path) = holder(&simulator, true);
    let detail = "The Learning Path can't be removed because it was assigned via a Team. Remove \
                  the user from the team or remove the learning path from the team.";
    let one = format!("/users/{user}/learningpaths/{path}");
    let list = ids(&[&path]);
    let all = format!("/users/{user}/learningpaths");
    assert_eq!(outcome(&simulator, "POST", &all, &list), done(201), "held already, so ignored");
    assert_eq!(outcome(&simulator, "DELETE", &one, &NONE), (406, detail.to_owned()));
    let (user, path) = holder(&simulator, false);
    let before = simulator.truth().courses_of(&user).len();
    let one = format!("/users/{user}/learningpaths/{path}");
    assert_eq!(outcome(&simulator, "DELETE", &one, &NONE), done(200));
    assert_eq!(simulator.truth().courses_of(&user).len(), before - 1);
}

#[test]
fn bodies_without_a_valid_path_are_refused() {
    let simulator = scene();
    let user = simulator.world().user_ids()[5].clone();
    let path = format!("/users/{user}/learningpaths");
    let detail = "The LearningPath Id can't be null. Check the body for the proper format.";
    let null = json!([{ "Id": null }]);
    assert_eq!(outcome(&simulator, "POST", &path, &null), (400, detail.to_owned()));
    let detail = "The userid does not exist or no valid learning paths were included in the \
                  request. Check the body for the proper format.";
    for bad in [json!([]), ids(&["nothing"])] {
        assert_eq!(outcome(&simulator, "POST", &path, &bad), (404, detail.to_owned()));
    }
}
