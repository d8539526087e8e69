//! The lists of what has changed.

mod assignments;
mod beginning;
mod churn;
mod courses;
mod members;
mod results;
mod teams;
mod users;
mod windows;

use jiff::{SignedDuration, Timestamp};
use litmos_simulator::{Deltas, Options, Quirks, Simulator};
use rollcall_roster::Source;
use serde_json::Value;

use crate::client::{get, start};

const USERS: &str = "/org/users/details";
const TEAMS: &str = "/org/teams";
const MEMBERS: &str = "/org/teams/users";
const COURSES: &str = "/org/courses";
const ASSIGNMENTS: &str = "/org/users/courses";
const RESULTS: &str = "/org/results/details";
const ALL: [&str; 6] = [USERS, TEAMS, MEMBERS, COURSES, ASSIGNMENTS, RESULTS];

/// An instant as the lists take it, to the second.
fn date(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d%%20%H:%M:%S").to_string()
}

fn days_ago(days: i64) -> Timestamp {
    Timestamp::now() - SignedDuration::from_hours(24 * days)
}

/// Every row of a list for a time, by pages.
fn between(simulator: &Simulator, list: &str, since: Timestamp, to: Timestamp) -> Vec<Value> {
    let path = format!("{list}?since={}&to={}&limit=1000", date(since), date(to));
    let mut rows = Vec::new();
    loop {
        let page = get(simulator, &format!("{path}&start={}", rows.len()));
        assert_eq!(page.status, 200, "{}", page.text());
        match page.json().as_array().unwrap().as_slice() {
            [] => return rows,
            page => rows.extend_from_slice(page),
        }
    }
}

/// What changed lately.
fn recent(simulator: &Simulator, list: &str) -> Vec<Value> {
    between(simulator, list, days_ago(3), days_ago(-1))
}

/// The one row that changed lately.
fn only(simulator: &Simulator, list: &str) -> Value {
    let [row] = recent(simulator, list).try_into().unwrap();
    row
}

/// The milliseconds of a date; nothing for null.
fn instant(value: &Value) -> Option<i64> {
    let digits = value.as_str()?.strip_prefix("/Date(").unwrap().strip_suffix(")/").unwrap();
    digits[..digits.len() - "-0700".len()].parse().ok()
}

fn is_recent(value: &Value) -> bool {
    let ago = Timestamp::now().as_millisecond() - instant(value).unwrap();
    (0..60_000).contains(&ago)
}

/// Makes the lists be in another way.
fn switch(simulator: &Simulator, deltas: Deltas) {
    simulator.set_quirks(Quirks { deltas, ..Quirks::default() });
}

/// A simulator without learning paths but for those asked for, with large classes.
fn classes(learning_paths: u32) -> Simulator {
    start(Options { learners_per_course: Some(60), learning_paths, ..Options::default() })
}

/// An enrolment of that source: its course and its user.
fn enrolled(simulator: &Simulator, source: Source) -> (String, String) {
    let rows = simulator.truth().detailed_enrolments().into_iter();
    let row = { rows }.find(|row| row.source == Some(source)).unwrap();
    (row.course_id, row.user_id)
}

/// A course and a user who does not hold it.
fn unenrolled(simulator: &Simulator) -> (String, String) {
    let course = simulator.world().course_ids()[1].clone();
    let rows = simulator.truth().detailed_enrolments();
    let held =
        |user: &String| rows.iter().any(|row| row.course_id == course && row.user_id == *user);
    let user = simulator.world().user_ids().into_iter().find(|user| !held(user)).unwrap();
    (course, user)
}
