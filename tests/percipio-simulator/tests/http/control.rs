//! What a harness in another process can do.

use percipio_simulator::Options;
use serde_json::{Value, json};

use crate::client::{all_time, catalog, control, order, start, users, write};

#[test]
fn everything_can_be_steered_over_http() {
    let simulator = start(Options { users: 20, ..Options::default() });
    let control = |method: &str, path: &str, body: &str| control(&simulator, method, path, body);
    let set =
        |path: &str, body: &str| assert_eq!(control("POST", path, body).status, 200, "{path}");
    let rule = r#"{"fault":"slow","ms":0}"#;
    set("faults", rule);
    set("faults", &format!("[{rule}]"));
    assert_eq!(control("POST", "faults", r#"{"fault":"no such"}"#).status, 400);
    users(&simulator, "users");
    assert_eq!(simulator.log().entries()[0].faults, ["slow", "slow"]);
    assert_eq!(control("DELETE", "faults", "").status, 200);
    users(&simulator, "users?max=2");
    let line: Value =
        serde_json::from_str(control("GET", "log", "").text().lines().last().unwrap()).unwrap();
    assert_eq!((&line["status"], &line["query"]), (&json!(200), &json!("max=2")));
    let stats = control("GET", "stats", "").json();
    assert_eq!((&stats["requests"], &stats["max_in_window"]), (&json!(2), &json!(2)));
    write(&simulator, "PATCH", "users/external-user-id/new", &json!({ "password": "Secret-17" }));
    assert!(!control("GET", "writes", "").text().contains("Secret"));
    order(&simulator, &all_time(json!({})));
    let report: Value = serde_json::from_str(control("GET", "reports", "").text()).unwrap();
    assert_eq!((&report["polls"], &report["file_in_sftp"]), (&json!(0), &json!(false)));
    set("reset-log", "");
    assert!(simulator.log().count() == 0 && simulator.writes().is_empty());
    set("token", r#"{"api_token":"t2"}"#);
    assert_eq!(simulator.api_token(), "t2");
    set("quirks", r#"{"page_cap":3,"catalog_total":{"off_by":2}}"#);
    let page = catalog(&simulator, "");
    assert_eq!((page.rows().len(), page.total()), (3, Some(122)));
    set("permissions", r#"{"content_discovery":false}"#);
    assert_eq!(catalog(&simulator, "").status, 403);
    set("report-time", r#"{"polls":0}"#);
    set("world", r#"{"change":"shrink_users","keep":5}"#);
    assert_eq!(control("GET", "truth/users", "").text().lines().count(), 5);
    let missing = r#"{"change":"hide_item","id":"nothing"}"#;
    assert_eq!(control("POST", "world", missing).status, 404);
    assert_eq!(control("GET", "truth/nothing", "").status, 404);
}

#[test]
fn the_truth_is_given_table_by_table_as_json_lines() {
    let simulator = start(Options::default());
    let rows = |table: &str| -> Vec<Value> {
        let answer = control(&simulator, "GET", &format!("truth/{table}"), "");
        answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let truth = simulator.truth();
    assert_eq!(rows("users").len(), 200);
    assert_eq!(rows("courses").len(), truth.courses().len());
    assert_eq!(rows("activities").len(), 600);
    assert_eq!((rows("teams").len(), rows("team_members").len()), (0, 0));
    let enrolments: Vec<rollcall_roster::Enrolment> =
        rows("enrolments").into_iter().map(|row| serde_json::from_value(row).unwrap()).collect();
    assert_eq!(enrolments, truth.enrolments());
}
