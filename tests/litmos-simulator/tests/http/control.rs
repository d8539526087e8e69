//! What a harness in another process can do.

use litmos_simulator::Options;

use crate::client::{get, send, start};

#[test]
fn everything_can_be_steered_over_http() {
    let simulator = start(Options { users: 20, ..Options::default() });
    let control = |method: &str, path: &str, body: &str| {
        send(&simulator, method, &format!("/_simulator/{path}"), None, body)
    };
    let rule = r#"{"fault":"slow","ms":0}"#;
    assert_eq!(control("POST", "faults", rule).status, 200);
    assert_eq!(control("POST", "faults", &format!("[{rule}]")).status, 200);
    assert_eq!(control("POST", "faults", r#"{"fault":"no such"}"#).status, 400);
    get(&simulator, "/teams");
    assert_eq!(simulator.log().entries()[0].faults, ["slow", "slow"]);
    assert_eq!(control("DELETE", "faults", "").status, 200);
    get(&simulator, "/teams?apikey=secret");
    let log = control("GET", "log", "");
    let line: serde_json::Value = serde_json::from_str(log.text().lines().last().unwrap()).unwrap();
    assert_eq!((&line["status"], &line["path"]), (&200.into(), &"/v1.svc/teams".into()));
    assert_eq!(line["query"], "source=test&format=json");
    let stats = control("GET", "stats?window_ms=60000", "").json();
    assert_eq!((&stats["requests"], &stats["per_path"]["/v1.svc/teams"]), (&2.into(), &2.into()));
    assert_eq!(stats["max_in_window"], 2);
    assert_eq!(control("POST", "reset-log", "").status, 200);
    assert_eq!(simulator.log().count(), 0);
    assert_eq!(control("POST", "key", r#"{"api_key":"k2"}"#).status, 200);
    assert_eq!(simulator.api_key(), "k2");
    assert_eq!(control("POST", "quirks", r#"{"page_cap":3}"#).status, 200);
    assert_eq!(get(&simulator, "/users").json().as_array().unwrap().len(), 3);
    let shrink = r#"{"change":"shrink_users","keep":5}"#;
    assert_eq!(control("POST", "world", shrink).status, 200);
    assert_eq!(control("GET", "truth/users", "").text().lines().count(), 5);
    let missing = r#"{"change":"delete_team","id":"nobody"}"#;
    assert_eq!(control("POST", "world", missing).status, 404);
    assert_eq!(control("GET", "truth/nothing", "").status, 404);
}

#[test]
fn the_truth_is_given_table_by_table_as_json_lines() {
    let simulator = start(Options::default());
    let rows = |table: &str| {
        let path = format!("/_simulator/truth/{table}");
        send(&simulator, "GET", &path, None, "")
            .text()
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let truth = simulator.truth();
    assert_eq!(rows("teams").len(), truth.teams().len());
    assert_eq!(rows("team_members").len(), truth.team_members().len());
    assert_eq!(rows("courses").len(), truth.courses().len());
    let enrolments: Vec<rollcall_roster::Enrolment> =
        rows("enrolments").iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(enrolments, truth.enrolments());
}
