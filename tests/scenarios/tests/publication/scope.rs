//! The scope of courses: what was limited never looks as if it were gone.

use litmos_simulator::{Fault, Options, Rule};
use serde_json::json;

use crate::support::{
    SECOND, THIRD, assert_fails, assert_verdict, changes, differences, published, small,
};

#[test]
fn another_scope_is_not_compared() {
    let scenario = published(Options { courses: 12, ..small() });
    let world = scenario.simulator.world();
    let mut ids = world.course_ids()[..2].to_vec();
    let limited = format!("{}, {}", ids[1], ids[0]);
    ids.sort_unstable();
    let scenario = scenario.with(|e| e.set("ROLLCALL_LIMITED_COURSES", &limited));
    assert!(world.rename_user(&world.user_ids()[0], "Anna", "Ny"));

    let answer = scenario.run(SECOND).unwrap();
    assert_verdict(&answer, "published", &["scope_changed"]);
    let manifest = scenario.manifest(SECOND).unwrap();
    assert_eq!(manifest["scope"], json!({ "limited_courses": ids }));
    assert_eq!(manifest["tables"]["courses"]["rows"], 2);
    let nothing = json!({ "added": 0, "removed": 0, "changed": 0 });
    for table in ["courses", "enrolments"] {
        assert_eq!(answer["changes"][table], nothing, "{table}");
    }
    let of_courses = |table: &str| table == "courses" || table == "enrolments";
    let rows = changes(&scenario, SECOND);
    assert!(!rows.is_empty(), "the other tables are compared");
    assert!(rows.iter().all(|row| !of_courses(row["table"].as_str().unwrap())), "{rows:#?}");

    // The same scope again: compared as ever.
    assert!(world.rename_course(&ids[0], "Another name"));
    assert_verdict(&scenario.run(THIRD).unwrap(), "published", &[]);
    let rows = changes(&scenario, THIRD);
    assert_eq!(rows, differences(&scenario, SECOND, THIRD));
    assert_eq!((rows.len(), &rows[0]["key"]), (1, &json!([ids[0]])));
}

#[test]
fn a_course_that_does_not_exist_is_named_and_none_existing_is_a_mistake() {
    let scenario = published(small());
    let known = scenario.simulator.world().course_ids().remove(0);
    let limited = |ids: &str| {
        let ids = ids.to_owned();
        move |e: scenarios::Environment| e.set("ROLLCALL_LIMITED_COURSES", &ids)
    };
    let scenario = scenario.with(limited(&format!("NoSuchCourse,{known}")));
    let answer = scenario.run(SECOND).unwrap();
    assert_verdict(&answer, "published", &["unknown_courses", "scope_changed"]);
    assert!(answer["reasons"][0].as_str().unwrap().contains("NoSuchCourse"), "{answer:#}");

    let scenario = scenario.with(limited("NoSuchCourse,NorThis"));
    let answer = scenario.run(THIRD);
    assert_fails(answer, "InvalidConfiguration", "ROLLCALL_LIMITED_COURSES");
    assert_eq!(scenario.latest().as_deref(), Some(SECOND));
}

#[test]
fn a_scope_that_changes_during_a_run_is_refused() {
    let scenario = published(small());
    let ids = scenario.simulator.world().course_ids();
    let learners = format!("/courses/{}/users", ids[1]);
    scenario.simulator.faults().add(Rule::new(Fault::Forbidden).on(learners));
    assert!(scenario.run(SECOND).is_err(), "the courses are read in part");
    let scenario = scenario.with(|e| e.set("ROLLCALL_LIMITED_COURSES", &ids[0]));
    assert_fails(scenario.run(SECOND), "InvalidConfiguration", "ROLLCALL_LIMITED_COURSES");
}
