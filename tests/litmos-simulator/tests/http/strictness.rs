//! What is refused, and how.

use litmos_simulator::{Options, Quirks, RateLimit};

use crate::client::{get, send, start};

#[test]
fn a_bad_key_and_a_missing_source_are_401() {
    let simulator = start(Options::default());
    let status = |path: &str, key: Option<&str>| send(&simulator, "GET", path, key, "").status;
    let key = simulator.api_key();
    let good = "/v1.svc/users?source=s&format=json";
    assert_eq!(status(good, Some(&key)), 200);
    assert_eq!(status(good, Some("other")), 401);
    assert_eq!(status(good, None), 401);
    assert_eq!(status("/v1.svc/users?format=json", Some(&key)), 401);
    assert_eq!(status("/v1.svc/users?source=&format=json", Some(&key)), 401);
    let long = |length| format!("/v1.svc/users?source={}&format=json", "s".repeat(length));
    assert_eq!((status(&long(50), Some(&key)), status(&long(51), Some(&key))), (200, 401));
    simulator.set_api_key("other");
    assert_eq!(status(good, Some(&key)), 401);
    assert_eq!(status(good, Some("other")), 200);
}

#[test]
fn a_write_may_have_to_say_what_it_is() {
    let simulator = start(Options::default());
    let (user, course) = ("nobody", "nothing");
    let path = format!("/v1.svc/users/{user}/courses/{course}?source=s&format=json");
    let status = || send(&simulator, "DELETE", &path, Some(&simulator.api_key()), "").status;
    assert_ne!(status(), 403);
    simulator.set_quirks(Quirks { content_type_on_writes: true, ..Quirks::default() });
    assert_eq!(status(), 403);
}

#[test]
fn an_error_says_the_same_in_its_body_and_its_reason() {
    let simulator = start(Options::default());
    let json = get(&simulator, "/teams/nobody");
    assert_eq!((json.status, json.content_type()), (404, "application/json"));
    let detail = "No team with this nobody exists in your organization";
    assert_eq!(json.text(), format!(r#"{{"Detail":"{detail}"}}"#));
    assert_eq!(json.reason.as_deref(), Some(detail));
    let path = "/v1.svc/users/nobody?source=s";
    let xml = send(&simulator, "GET", path, Some(&simulator.api_key()), "");
    assert_eq!(xml.text(), "<Error><Detail>User - nobody was not found</Detail></Error>");
}

#[test]
fn unknown_and_empty_are_not_the_same() {
    let options = Options { members_per_team: Some(0), ..Options::default() };
    let simulator = start(Options { learners_per_course: Some(0), ..options });
    let (team, course) = {
        let world = simulator.world();
        (world.team_ids()[1].clone(), world.course_ids()[0].clone())
    };
    let answer = |path: &str| {
        let answer = get(&simulator, path);
        (answer.status, answer.text().to_owned())
    };
    let empty = (200, "[]".to_owned());
    for list in ["users", "leaders", "admins"] {
        assert_eq!(answer(&format!("/teams/{team}/{list}")), empty);
        assert_eq!(answer(&format!("/teams/nobody/{list}")).0, 404);
        assert_eq!(answer(&format!("/teams/{}/{list}", team.to_lowercase())).0, 404);
    }
    assert_eq!(answer(&format!("/courses/{course}/users")), empty);
    assert_eq!(answer("/courses/nobody/users"), empty);
    assert_eq!(answer("/courses/nobody").0, 404);
    assert_eq!(answer("/users/nobody/usercustomfields").0, 404);
    assert_eq!(answer("/users/nobody/courses"), empty);
    assert_eq!(answer("/nothing").0, 404);
    simulator.set_quirks(Quirks { unknown_course_is_404: true, ..Quirks::default() });
    assert_eq!(answer("/courses/nobody/users").0, 404);
    assert_eq!(answer(&format!("/courses/{course}/users")), empty);
}

#[test]
fn garbage_in_a_page_is_400_and_a_method_nobody_knows_is_405() {
    let simulator = start(Options::default());
    assert_eq!(get(&simulator, "/users?limit=many").status, 400);
    assert_eq!(get(&simulator, "/users?start=-1").status, 400);
    assert_eq!(get(&simulator, "/users?limit=9999").status, 200);
    let path = "/v1.svc/users?source=s&format=json";
    for method in ["PATCH", "PUT", "DELETE"] {
        assert_eq!(send(&simulator, method, path, Some(&simulator.api_key()), "{}").status, 405);
    }
}

#[test]
fn over_the_limit_is_503_without_a_hint_when_to_come_back() {
    let limit = RateLimit { requests: 3, ..RateLimit::default() };
    let simulator = start(Options { rate_limit: Some(limit), ..Options::default() });
    let answers: Vec<_> = (0..5).map(|_| get(&simulator, "/teams")).collect();
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    // a window may end in between, but not before three were let through
    assert_eq!(statuses[..3], [200, 200, 200]);
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status == 503).collect();
    assert!(!refused.is_empty());
    let body = r#"{"Detail":"Service Unavailable. The API rating limit has been exceeded."}"#;
    assert_eq!(refused[0].text(), body);
    assert!(refused[0].headers.get("retry-after").is_none());
    assert_eq!(refused[0].reason, None, "the status' own reason");
    assert_eq!(simulator.log().refused(), refused.len());
    assert_eq!(simulator.log().count(), 5);
}
