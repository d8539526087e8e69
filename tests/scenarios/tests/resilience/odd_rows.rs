//! Odd rows: what can be understood is, a bad row is passed by and reported, nothing else suffers.

use litmos_simulator::{BadRow, Fault, Rule};
use scenarios::{SYNC_FUNCTIONS, Scenario, TABLES};
use serde_json::Value;

use crate::support::{RUN, event, reason, small};

/// A finished run of an organisation with such rules, and the answer of its publication.
fn run(rules: impl IntoIterator<Item = Rule>) -> (Scenario, Value) {
    let scenario = Scenario::new(small());
    rules.into_iter().for_each(|rule| scenario.simulator.faults().add(rule));
    for function in SYNC_FUNCTIONS {
        scenario.finish(function, RUN).expect("it is complete in spite of them");
    }
    let answer = scenario.call("publish-snapshot", &event()).expect("the run is complete");
    assert_eq!(answer["verdict"], "published", "{answer:#}");
    (scenario, answer)
}

fn bad(kind: BadRow, row: usize) -> Rule {
    Rule::new(Fault::BadRow { kind, row })
}

#[test]
fn texts_for_numbers_and_unknown_fields_change_nothing_else() {
    let everywhere = (0..10).map(|row| bad(BadRow::WrongTypes, row));
    let (scenario, _) = run(everywhere.chain([Rule::new(Fault::ExtraFields)]));
    for table in TABLES {
        // They hold whatever else the vendor gave, as it gave it.
        let plain = |mut rows: Vec<Value>| {
            rows.iter_mut().for_each(|row| row["attributes"] = Value::Null);
            rows
        };
        assert_eq!(plain(scenario.table(table, RUN)), plain(scenario.truth(table)), "{table}");
    }
    let attributes = scenario.table("users", RUN).swap_remove(0)["attributes"].to_string();
    assert!(attributes.contains("FieldNobodyKnows"), "{attributes}");
    assert_eq!(reason(&scenario, "faulty_rows"), None);
}

#[test]
fn a_bad_row_costs_itself_only_and_is_reported() {
    let world = Scenario::new(small());
    let learners = world.truth("enrolments");
    let of = |course: &String| learners.iter().filter(|row| row["course_id"] == **course).count();
    let courses = world.simulator.world().course_ids();
    let lost = courses.iter().position(|course| of(course) > 0).unwrap();
    let other = courses.iter().rev().find(|course| of(course) > 2).unwrap();
    let (scenario, answer) = run([
        bad(BadRow::Stray, lost).on("/courses?").times(1),
        bad(BadRow::NoId, 1).on(format!("/courses/{other}/users")).times(1),
        bad(BadRow::NoId, 0).on("/users?").times(1),
    ]);
    let reported = reason(&scenario, "faulty_rows").expect("they are reported");
    assert!(reported.contains("3 rows"), "{reported}");
    assert!(answer["reasons"].to_string().contains("faulty_rows"), "{answer}");
    for (table, lost) in [
        ("courses", 1),
        // One, and those of the course that could not be read.
        ("enrolments", 1 + of(&courses[lost])),
        ("team_members", 1),
        ("teams", 0),
        ("users", 0),
    ] {
        let (read, truth) = (scenario.table(table, RUN), scenario.truth(table));
        assert_eq!(read.iter().find(|row| !truth.contains(row)), None, "{table}: made up");
        assert_eq!(truth.len() - read.len(), lost, "{table}");
    }
}

#[test]
fn an_unknown_access_level_is_kept_and_may_lead_teams() {
    let (scenario, _) = run([bad(BadRow::UnknownLevel, 5)]);
    let (read, truth) = (scenario.table("users", RUN), scenario.truth("users"));
    assert_eq!(read.len(), truth.len());
    let differ: Vec<_> = read.iter().zip(&truth).filter(|(read, truth)| read != truth).collect();
    let [(odd, meant)] = differ.as_slice() else { panic!("{differ:#?}") };
    assert_eq!(odd["role"], "Super_Admin");
    assert_eq!(odd["user_id"], meant["user_id"]);
    for table in ["team_members", "teams", "courses", "enrolments"] {
        assert_eq!(scenario.table(table, RUN), scenario.truth(table), "{table}");
    }
    let asked = scenario.simulator.log().per_path();
    for member in scenario.truth("team_members") {
        if member["user_id"] == odd["user_id"] {
            let path = format!("/v1.svc/teams/{}/leaders", scenarios::text(&member["team_id"]));
            assert_eq!(asked.get(&path), Some(&1), "{path}");
        }
    }
    assert_eq!(reason(&scenario, "faulty_rows"), None, "a level is just a text");
}
