//! A share of everything changes.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use litmos_simulator::{Churned, Options, Simulator};
use rollcall_roster::Row;
use serde_json::Value;

use super::{ASSIGNMENTS, MEMBERS, RESULTS, USERS, classes, recent};
use crate::client::{send, start};

/// The keys of the rows that are in one list and not, or otherwise, in the other.
fn differing<R: Row>(before: &[R], after: &[R]) -> Vec<(String, String)> {
    let known: HashMap<_, _> = before.iter().map(|row| (row.key(), row)).collect();
    let kept: HashMap<_, _> = after.iter().map(|row| (row.key(), row)).collect();
    let changed = after.iter().filter(|row| known.get(&row.key()) != Some(row));
    let gone = before.iter().filter(|row| !kept.contains_key(&row.key()));
    let mut keys: Vec<_> = { changed.chain(gone) }
        .map(|row| (row.key().0.to_owned(), row.key().1.to_owned()))
        .collect();
    keys.sort_unstable();
    keys
}

/// The keys of a list's rows, in the same form.
fn listed(simulator: &Simulator, list: &str, keys: [&str; 2]) -> Vec<(String, String)> {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let rows = recent(simulator, list);
    let mut rows: Vec<_> =
        rows.iter().map(|row| (text(row, keys[0]), text(row, keys[1]))).collect();
    rows.sort_unstable();
    rows
}

#[test]
fn what_churned_is_what_is_listed() {
    let simulator = classes(2);
    let truth = simulator.truth();
    let (users, members) = (truth.detailed_users(), truth.detailed_team_members());
    let enrolments = truth.detailed_enrolments();
    let churned = simulator.world().churn(7, 10.0);
    assert!((10..30).contains(&churned.users), "{churned:?}");
    assert!(churned.memberships > 3 && (80..130).contains(&churned.enrolments), "{churned:?}");
    let keys = ["TeamId", "Id"];
    let changed = differing(&members, &truth.detailed_team_members());
    let rows = listed(&simulator, MEMBERS, keys);
    // one who was promoted and demoted again is listed as well
    assert!(
        changed.iter().all(|key| rows.contains(key)) && rows.len() <= churned.memberships as usize
    );
    let changed = differing(&enrolments, &truth.detailed_enrolments());
    let rows = listed(&simulator, RESULTS, ["Id", "UserId"]);
    assert!(
        changed.iter().all(|key| rows.contains(key)) && rows.len() <= churned.enrolments as usize
    );
    let ended = |list| recent(&simulator, list).iter().filter(|row| row["Active"] == false).count();
    assert!(ended(RESULTS) > 0 && ended(ASSIGNMENTS) > 0 && ended(MEMBERS) > 0);
    let updated = truth.detailed_users();
    let touched =
        updated.iter().filter(|user| !users.iter().any(|old| old.updated_at == user.updated_at));
    assert_eq!(touched.count(), listed(&simulator, USERS, ["Id", "Id"]).len());
}

#[test]
fn the_same_seed_is_the_same_churn_and_another_is_another() {
    let after = |seed: u64| {
        let simulator = classes(2);
        simulator.world().churn(seed, 5.0);
        let truth = simulator.truth();
        // what is done now is compliant from now on
        let pairs = truth
            .enrolments()
            .into_iter()
            .map(|row| (row.course_id, row.user_id, row.percent_complete));
        (truth.users(), truth.team_members(), pairs.collect::<Vec<_>>())
    };
    assert!(after(1) == after(1) && after(1) != after(2));
}

#[test]
fn a_harness_in_another_process_churns_and_dates_changes() {
    let simulator = start(Options::default());
    let post = |path: &str, body: &str| {
        let answer = send(&simulator, "POST", &format!("/_simulator/{path}"), None, body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    };
    let churned: Churned =
        serde_json::from_value(post("churn", r#"{"seed":3,"percent":10}"#)).unwrap();
    assert_eq!(recent(&simulator, USERS).len() >= churned.users as usize, churned.users > 0);
    let at = super::days_ago(20);
    let change = format!(r#"{{"change":"add_team","name":"Old","at":"{at}"}}"#);
    let id = post("world", &change)["id"].clone();
    let rows = super::between(&simulator, super::TEAMS, super::days_ago(21), super::days_ago(19));
    assert_eq!(rows[0]["Id"], id);
    let truth = send(&simulator, "GET", "/_simulator/truth/detailed_enrolments", None, "");
    assert_eq!(truth.text().lines().count(), simulator.truth().detailed_enrolments().len());
}

#[test]
fn it_is_quick_where_there_is_much() {
    let simulator = start(Options {
        users: 100_000,
        teams: 1000,
        courses: 1000,
        learners_per_course: Some(3000),
        ..Options::default()
    });
    let begin = Instant::now();
    let churned = simulator.world().churn(1, 0.1);
    let rows = recent(&simulator, RESULTS);
    assert!(churned.enrolments > 2500 && rows.len() > 2500);
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
}
