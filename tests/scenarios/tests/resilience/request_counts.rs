//! A run costs as many requests as it must, and its flags are those of the vendor.

use std::collections::{BTreeMap, BTreeSet};

use litmos_simulator::{Fault, Options, Quirks, Rule};
use scenarios::{Scenario, text};
use serde_json::Value;

use crate::support::{RUN, counted};

/// What a run must ask for: pages of users and their count, the teams and each one's members,
/// leaders and admins of each team that a user with more than a learner's role is in, the courses
/// and each one's learners.
fn needed(scenario: &Scenario, user_pages: usize) -> usize {
    let users = scenario.truth("users");
    let roles: BTreeMap<_, _> =
        users.iter().map(|user| (text(&user["user_id"]), text(&user["role"]))).collect();
    let members = scenario.truth("team_members");
    let plain = |user: &String| roles[user] == "Learner";
    let to_ask: BTreeSet<_> = members
        .iter()
        .filter(|member| !plain(&text(&member["user_id"])))
        .map(|member| text(&member["team_id"]))
        .collect();
    let teams = scenario.truth("teams").len();
    assert!(!to_ask.is_empty() && to_ask.len() < teams, "some teams must be asked, not all");
    user_pages + 1 + 1 + teams + 2 * to_ask.len() + 1 + scenario.truth("courses").len()
}

#[test]
fn a_run_asks_for_what_it_must_and_no_more() {
    // Account owners and administrators are in few teams, so that most need not be asked.
    let options = Options {
        users: 1_200,
        teams: 40,
        members_per_team: Some(12),
        courses: 30,
        ..Options::default()
    };
    for nil_access_level_percent in [0, 100] {
        let quirks = Quirks { nil_access_level_percent, ..Quirks::default() };
        let scenario = Scenario::new(Options { quirks, ..options.clone() });
        let answer = scenario.run(RUN).unwrap();
        assert_eq!(answer["verdict"], "published", "{answer:#}");
        scenario.assert_tables_are_true(RUN);
        let flagged = scenario.table("team_members", RUN);
        let any = |flag: &str| flagged.iter().any(|member| member[flag] == true);
        assert!(any("is_leader") && any("is_admin"));
        assert_eq!(scenario.requests(), needed(&scenario, 2));
        assert_eq!(counted(&scenario), (scenario.requests() as u64, 0));
    }
}

#[test]
fn without_leaders_no_team_is_asked_for_them() {
    let options = Options { leaders_percent: 0, ..Options::default() };
    let scenario = Scenario::new(options);
    scenario.run(RUN).unwrap();
    let paths = scenario.simulator.log().per_path();
    let asked = |path: &&String| path.ends_with("/leaders") || path.ends_with("/admins");
    assert_eq!(paths.keys().find(asked), None);
    scenario.assert_tables_are_true(RUN);
}

/// What each slice has sent and was refused is told of that slice alone, so that sums are true.
#[test]
fn what_a_run_costs_is_measured_slice_by_slice() {
    let scenario = Scenario::new(Options::default());
    scenario.simulator.faults().add(Rule::new(Fault::RateLimited).times(1));
    scenario.run(RUN).unwrap();
    let logs = scenario.logs();
    let records: Vec<Value> =
        logs.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let sum = |metric: &str| -> f64 { records.iter().filter_map(|r| r[metric].as_f64()).sum() };
    #[expect(clippy::cast_precision_loss, reason = "some hundreds")]
    let requests = scenario.requests() as f64;
    assert_eq!((sum("RequestsSent"), sum("RequestsRefused")), (requests, 1.0));
    assert_eq!(sum("CredentialsRefused"), 0.0);
    let paces = records.iter().filter_map(|record| record["RequestsPerMinute"].as_f64());
    assert!(paces.count() >= 3, "one of each sync function");
    let ages: Vec<f64> = records.iter().filter_map(|r| r["SnapshotAgeSeconds"].as_f64()).collect();
    assert_eq!(ages.len(), 1, "nothing was published before: {ages:?}");
    assert!(records.iter().any(|record| record["DanglingRows"] == 0.0));
}
