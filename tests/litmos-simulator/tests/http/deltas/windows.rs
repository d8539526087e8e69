//! Which stretch of time is taken, and what lies in it.

use jiff::SignedDuration;
use litmos_simulator::{BadRow, Change, Deltas, Fault, Options, Quirks, RateLimit, Rule};

use super::{ALL, COURSES, RESULTS, USERS, between, date, days_ago, recent, switch};
use crate::client::{get, send, start};

#[test]
fn both_ends_must_be_given_and_read() {
    let simulator = start(Options::default());
    for list in ALL {
        let generic = [COURSES, RESULTS].contains(&list);
        let said = "Please provide a valid since and to query string parameters";
        for query in ["", "since=2024-01-01", "to=2024-01-01", "since=2024-01-01&to=tomorrow"] {
            let answer = get(&simulator, &format!("{list}?{query}"));
            assert_eq!(answer.status, if generic { 400 } else { 406 }, "{list} {query}");
            assert!(generic || answer.reason.as_deref() == Some(said));
        }
        let status = |query: &str| get(&simulator, &format!("{list}?{query}")).status;
        assert_eq!(status("since=2024-01-01&to=2024-01-08"), 200);
        assert_eq!(status("since=2024-01-01%2000:00&to=2024-01-08T00:00:00"), 200);
        assert_eq!(status("since=2024-01-01&to=2024-01-08T00:00:01"), 406, "{list}");
    }
}

#[test]
fn nothing_of_the_start_is_recent() {
    let simulator = start(Options::default());
    assert!(
        ALL.iter().all(|list| between(&simulator, list, days_ago(90), days_ago(84)).is_empty())
    );
    assert!(ALL.iter().all(|list| recent(&simulator, list).is_empty()));
}

#[test]
fn a_change_is_listed_at_its_instant_and_its_ends_belong_to_it_or_not() {
    let simulator = start(Options::default());
    let at = days_ago(10).round(jiff::Unit::Second).unwrap();
    let id = simulator.world().user_ids()[3].clone();
    assert!(simulator.world().change_at(Change::SetActive { id, active: false }, at).is_some());
    let hour = SignedDuration::from_hours(1);
    let count = |since, to| between(&simulator, USERS, since, to).len();
    let counts = || [count(at - hour, at), count(at, at + hour), count(at - hour, at + hour)];
    assert_eq!(counts(), [1, 1, 1]);
    assert_eq!(recent(&simulator, USERS).len(), 0);
    switch(&simulator, Deltas { bounds_exclusive: true, ..Deltas::default() });
    assert_eq!(counts(), [0, 0, 1]);
    switch(&simulator, Deltas { offset_hours: 1, ..Deltas::default() });
    assert_eq!(counts(), [0, 1, 1], "the ends are an hour earlier than they say");
    switch(&simulator, Deltas { offset_hours: -1, ..Deltas::default() });
    assert_eq!(counts(), [1, 0, 1]);
}

#[test]
fn pages_faults_and_limits_are_those_of_other_lists() {
    let limit = RateLimit { requests: 8, window_ms: 600_000, ..RateLimit::default() };
    let simulator = start(Options { rate_limit: Some(limit), ..Options::default() });
    simulator.world().churn(1, 100.0);
    let path = format!("{USERS}?since={}&to={}", date(days_ago(1)), date(days_ago(-1)));
    let rows = |more: &str| get(&simulator, &format!("{path}{more}")).json();
    let count = |more: &str| rows(more).as_array().unwrap().len();
    assert_eq!([count(""), count("&limit=9999"), count("&limit=150&start=150")], [100, 200, 50]);
    simulator.set_quirks(Quirks { page_cap: Some(7), ..Quirks::default() });
    assert_eq!(count("&limit=50"), 7);
    let bad = Fault::BadRow { kind: BadRow::NoId, row: 1 };
    simulator.faults().add(Rule::new(bad).on("/org/users").times(1));
    assert!(rows("")[1].get("Id").is_none());
    assert_eq!(get(&simulator, &format!("{path}&limit=x")).status, 400);
    simulator.faults().add(Rule::new(Fault::GatewayTimeout).on("/org/users").times(1));
    assert_eq!([get(&simulator, &path).status, get(&simulator, &path).status], [504, 200]);
    assert_eq!(get(&simulator, &path).status, 503);
}

#[test]
fn xml_has_the_vendors_names() {
    let simulator = start(Options::default());
    simulator.world().churn(1, 100.0);
    let names = ["Users><User", "TeamUsers><TeamUser", "UserCourses><UserCourse"];
    for (list, names) in [ALL[0], ALL[2], ALL[4]].into_iter().zip(names) {
        let dates = format!("since={}&to={}", date(days_ago(1)), date(days_ago(-1)));
        let path = format!("/v1.svc{list}?source=s&limit=1&{dates}");
        let answer = send(&simulator, "GET", &path, Some(&simulator.api_key()), "");
        let namespace = " xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"";
        assert!(answer.text().replace(namespace, "").starts_with(&format!("<{names}>")));
    }
}
