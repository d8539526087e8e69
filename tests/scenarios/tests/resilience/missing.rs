//! Listed, and not found when its turn came: gone, contradicted, or too often to be chance.

use litmos_simulator::{Fault, Options, Quirks, Rule};
use scenarios::{SYNC_FUNCTIONS, Scenario, TABLES};
use serde_json::Value;

use crate::support::{RUN, event, reason, requests_for, small};

/// How many may be missing before a run stops.
const ALLOWED: usize = 5;

/// Slow enough for something to be deleted between its listing and its turn.
fn at_leisure(options: Options) -> Scenario {
    Scenario::new(options).with(|env| env.requests_per_minute(1_200))
}

fn eight_teams() -> Options {
    Options { teams: 8, ..small() }
}

fn publish(scenario: &Scenario) -> Value {
    for function in SYNC_FUNCTIONS {
        scenario.finish(function, RUN).expect("the run goes on");
    }
    scenario.call("publish-snapshot", &event()).expect("the run is complete")
}

#[test]
fn a_team_that_is_deleted_meanwhile_leaves_no_rows() {
    let scenario = at_leisure(Options { leaders_percent: 50, ..eight_teams() });
    scenario.finish("sync-users", RUN).unwrap();
    let mut teams = scenario.simulator.world().team_ids();
    teams.sort_unstable();
    // The last one to be read, of those whose deletion changes no other team.
    let parents: Vec<_> =
        scenario.truth("teams").iter().map(|t| t["parent_team_id"].clone()).collect();
    let team = teams.into_iter().rev().find(|team| !parents.contains(&Value::from(&**team)));
    let team = team.unwrap();
    let listed = scenario.requests() + 2;
    let delete = || assert!(scenario.simulator.world().delete_team(&team));
    let answer = scenario.meanwhile("sync-teams", RUN, listed, delete);
    assert_eq!(answer.unwrap()["status"], "complete");
    assert_eq!(requests_for(&scenario, &format!("/teams/{team}")), 1, "it was looked for once");
    let answer = publish(&scenario);
    assert_eq!(answer["verdict"], "published", "{answer:#}");
    let vanished = reason(&scenario, "vanished").unwrap();
    assert!(vanished.contains(&team), "{vanished}");
    // Which no longer has the team; it had one.
    scenario.assert_tables_are_true(RUN);
}

#[test]
fn a_course_that_is_deleted_meanwhile_leaves_no_rows() {
    let quirks = Quirks { unknown_course_is_404: true, ..Quirks::default() };
    let scenario = at_leisure(Options { quirks, ..small() });
    scenario.finish("sync-users", RUN).unwrap();
    scenario.finish("sync-teams", RUN).unwrap();
    let mut courses = scenario.simulator.world().course_ids();
    courses.sort_unstable();
    let course = courses.pop().unwrap();
    let listed = scenario.requests() + 2;
    let delete = || assert!(scenario.simulator.world().delete_course(&course));
    let answer = scenario.meanwhile("sync-courses", RUN, listed, delete);
    assert_eq!(answer.unwrap()["status"], "complete");
    let answer = publish(&scenario);
    assert_eq!(answer["verdict"], "published", "{answer:#}");
    assert!(reason(&scenario, "vanished").unwrap().contains(&course));
    scenario.assert_tables_are_true(RUN);
}

#[test]
fn what_is_there_but_cannot_be_read_is_no_empty_list() {
    let scenario = Scenario::new(small());
    let team = scenario.simulator.world().team_ids().swap_remove(2);
    let rule = Rule::new(Fault::NotFound).on(format!("/teams/{team}/users"));
    scenario.simulator.faults().add(rule);
    let answer = publish(&scenario);
    assert_eq!(answer["verdict"], "quarantined", "{answer:#}");
    assert!(reason(&scenario, "unreadable").unwrap().contains(&team));
    assert_eq!(scenario.latest(), None, "readers are not led to it");
}

#[test]
fn a_few_may_be_missing_and_more_stop_the_run() {
    for missing in [ALLOWED, ALLOWED + 1] {
        let scenario = Scenario::new(eight_teams());
        scenario.finish("sync-users", RUN).unwrap();
        let teams = scenario.simulator.world().team_ids();
        for team in &teams[..missing] {
            let rule = Rule::new(Fault::NotFound).on(format!("/teams/{team}/users"));
            scenario.simulator.faults().add(rule);
        }
        let before = scenario.requests();
        let answer = scenario.call("sync-teams", &event());
        if missing == ALLOWED {
            assert_eq!(answer.unwrap()["status"], "complete");
            continue;
        }
        let error = answer.unwrap_err();
        assert_eq!(error.error_type, "VendorUnexpected", "{error}");
        let named = teams.iter().filter(|team| error.error_message.contains(team.as_str()));
        assert_eq!(named.count(), missing, "{error}");
        assert!(scenario.requests() - before <= 1 + 3 * teams.len());
        let published = scenario.call("publish-snapshot", &event());
        assert_eq!(published.unwrap_err().error_type, "RunIncomplete");
        assert!(TABLES.iter().all(|table| *table == "users" || !has_parts(&scenario, table)));
    }
}

fn has_parts(scenario: &Scenario, table: &str) -> bool {
    scenario.stored_parts(RUN).iter().any(|key| key.contains(&format!("/{table}/")))
}
