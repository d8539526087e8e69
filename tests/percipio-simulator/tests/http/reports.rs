//! The life of a report.

use std::time::Duration;

use percipio_simulator::{Fault, Options, PollKey, Quirks, ReportTime, Rule, Simulator};
use serde_json::{Value, json};

use crate::client::{all_time, order, poll, report, start};

fn ordered(simulator: &Simulator) -> String {
    let answer = order(simulator, &all_time(json!({})));
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn status(simulator: &Simulator, id: &str) -> Value {
    poll(simulator, id).json()["status"].clone()
}

#[test]
fn a_report_is_not_ready_for_some_questions_and_then_a_bare_list_again_and_again() {
    let report = ReportTime { polls: 3, ..ReportTime::default() };
    let simulator = start(Options { report, ..Options::default() });
    let answer = order(&simulator, &all_time(json!({})));
    assert_eq!((answer.status, &answer.json()["status"]), (202, &json!("PENDING")));
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let first = poll(&simulator, &id);
    assert_eq!(first.json(), json!({ "reportId": id, "status": "PENDING" }));
    for _ in 0..2 {
        assert_eq!(status(&simulator, &id), "IN_PROGRESS");
    }
    let rows = poll(&simulator, &id);
    assert_eq!((rows.status, rows.rows().len()), (200, 600));
    assert_eq!(poll(&simulator, &id).rows(), rows.rows());
    let known = &simulator.reports()[0];
    assert_eq!((known.polls, known.downloads, known.file_in_sftp), (3, 2, false));
    assert_eq!((&known.id, &known.body["end"]), (&id, &json!("2100-01-01T00:00:00Z")));
}

#[test]
fn a_report_takes_its_time() {
    let report = ReportTime { polls: 0, ms: 40, ms_per_1000: 100 };
    let simulator = start(Options { report, ..Options::default() });
    let begin = std::time::Instant::now();
    let id = ordered(&simulator);
    assert_eq!(status(&simulator, &id), "PENDING");
    while !poll(&simulator, &id).text().starts_with('[') {}
    assert!(begin.elapsed() >= Duration::from_millis(40 + 60));
    simulator.set_report_time(ReportTime { polls: 0, ms: 0, ms_per_1000: 0 });
    assert!(poll(&simulator, &ordered(&simulator)).text().starts_with('['));
}

#[test]
fn how_a_status_is_written_is_a_switch() {
    let simulator = start(Options::default());
    let first = |quirks: Quirks| {
        simulator.set_quirks(quirks);
        let id = ordered(&simulator);
        (poll(&simulator, &id).json(), id)
    };
    let (answer, id) = first(Quirks { poll_key: PollKey::Id, ..Quirks::default() });
    assert_eq!(answer, json!({ "id": id, "status": "PENDING" }));
    let (answer, _) = first(Quirks { poll_key: PollKey::Absent, ..Quirks::default() });
    assert_eq!(answer, json!({ "status": "PENDING" }));
    simulator.set_report_time(ReportTime { polls: 2, ..ReportTime::default() });
    let quirks = Quirks { title_case_status: true, processed_first: true, ..Quirks::default() };
    let (answer, id) = first(quirks);
    assert_eq!(answer["status"], "Pending");
    assert_eq!(status(&simulator, &id), "In_Progress");
    assert_eq!(status(&simulator, &id), "Processed");
    assert_eq!(poll(&simulator, &id).rows().len(), 600);
    simulator.set_quirks(Quirks { report_accepted_status: 200, ..Quirks::default() });
    assert_eq!(order(&simulator, &all_time(json!({}))).status, 200);
}

#[test]
fn a_report_can_fail_and_the_next_one_need_not() {
    let simulator = start(Options::default());
    simulator.faults().add(Rule::new(Fault::ReportFails).method("POST").times(1));
    let id = ordered(&simulator);
    assert_eq!(status(&simulator, &id), "PENDING");
    let failed = poll(&simulator, &id).json();
    assert_eq!((&failed["status"], failed["error"].is_string()), (&json!("FAILED"), true));
    assert_eq!(status(&simulator, &id), "FAILED");
    assert_eq!(report(&simulator, &all_time(json!({}))).len(), 600);
    assert_eq!(simulator.reports().iter().map(|it| it.fails).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn an_unknown_or_forgotten_report_is_404_which_tells_that_credentials_are_good() {
    let simulator = start(Options::default());
    let any = "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01";
    assert_eq!(poll(&simulator, any).status, 404);
    assert_eq!(poll(&simulator, "report").status, 400);
    let id = ordered(&simulator);
    assert_eq!(poll(&simulator, &id.to_uppercase()).status, 200);
    simulator.faults().add(Rule::new(Fault::Forgotten).times(1));
    assert_eq!(poll(&simulator, &id).status, 404);
    simulator.set_quirks(Quirks { unknown_report_status: 410, ..Quirks::default() });
    assert_eq!(poll(&simulator, &id).status, 410);
    assert_ne!(ordered(&simulator), id);
}

#[test]
fn a_request_that_cannot_be_right_is_refused_and_makes_no_report() {
    let simulator = start(Options::default());
    let refused = |body: Value| order(&simulator, &body).status;
    assert_eq!(refused(json!({})), 422);
    assert_eq!(refused(all_time(json!({ "timeFrame": "DAY" }))), 400);
    assert_eq!(refused(all_time(json!({ "sort": {} }))), 400);
    assert_eq!(refused(all_time(json!({ "template": "" }))), 400);
    assert_eq!(refused(all_time(json!({ "contentTypes": "Course" }))), 400);
    assert_eq!(refused(json!([])), 400);
    assert!(simulator.reports().is_empty());
    simulator.set_quirks(Quirks {
        unknown_fields_refused: false,
        window_required: false,
        ..Quirks::default()
    });
    assert_eq!(refused(json!({ "contentTypes": "Course" })), 202);
    assert!(simulator.reports()[0].file_in_sftp, "which is the default");
}

#[test]
fn a_report_shows_the_organisation_as_it_was_when_it_was_asked_for() {
    let simulator = start(Options::default());
    let id = ordered(&simulator);
    poll(&simulator, &id);
    let before = poll(&simulator, &id).rows();
    let (user, item) = (&before[0]["userUuid"], &before[0]["contentUuid"]);
    let (user, item) = (user.as_str().unwrap(), item.as_str().unwrap());
    assert!(simulator.world().rename_item(item, "Renamed"));
    assert!(simulator.world().erase_user(user));
    assert_eq!(poll(&simulator, &id).rows(), before);
    let after = report(&simulator, &all_time(json!({})));
    assert_eq!((after.len(), &after[0]["contentTitle"]), (600, &json!("Renamed")));
    assert!(after[0]["userId"].as_str().unwrap().starts_with("obfuscated_"));
    assert_eq!(after[0]["userUuid"], user);
}
