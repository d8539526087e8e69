//! The time before the start, and the truth that all windows together tell.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use litmos_simulator::{Deltas, Simulator};
use rollcall_roster::{Enrolment, Source};
use serde_json::Value;

use super::{ASSIGNMENTS, MEMBERS, RESULTS, between, classes, instant, switch};

/// Every row of a list from a day on, window by window; a row is kept once.
fn all(simulator: &Simulator, list: &str, from: &str, keys: [&str; 2]) -> Vec<Value> {
    let week = SignedDuration::from_hours(7 * 24);
    let mut since: Timestamp = from.parse().unwrap();
    let mut rows = BTreeMap::new();
    while since < Timestamp::now() {
        for row in between(simulator, list, since, since + week) {
            let key = keys.map(|key| row[key].as_str().unwrap().to_owned());
            rows.insert(key, row);
        }
        since += week;
    }
    rows.into_values().collect()
}

fn milliseconds(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::as_millisecond)
}

fn source(row: &Value) -> Source {
    match (row["LearningPathAssignment"].as_bool(), row["TeamAssignment"].as_bool()) {
        (Some(true), Some(false)) => Source::LearningPath,
        (Some(false), Some(true)) => Source::Team,
        (Some(false), Some(false)) => Source::Direct,
        other => panic!("{other:?}"),
    }
}

#[test]
fn all_windows_together_tell_every_enrolment() {
    let simulator = classes(4);
    let rows = all(&simulator, RESULTS, "2024-01-01T00:00:00Z", ["Id", "UserId"]);
    let truth = simulator.truth().detailed_enrolments();
    assert_eq!(rows.len(), truth.len());
    let same = |row: &Value, enrolment: &Enrolment| {
        assert_eq!(row["UserId"], *enrolment.user_id);
        assert_eq!(source(row), enrolment.source.unwrap());
        assert_eq!(row["PercentageComplete"].as_f64(), enrolment.percent_complete);
        for (name, at) in [
            ("CreatedDate", enrolment.assigned_at),
            ("StartedDate", enrolment.started_at),
            ("CompletedDate", enrolment.completed_at),
            ("DueDate", enrolment.due_at),
            ("CompliantTillDate", enrolment.compliant_till),
            ("UpdatedDate", enrolment.completed_at.or(enrolment.started_at)),
        ] {
            assert_eq!(instant(&row[name]), milliseconds(at), "{name}");
        }
    };
    rows.iter().zip(&truth).for_each(|(row, enrolment)| same(row, enrolment));
    let count = |wanted| truth.iter().filter(|row| row.source == Some(wanted)).count();
    let counts = [Source::Direct, Source::Team, Source::LearningPath].map(count);
    assert!(counts.iter().all(|count| *count > 10), "{counts:?}");
    let plain: Vec<_> = { truth.iter().cloned() }
        .map(|row| Enrolment {
            assigned_at: None,
            started_at: None,
            completed_at: None,
            source: None,
            ..row
        })
        .collect();
    assert_eq!(plain, simulator.truth().enrolments());
    let assigned = || all(&simulator, ASSIGNMENTS, "2024-01-01T00:00:00Z", ["Id", "UserId"]).len();
    assert_eq!(assigned(), counts[0]);
    switch(&simulator, Deltas { derived_assignments_listed: true, ..Deltas::default() });
    assert_eq!(assigned(), truth.len());
}

#[test]
fn all_windows_together_tell_every_membership_of_inactive_users_too() {
    let simulator = classes(0);
    let rows = all(&simulator, MEMBERS, "2023-01-01T00:00:00Z", ["TeamId", "Id"]);
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            let id = |name: &str| row[name].as_str().unwrap().to_owned();
            (id("TeamId"), id("Id"), row["IsTeamLeader"].as_bool(), row["IsTeamAdmin"].as_bool())
        })
        .collect();
    let members = simulator.truth().detailed_team_members().into_iter();
    let known: Vec<_> =
        members.map(|row| (row.team_id, row.user_id, row.is_leader, row.is_admin)).collect();
    assert_eq!(told, known);
    assert!(known.len() > simulator.truth().team_members().len());
}
