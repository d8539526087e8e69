//! Who is let in where, and what errors are like.

use percipio_simulator::{ErrorBodies, Options, Permissions, Quirks, Simulator};
use serde_json::json;

use crate::client::{catalog, common, exchange, path, poll, request, start, users};

fn with_header(simulator: &Simulator, value: Option<&str>) -> u16 {
    let path = path(simulator, "user-management/v1", "users?max=1");
    let mut request = request(simulator, "GET", &path, "");
    match value {
        Some(value) => request.headers_mut().insert("authorization", value.parse().unwrap()),
        None => request.headers_mut().remove("authorization"),
    };
    exchange(simulator, request).unwrap().status
}

#[test]
fn only_the_token_after_the_literal_word_is_let_in() {
    let simulator = start(Options::default());
    let token = simulator.api_token();
    assert_eq!(token.split('.').count(), 3);
    for (value, status) in [
        (Some(format!("Bearer {token}")), 200),
        (Some(format!("bearer {token}")), 401),
        (Some(format!("Bearer {token}x")), 401),
        (Some(token.clone()), 401),
        (None, 401),
    ] {
        assert_eq!(with_header(&simulator, value.as_deref()), status);
    }
    simulator.set_api_token("other");
    assert_eq!(with_header(&simulator, Some(&format!("Bearer {token}"))), 401);
    assert_eq!(with_header(&simulator, Some("Bearer other")), 200);
}

#[test]
fn another_organisation_is_refused() {
    let simulator = start(Options::default());
    let other = "/user-management/v1/organizations/6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01/users";
    let status = || exchange(&simulator, request(&simulator, "GET", other, "")).unwrap().status;
    assert_eq!(status(), 403);
    simulator.set_quirks(Quirks { wrong_organization_status: 401, ..Quirks::default() });
    assert_eq!(status(), 401);
}

#[test]
fn each_service_has_a_permission_of_its_own() {
    let simulator = start(Options::default());
    let any = "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01";
    let statuses = |permissions| {
        simulator.set_permissions(permissions);
        [
            users(&simulator, "users?max=1").status,
            catalog(&simulator, "max=1").status,
            poll(&simulator, any).status,
            common(&simulator, "v1", "custom-attributes").status,
        ]
    };
    let all = Permissions::default();
    assert_eq!(statuses(all), [200, 200, 404, 200]);
    assert_eq!(statuses(Permissions { user_management: false, ..all }), [403, 200, 404, 200]);
    assert_eq!(statuses(Permissions { content_discovery: false, ..all }), [200, 403, 404, 200]);
    assert_eq!(statuses(Permissions { reporting: false, ..all }), [200, 200, 403, 200]);
    simulator.set_quirks(Quirks { missing_permission_status: 401, ..Quirks::default() });
    assert_eq!(statuses(Permissions { common: false, ..all }), [200, 200, 404, 401]);
}

#[test]
fn errors_are_the_gateways_or_a_services_or_nothing_that_can_be_read() {
    let simulator = start(Options::default());
    let unauthorized = || {
        let path = path(&simulator, "user-management/v1", "users");
        let mut request = request(&simulator, "GET", &path, "");
        request.headers_mut().remove("authorization");
        exchange(&simulator, request).unwrap()
    };
    assert_eq!(unauthorized().json(), json!({ "error": "Unauthorized" }));
    let missing = users(&simulator, "users/nobody");
    let expected = json!({ "errors": [{ "code": "not_found", "additionalInfo": "user" }] });
    assert_eq!(missing.json(), expected);
    for (error_bodies, kind) in [(ErrorBodies::Empty, None), (ErrorBodies::Html, Some("text/html"))]
    {
        simulator.set_quirks(Quirks { error_bodies, ..Quirks::default() });
        for answer in [unauthorized(), users(&simulator, "users/nobody")] {
            assert_eq!(answer.header("content-type"), kind);
            assert_eq!(answer.text().is_empty(), kind.is_none());
        }
    }
}

#[test]
fn other_paths_are_404() {
    let simulator = start(Options::default());
    for path in [
        "/users".to_owned(),
        path(&simulator, "user-management/v2", "users"),
        path(&simulator, "content-discovery/v1", "catalog-content"),
        path(&simulator, "content-discovery/v2", "search-content?q=x"),
        path(&simulator, "reporting/v1", "report-requests"),
        path(&simulator, "reporting/v1", "report-requests/learning-activity").replace("v1", "v3"),
        path(&simulator, "user-management/v1", "users/a/b/c"),
    ] {
        let answer = exchange(&simulator, request(&simulator, "GET", &path, "")).unwrap();
        assert_eq!(answer.status, 404, "{path}");
    }
}
