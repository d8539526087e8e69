//! What goes wrong when it is told to.

use std::time::{Duration, Instant};

use percipio_simulator::{BadRow, Fault, Loss, Options, Rule, Simulator};
use serde_json::{Value, json};

use crate::client::{
    Answer, all_time, catalog, exchange, order, path, poll, report, request, start, users, write,
};

/// A report that is ready.
fn ready(simulator: &Simulator) -> String {
    let id = order(simulator, &all_time(json!({}))).json()["id"].as_str().unwrap().to_owned();
    poll(simulator, &id);
    id
}

#[test]
fn each_failing_fault_fails_in_its_own_way_and_only_so_often() {
    let simulator = start(Options::default());
    for (fault, status) in [
        (Fault::Unavailable, 503),
        (Fault::BadGateway, 502),
        (Fault::GatewayTimeout, 504),
        (Fault::ServerError, 500),
        (Fault::RateLimited { retry_after: None }, 429),
        (Fault::BadRequest, 400),
        (Fault::Unauthorized, 401),
        (Fault::Forbidden, 403),
        (Fault::NotFound, 404),
        (Fault::Unprocessable, 422),
        (Fault::Redirect, 302),
        (Fault::Html, 200),
        (Fault::NotJson, 200),
        (Fault::Empty, 200),
    ] {
        simulator.faults().add(Rule::new(fault).on("/users").times(1));
        assert_eq!(catalog(&simulator, "max=1").status, 200);
        let answer = users(&simulator, "users");
        assert_eq!(answer.status, status, "{fault:?}");
        let html = matches!(fault, Fault::ServerError | Fault::Html);
        let kind = answer.header("content-type").unwrap_or_default();
        assert_eq!(kind.starts_with("text/html"), html, "{fault:?}");
        let readable = serde_json::from_slice::<Value>(&answer.body.unwrap()).is_ok();
        assert_eq!(readable, status >= 400 && status != 500, "{fault:?}");
        assert_eq!(users(&simulator, "users").rows().len(), 200);
        let log = simulator.log();
        assert!(log.entries().iter().any(|entry| entry.faults == [fault.name()]));
    }
    let hint = Fault::RateLimited { retry_after: Some(7) };
    simulator.faults().add(Rule::new(hint));
    assert_eq!(users(&simulator, "users").header("retry-after"), Some("7"));
}

#[test]
fn a_redirect_leads_to_a_place_that_notes_who_follows() {
    let simulator = start(Options::default());
    simulator.faults().add(Rule::new(Fault::Redirect).times(1));
    let location = users(&simulator, "users").header("location").unwrap().to_owned();
    assert_eq!(
        exchange(&simulator, request(&simulator, "GET", &location, "")).unwrap().status,
        404
    );
    assert_eq!(simulator.log().per_path()["/elsewhere"], 1);
}

#[test]
fn a_body_can_be_cut_off_with_a_length_that_fits_or_broken_off() {
    let simulator = start(Options::default());
    let whole = users(&simulator, "users").text().len();
    let cut = |fault| {
        simulator.faults().clear();
        simulator.faults().add(Rule::new(fault));
        users(&simulator, "users")
    };
    assert_eq!(cut(Fault::CutOff { after_bytes: None }).text().len(), whole / 2);
    assert_eq!(cut(Fault::CutOff { after_bytes: Some(9) }).text().len(), 9);
    let broken = cut(Fault::Reset);
    assert_eq!(broken.header("content-length"), Some(&*whole.to_string()));
    assert_eq!((broken.status, broken.body), (200, None));
}

#[test]
fn a_reports_body_can_be_cut_off_broken_off_or_stop_on_the_way() {
    for activities in [5, 600] {
        let simulator = start(Options { activities, ..Options::default() });
        let id = ready(&simulator);
        let whole = poll(&simulator, &id);
        assert_eq!(whole.header("content-length"), None, "nobody knows the length before");
        let whole = whole.text().to_owned();
        let with = |fault| {
            simulator.faults().clear();
            simulator.faults().add(Rule::new(fault).on("/report-requests/"));
            poll(&simulator, &id)
        };
        let half = with(Fault::CutOff { after_bytes: None });
        assert!(whole.starts_with(half.text()));
        let part = half.text().len() * 100 / whole.len();
        assert!((30..70).contains(&part), "{part} of 100");
        let few = with(Fault::CutOff { after_bytes: Some(1000) });
        assert_eq!(few.text(), &whole[..1000]);
        let none = with(Fault::CutOff { after_bytes: Some(0) });
        assert_eq!(none.text(), "");
        assert_eq!(with(Fault::Reset).body, None);
        let begin = Instant::now();
        assert_eq!(with(Fault::Stall { ms: 50 }).text(), whole);
        assert!(begin.elapsed() >= Duration::from_millis(50));
    }
}

#[test]
fn a_write_whose_connection_breaks_was_not_carried_out_and_one_whose_answer_is_lost_was() {
    let simulator = start(Options::default());
    let attempt = |fault, name: &str| -> Option<Answer> {
        simulator.faults().add(Rule::new(fault).times(1));
        let body = json!({ "externalUserId": name }).to_string();
        let path = path(&simulator, "user-management/v1", "users");
        exchange(&simulator, request(&simulator, "POST", &path, &body))
    };
    assert!(attempt(Fault::Reset, "N-1").is_none());
    assert_eq!(simulator.world().user_ids().len(), 200);
    assert!(attempt(Fault::AnswerLost { with: Loss::Reset }, "N-1").is_none());
    let lost = attempt(Fault::AnswerLost { with: Loss::GatewayTimeout }, "N-2").unwrap();
    assert_eq!((lost.status, simulator.world().user_ids().len()), (504, 202));
    let applied: Vec<_> = simulator.writes().iter().map(|write| write.applied).collect();
    assert_eq!(applied, [false, true, true]);
    let again = write(&simulator, "POST", "users", &json!({ "externalUserId": "n-2" }));
    assert_eq!(again.status, 422);
    simulator.faults().add(Rule::new(Fault::AnswerLost { with: Loss::Unavailable }).times(1));
    assert_eq!(order(&simulator, &all_time(json!({}))).status, 503);
    assert_eq!(simulator.reports().len(), 1);
}

#[test]
fn answers_can_be_slow_one_by_one_and_all() {
    let slow = Rule::new(Fault::Slow { ms: 60 }).on("/users");
    let simulator = start(Options { latency_ms: 30, faults: vec![slow], ..Options::default() });
    let taken = |ask: &dyn Fn() -> Answer| {
        let begin = Instant::now();
        assert_eq!(ask().status, 200);
        begin.elapsed()
    };
    assert!(taken(&|| catalog(&simulator, "max=1")) >= Duration::from_millis(30));
    assert!(taken(&|| users(&simulator, "users")) >= Duration::from_millis(90));
}

#[test]
fn bad_rows_and_unknown_fields_come_where_they_are_told_to() {
    let simulator = start(Options::default());
    let bad = |kind, row| Rule::new(Fault::BadRow { kind, row });
    simulator.faults().add(bad(BadRow::Stray, 2).on("offset=100"));
    simulator.faults().add(bad(BadRow::NoTitle, 0).on("catalog-content"));
    simulator.faults().add(bad(BadRow::NoId, 500).on("/report-requests/"));
    simulator.faults().add(bad(BadRow::WrongTypes, 1).on("/report-requests/"));
    simulator.faults().add(Rule::new(Fault::ExtraFields));
    let second = users(&simulator, "users?offset=100").rows();
    assert!(second[2].is_string() && second[3].is_object());
    assert!(second[3]["fieldNobodyKnows"].is_object());
    assert!(users(&simulator, "users?offset=0").rows()[2].is_object());
    assert_eq!(catalog(&simulator, "").rows()[0]["localizedMetadata"], json!([]));
    let rows = report(&simulator, &all_time(json!({})));
    assert!(rows[500].get("userUuid").is_none() && rows[499].get("userUuid").is_some());
    assert!(rows[1]["estimatedDuration"].is_u64() || rows[1]["totalAccesses"].is_u64());
    assert_eq!(rows.iter().filter(|row| row["fieldNobodyKnows"].is_object()).count(), 600);
}

#[test]
fn a_token_can_expire_on_the_way() {
    let simulator = start(Options::default());
    simulator.faults().add(Rule::new(Fault::Unauthorized).skip(2));
    let statuses = [(); 4].map(|()| users(&simulator, "users?max=1").status);
    assert_eq!(statuses, [200, 200, 401, 401]);
}

#[test]
fn faults_by_chance_strike_at_their_rate() {
    let faults = vec![Rule::new(Fault::Unavailable).percent(30.0)];
    let simulator = start(Options { faults, ..Options::default() });
    let failed = (0..100).filter(|_| users(&simulator, "users?max=1").status == 503).count();
    assert!((15..45).contains(&failed), "{failed}");
}
