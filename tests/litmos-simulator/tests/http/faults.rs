//! What goes wrong when it is told to.

use std::time::{Duration, Instant};

use litmos_simulator::{BadRow, Fault, Foreign, Form, Options, Rule};

use crate::client::{get, start};

#[test]
fn each_failing_fault_fails_in_its_own_way_and_only_so_often() {
    let simulator = start(Options::default());
    for (fault, status) in [
        (Fault::Unavailable, 503),
        (Fault::RateLimited, 503),
        (Fault::GatewayTimeout, 504),
        (Fault::ServerError, 500),
        (Fault::Unauthorized, 401),
        (Fault::Forbidden, 403),
        (Fault::NotFound, 404),
        (Fault::Page { status: 404 }, 404),
        (Fault::Page { status: 400 }, 400),
        (Fault::Html, 200),
    ] {
        simulator.faults().add(Rule::new(fault).on("/users").times(1));
        assert_eq!(get(&simulator, "/teams").status, 200);
        let answer = get(&simulator, "/users");
        assert_eq!(answer.status, status, "{fault:?}");
        let html = matches!(fault, Fault::ServerError | Fault::Page { .. } | Fault::Html);
        assert_eq!(answer.content_type() == "text/html", html, "{fault:?}");
        assert_eq!(get(&simulator, "/users").status, 200);
        let log = simulator.log();
        assert!(log.entries().iter().any(|entry| entry.faults == [fault.name()]));
    }
}

#[test]
fn what_stands_in_place_of_an_answer_has_many_forms() {
    let simulator = start(Options::default());
    for (what, status, kind, says) in [
        (Foreign::SignIn, 200, "text/html", "<title>Sign in to your account</title>"),
        (Foreign::Xhtml, 200, "text/html", "<?xml"),
        (Foreign::Text, 200, "text/plain", "unavailable"),
        (Foreign::Errors, 200, "application/json", r#"{"Errors":[]}"#),
        (Foreign::Null, 200, "application/json", "null"),
        (Foreign::Empty, 200, "", ""),
        (Foreign::NoContent, 204, "", ""),
    ] {
        simulator.faults().add(Rule::new(Fault::Instead { what }).times(1));
        let answer = get(&simulator, "/teams");
        assert_eq!(answer.status, status, "{what:?}");
        assert!(answer.content_type().starts_with(kind), "{what:?}");
        assert!(answer.text().contains(says), "{what:?}");
    }
    for (form, kind) in [
        (Form::Html, "text/html"),
        (Form::Text, "text/plain"),
        (Form::JsonText, "application/json"),
    ] {
        simulator.faults().add(Rule::new(Fault::RateLimitedAs { form }).times(1));
        let answer = get(&simulator, "/teams");
        assert_eq!(answer.status, 503, "{form:?}");
        assert!(answer.content_type().starts_with(kind), "{form:?}");
        assert!(answer.text().contains("rating limit"), "{form:?}");
    }
}

#[test]
fn a_body_can_be_cut_off_with_a_length_that_fits_or_broken_off() {
    let simulator = start(Options::default());
    let whole = get(&simulator, "/users").text().len();
    simulator.faults().add(Rule::new(Fault::CutOff));
    let cut = get(&simulator, "/users");
    assert_eq!((cut.status, cut.text().len()), (200, whole / 2));
    assert!(serde_json::from_str::<serde_json::Value>(cut.text()).is_err());
    simulator.faults().clear();
    simulator.faults().add(Rule::new(Fault::Reset));
    let broken = get(&simulator, "/users");
    assert_eq!(broken.headers["content-length"], whole.to_string());
    assert_eq!((broken.status, broken.body), (200, None));
}

#[test]
fn answers_can_be_slow_one_by_one_and_all() {
    let slow = Rule::new(Fault::Slow { ms: 60 }).on("/teams");
    let options = Options { latency_ms: 30, faults: vec![slow], ..Options::default() };
    let simulator = start(options);
    let taken = |path| {
        let begin = Instant::now();
        assert_eq!(get(&simulator, path).status, 200);
        begin.elapsed()
    };
    assert!(taken("/users") >= Duration::from_millis(30));
    assert!(taken("/teams") >= Duration::from_millis(90));
}

#[test]
fn bad_rows_and_unknown_fields_come_where_they_are_told_to() {
    let simulator = start(Options::default());
    let stray = Fault::BadRow { kind: BadRow::Stray, row: 2 };
    simulator.faults().add(Rule::new(stray).on("start=100"));
    simulator.faults().add(Rule::new(Fault::ExtraFields));
    let second = get(&simulator, "/users?start=100").json();
    assert!(second[2].is_string() && second[3].is_object());
    assert_eq!(second[3]["FieldNobodyKnows"], "new");
    assert!(get(&simulator, "/users?start=0").json()[2].is_object());
}

#[test]
fn faults_by_chance_strike_at_their_rate() {
    let faults = vec![Rule::new(Fault::Unavailable).percent(30.0)];
    let simulator = start(Options { faults, ..Options::default() });
    let failed = (0..100).filter(|_| get(&simulator, "/teams").status == 503).count();
    assert!((15..45).contains(&failed), "{failed}");
}
