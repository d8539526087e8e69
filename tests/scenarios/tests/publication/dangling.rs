//! Rows that point at nobody: reported up to a share, quarantined above it.

use litmos_simulator::{BadRow, Fault, Options, Rule};
use scenarios::Scenario;

use crate::support::{FIRST, assert_verdict, small};

/// A connection whose run knows nothing of a user who belongs to something.
fn without_a_user(options: Options) -> Scenario {
    let scenario = Scenario::new(options);
    let truth = scenario.simulator.truth();
    let (members, enrolments) = (truth.team_members(), truth.enrolments());
    let members = members.into_iter().map(|member| member.user_id);
    let lost = members.chain(enrolments.into_iter().map(|row| row.user_id)).next().unwrap();
    let row = scenario.simulator.world().user_ids().iter().position(|id| *id == lost).unwrap();
    let no_id = Fault::BadRow { kind: BadRow::NoId, row };
    scenario.simulator.faults().add(Rule::new(no_id).on("/users/details"));
    scenario
}

/// One team or one course, and ten users in it: the one that is lost is ten per cent.
fn cases() -> [(&'static str, Options); 2] {
    let tenth = Options { members_per_team: Some(10), learners_per_course: Some(10), ..small() };
    [
        ("team_members", Options { teams: 1, courses: 0, ..tenth.clone() }),
        ("enrolments", Options { teams: 0, courses: 1, ..tenth }),
    ]
}

#[test]
fn too_many_that_dangle_are_quarantined() {
    for (table, options) in cases() {
        // One per cent is what is allowed unless something is said.
        for limit in [None, Some("9.9")] {
            let scenario = without_a_user(options.clone()).with(|environment| match limit {
                Some(limit) => environment.set("ROLLCALL_MAX_DANGLING_PERCENT", limit),
                None => environment,
            });
            let answer = scenario.run(FIRST).unwrap();
            assert_verdict(&answer, "quarantined", &["too_many_dangling", "faulty_rows"]);
            let reason = answer["reasons"][0].as_str().unwrap();
            assert!(reason.contains(&format!("1 of 10 rows in {table}")), "{reason}");
            assert_eq!(scenario.latest(), None);
        }
    }
}

#[test]
fn a_few_that_dangle_are_kept_and_reported() {
    for (table, options) in cases() {
        let scenario = without_a_user(options)
            .with(|environment| environment.set("ROLLCALL_MAX_DANGLING_PERCENT", "10"));
        let answer = scenario.run(FIRST).unwrap();
        assert_verdict(&answer, "published", &["dangling", "faulty_rows"]);
        let reason = answer["reasons"][0].as_str().unwrap();
        assert!(reason.contains(&format!("1 of 10 rows in {table}")), "{reason}");
        assert_eq!(scenario.table(table, FIRST), scenario.truth(table), "nothing is left out");
        assert_eq!(scenario.table("users", FIRST).len(), 39);
    }
}
