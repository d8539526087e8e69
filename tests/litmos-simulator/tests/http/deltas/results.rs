//! `/org/results/details`.

use jiff::Timestamp;
use litmos_simulator::{Change, Deltas, Possession};
use rollcall_roster::{Enrolment, Source};
use serde_json::{Value, json};

use super::{
    RESULTS, classes, days_ago, enrolled, instant, is_recent, only, recent, switch, unenrolled,
};
use crate::client::walk;

/// As the vendor documents them.
const FIELDS: &str = "Id UserId OriginalCourseId OriginalUserId Name Active CreatedDate \
    UpdatedDate StartedDate Completed PercentageComplete CompletedDate UpToDate Overdue \
    CompliantTillDate DueDate LastAttemptDate CreatedBy UpdatedBy Code UserName \
    LearningPathAssignment TeamAssignment";

#[test]
fn progress_is_listed_as_the_courses_own_list_shows_it() {
    let simulator = classes(0);
    let (course, user) = enrolled(&simulator, Source::Direct);
    let learner = || {
        let rows = walk(&simulator, &format!("/courses/{course}/users"), 1000).into_iter();
        { rows }.find(|row| row["Id"] == *user).unwrap()
    };
    let due = learner()["DueDate"].clone();
    for (percent, completed) in [(0.0, false), (40.0, false), (100.0, true)] {
        assert!(simulator.world().progress(&user, &course, percent, completed));
        let (row, learner) = (only(&simulator, RESULTS), learner());
        assert_eq!((&row["DueDate"], &learner["DueDate"]), (&due, &due));
        assert_eq!(row["CompliantTillDate"], learner["CompliantTill"]);
        for name in ["Completed", "PercentageComplete"] {
            assert_eq!(row[name], learner[name]);
        }
        assert_eq!(
            (&row["Completed"], &row["PercentageComplete"]),
            (&completed.into(), &percent.into())
        );
        assert_eq!(
            (row["StartedDate"].is_null(), row["CompletedDate"].is_null()),
            (percent == 0.0, !completed)
        );
        assert!(is_recent(&row["UpdatedDate"]) && row["Active"] == true);
    }
    let row = only(&simulator, RESULTS);
    let mut fields: Vec<_> = FIELDS.split_whitespace().collect();
    fields.sort_unstable();
    assert_eq!(row.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>(), fields);
    assert!(is_recent(&row["CompletedDate"]) && is_recent(&row["StartedDate"]));
    assert!(!simulator.world().progress(&user, "nothing", 1.0, false));
}

#[test]
fn what_has_not_begun_has_a_row_unless_it_is_to_have_none() {
    let simulator = classes(0);
    let (course, user) = unenrolled(&simulator);
    assert!(!simulator.world().progress(&user, &course, 10.0, false));
    assert!(simulator.world().possess(&user, Possession::Course, &course, true));
    let row = only(&simulator, RESULTS);
    assert_eq!((&row["PercentageComplete"], &row["UpdatedDate"]), (&json!(0.0), &Value::Null));
    switch(&simulator, Deltas { unbegun_results_unlisted: true, ..Deltas::default() });
    assert!(recent(&simulator, RESULTS).is_empty());
    assert!(simulator.world().progress(&user, &course, 10.0, false));
    assert!(is_recent(&only(&simulator, RESULTS)["UpdatedDate"]));
}

#[test]
fn the_result_of_an_enrolment_that_ended_says_so_or_stays_as_it_was() {
    let simulator = classes(0);
    let (course, user) = enrolled(&simulator, Source::Direct);
    let hold = |has| simulator.world().possess(&user, Possession::Course, &course, has);
    assert!(hold(false));
    let row = only(&simulator, RESULTS);
    assert_eq!(row["Active"], false);
    assert!(is_recent(&row["UpdatedDate"]) && !is_recent(&row["CreatedDate"]));
    switch(&simulator, Deltas { ended_results_untouched: true, ..Deltas::default() });
    assert!(recent(&simulator, RESULTS).is_empty());
    assert!(hold(true) && simulator.world().progress(&user, &course, 12.5, false));
    let before = only(&simulator, RESULTS);
    assert!(is_recent(&before["CreatedDate"]), "it came again");
    assert!(hold(false));
    assert_eq!((only(&simulator, RESULTS), &before["Active"]), (before.clone(), &true.into()));
}

#[test]
fn what_is_assigned_again_keeps_what_was_learnt_and_is_no_longer_a_teams() {
    let simulator = classes(0);
    let rows = simulator.truth().detailed_enrolments().into_iter();
    let by_team = |row: &Enrolment| row.source == Some(Source::Team);
    let row = { rows }.find(|row| by_team(row) && row.completed_at.is_some()).unwrap();
    let (user, course) = (&row.user_id, &row.course_id);
    assert!(simulator.world().possess(user, Possession::Course, course, false));
    assert_eq!(only(&simulator, RESULTS)["TeamAssignment"], true);
    assert!(simulator.world().possess(user, Possession::Course, course, true));
    let again = only(&simulator, RESULTS);
    assert_eq!(instant(&again["CompletedDate"]), row.completed_at.map(Timestamp::as_millisecond));
    assert!(instant(&again["StartedDate"]) < instant(&again["CreatedDate"]));
    assert!(is_recent(&again["UpdatedDate"]) && again["TeamAssignment"] == false);
    let rows = simulator.truth().detailed_enrolments_of(course).into_iter();
    let now = { rows }.find(|row| row.user_id == *user).unwrap();
    let assigned = now.assigned_at.map(Timestamp::as_millisecond);
    assert_eq!((assigned, now.source), (instant(&again["CreatedDate"]), Some(Source::Direct)));
}

#[test]
fn a_result_that_is_only_a_paths_from_now_on_has_changed() {
    let simulator = classes(2);
    let (course, path) = (
        simulator.world().course_ids()[3].clone(),
        simulator.world().learning_path_ids()[1].clone(),
    );
    let user = simulator.world().user_ids()[3].clone();
    let give = |what, id: &str| Change::Possess {
        user_id: user.clone(),
        what,
        id: id.to_owned(),
        has: true,
    };
    for change in [give(Possession::Course, &course), give(Possession::LearningPath, &path)] {
        assert!(simulator.world().change_at(change, days_ago(10)).is_some());
    }
    assert!(recent(&simulator, RESULTS).is_empty());
    assert!(simulator.world().possess(&user, Possession::Course, &course, false));
    let row = only(&simulator, RESULTS);
    assert_eq!((&row["Active"], &row["LearningPathAssignment"]), (&true.into(), &true.into()));
}

#[test]
fn a_path_makes_results_and_a_direct_assignment_outlives_it() {
    let simulator = classes(2);
    let world = simulator.world();
    let path = world.learning_path_ids()[1].clone();
    let course = world.course_ids()[3].clone();
    let held = simulator.truth().courses_of(&world.user_ids()[3]);
    assert!(!held.iter().any(|(id, _)| *id == course), "the path brings it");
    let user = world.user_ids()[3].clone();
    let of_course = || {
        let rows = recent(&simulator, RESULTS).into_iter();
        let row = { rows }.find(|row| row["Id"] == *course).unwrap();
        (row["LearningPathAssignment"].clone(), row["Active"].clone())
    };
    assert!(world.possess(&user, Possession::LearningPath, &path, true));
    assert_eq!(of_course(), (true.into(), true.into()));
    assert!(world.possess(&user, Possession::LearningPath, &path, false));
    assert_eq!(of_course(), (true.into(), false.into()));
    assert!(world.possess(&user, Possession::Course, &course, true));
    assert!(world.possess(&user, Possession::LearningPath, &path, true));
    assert_eq!(of_course(), (false.into(), true.into()));
    assert!(world.possess(&user, Possession::Course, &course, false));
    assert_eq!(of_course(), (true.into(), true.into()));
}
