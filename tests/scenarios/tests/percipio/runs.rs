//! Runs: the report is waited for outside, and what points at nothing is told, not refused.

use std::time::{Duration, Instant};

use percipio_simulator::{Fault, Options, ReportTime, Rule};
use scenarios::{Scenario, text};
use serde_json::{Value, json};

const RUN: &str = "20261121T220000Z";

fn event() -> Value {
    json!({ "run_id": RUN })
}

#[test]
fn what_is_published_is_what_the_vendor_has() {
    let scenario = Scenario::percipio(Options { users: 2_300, items: 1_100, ..Options::default() });
    let answer = scenario.run(RUN).unwrap();
    assert_eq!(answer["verdict"], "published", "{answer:#}");
    scenario.assert_tables_are_true(RUN);
    assert_eq!(scenario.table("teams", RUN), [] as [Value; 0]);
    // 3 pages of users, 2 of items, a request, a question that came too early, and one.
    assert_eq!(scenario.requests(), 3 + 2 + 1 + 2);
    let manifest = scenario.manifest(RUN).unwrap();
    assert_eq!(manifest["vendor"], "percipio");
    let columns = &manifest["tables"]["enrolments"]["known_columns"];
    assert_eq!(
        columns,
        &json!(["course_id", "user_id", "status", "started_at", "completed_at"]),
        "{manifest:#}"
    );
}

#[test]
fn a_report_is_not_waited_for_in_an_invocation() {
    let report = ReportTime { polls: 0, ms: 3_000, ..ReportTime::default() };
    let scenario = Scenario::percipio(Options { report, ..Options::default() });
    let began = Instant::now();
    let answer = scenario.call("sync-courses", &event()).unwrap();
    assert!(began.elapsed() < Duration::from_secs(3), "it does not wait");
    assert_eq!((&answer["status"], &answer["wait_seconds"]), (&json!("continue"), &json!(5)));
    // Called too early, killed, called in time: it is the same report.
    assert_eq!(scenario.call("sync-courses", &event()).unwrap()["status"], "continue");
    scenario.kill_when("sync-courses", RUN, || true);
    let (answer, slices) = scenario.finish("sync-courses", RUN).unwrap();
    assert_eq!((&answer["status"], slices), (&json!("complete"), 2));
    assert_eq!(scenario.simulator.reports().len(), 1);
}

#[test]
fn a_report_that_always_fails_is_an_error_and_no_table() {
    let scenario = Scenario::percipio(Options::default());
    scenario.simulator.faults().add(Rule::new(Fault::ReportFails).on("/report-requests"));
    let error = scenario.finish("sync-courses", RUN).unwrap_err();
    assert_eq!(error.error_type, "VendorUnexpected", "{error}");
    assert!(error.error_message.contains("report failed twice"), "{error}");
    assert_eq!(scenario.simulator.reports().len(), 2);
    assert_eq!(scenario.stored_parts(RUN), [] as [String; 0]);
}

#[test]
fn activity_of_the_erased_and_the_hidden_is_told_and_not_refused() {
    let options = Options { erased_users: 40, hidden_items: 40, ..Options::default() };
    for (limit, verdict) in [(None, "published"), (Some("1"), "quarantined")] {
        let scenario = Scenario::percipio(options.clone()).with(|environment| match limit {
            Some(percent) => environment.set("ROLLCALL_MAX_DANGLING_PERCENT", percent),
            None => environment,
        });
        let answer = scenario.run(RUN).unwrap();
        assert_eq!(answer["verdict"], verdict, "{answer:#}");
        let simulator = &scenario.simulator;
        let meant = simulator.truth().activities().filter(|activity| {
            let of_course = ["Course", "Assessment"].contains(&activity.content_type.as_str());
            of_course && !(activity.user_listed && activity.item_listed)
        });
        let meant = meant.count();
        assert!(meant > 0, "all are listed");
        let reasons = answer["reasons"].as_array().unwrap().iter().map(text);
        let told: Vec<_> = reasons.filter(|reason| reason.contains("dangling: ")).collect();
        assert!(told[0].contains(&format!("{meant} of 300 rows")), "{answer:#}");
    }
}

#[test]
fn limited_courses_are_the_only_ones() {
    let simulated = Scenario::percipio(Options::default());
    let ids = simulated.simulator.world().course_ids();
    let scenario = simulated.with(|env| env.set("ROLLCALL_LIMITED_COURSES", &ids[..3].join(",")));
    let answer = scenario.run(RUN).unwrap();
    assert_eq!(answer["verdict"], "published", "{answer:#}");
    let courses = scenario.table("courses", RUN);
    let mut read: Vec<_> = courses.iter().map(|course| text(&course["course_id"])).collect();
    let mut meant = ids[..3].to_vec();
    meant.sort_unstable();
    read.sort_unstable();
    assert_eq!(read, meant);
    assert!(courses.iter().all(|course| course["active"].is_null()), "the search does not tell");
    let mut enrolments = scenario.truth("enrolments");
    enrolments.retain(|row| meant.contains(&text(&row["course_id"])));
    assert_eq!(scenario.table("enrolments", RUN), enrolments);
}
