//! Rows that point at nobody: reported up to a share, quarantined above it.

use litmos_simulator::{BadRow, Fault, Options, Rule};
use scenarios::Scenario;

use crate::support::{FIRST, assert_verdict, small};

/// A connection whose run knows nothing of so many users who belong to something.
fn without_users(options: Options, count: usize) -> Scenario {
    let scenario = Scenario::new(options);
    let truth = scenario.simulator.truth();
    let members = truth.team_members().into_iter().map(|member| member.user_id);
    let learners = truth.enrolments().into_iter().map(|row| row.user_id);
    let users = scenario.simulator.world().user_ids();
    for lost in members.chain(learners).take(count) {
        let row = users.iter().position(|id| *id == lost).unwrap();
        let no_id = Fault::BadRow { kind: BadRow::NoId, row };
        scenario.simulator.faults().add(Rule::new(no_id).on("/users/details"));
    }
    scenario
}

/// One team or one course, and ten users in it.
fn cases() -> [(&'static str, Options); 2] {
    let ten = Options { members_per_team: Some(10), learners_per_course: Some(10), ..small() };
    [
        ("team_members", Options { teams: 1, courses: 0, ..ten.clone() }),
        ("enrolments", Options { teams: 0, courses: 1, ..ten }),
    ]
}

#[test]
fn too_many_that_dangle_are_quarantined() {
    for (table, options) in cases() {
        // Most of a table are no chance, however small it is.
        let scenario = without_users(options, 6);
        let answer = scenario.run(FIRST).unwrap();
        let reasons = &["too_many_dangling", "count_differs", "faulty_rows"];
        assert_verdict(&answer, "quarantined", reasons);
        let reason = answer["reasons"][0].as_str().unwrap();
        assert!(reason.contains(&format!("6 of 10 rows in {table}")), "{reason}");
        assert_eq!(scenario.latest(), None);
    }
}

#[test]
fn a_few_that_dangle_are_kept_and_reported() {
    for (table, options) in cases() {
        // One account that is new, or that could not be read, may be a tenth of a small tenant.
        let scenario = without_users(options, 1);
        let answer = scenario.run(FIRST).unwrap();
        let reasons = &["dangling", "count_differs_slightly", "faulty_rows"];
        assert_verdict(&answer, "published", reasons);
        let reason = answer["reasons"][0].as_str().unwrap();
        assert!(reason.contains(&format!("1 of 10 rows in {table}")), "{reason}");
        assert_eq!(scenario.table(table, FIRST), scenario.truth(table), "nothing is left out");
        assert_eq!(scenario.table("users", FIRST).len(), 39);
    }
}
