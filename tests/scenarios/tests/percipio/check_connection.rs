//! `check-connection`: each service by itself, and what the tenant has.

use percipio_simulator::{Fault, Options, Permissions, Quirks, Rule};
use scenarios::Scenario;
use serde_json::{Value, json};

const CHECKS: [&str; 7] = [
    "credentials",
    "read_users",
    "read_teams",
    "read_courses",
    "read_enrolments",
    "read_attributes",
    "snapshot_bucket",
];

type Simulated = Scenario<percipio_simulator::Simulator>;

fn check(scenario: &Simulated) -> Value {
    scenario.call("check-connection", &json!({})).unwrap()
}

/// The checks that failed.
fn failed(answer: &Value) -> Vec<&str> {
    let checks = answer["checks"].as_array().unwrap();
    assert!(checks.iter().map(|check| &check["name"]).eq(&CHECKS), "{answer:#}");
    assert!(checks.iter().all(|check| check["message"] != ""), "{answer:#}");
    let failed = checks.iter().filter(|check| check["ok"] != true);
    let failed: Vec<_> = failed.map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!(answer["ok"], failed.is_empty());
    failed
}

fn message(answer: &Value, name: &str) -> String {
    let checks = answer["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == name).unwrap();
    scenarios::text(&check["message"])
}

#[test]
fn all_is_well_and_this_is_what_the_tenant_has() {
    let scenario = Scenario::percipio(Options::default());
    let answer = check(&scenario);
    assert_eq!(failed(&answer), [] as [&str; 0], "{answer:#}");
    assert_eq!(
        (&answer["vendor"], &answer["counts"]),
        (&json!("percipio"), &json!({"users": 200}))
    );
    let attributes = answer["schema"]["user_attributes"].as_array().unwrap();
    let names = scenario.simulator.world().attribute_names();
    assert!(names.iter().all(|name| attributes.contains(&json!(name))), "{answer:#}");
    assert!(attributes.contains(&json!("jobTitle")), "{answer:#}");
    assert_eq!(answer["schema"]["roles"], json!(scenario.simulator.truth().roles()));
    assert!(scenario.simulator.writes().is_empty() && scenario.simulator.reports().is_empty());
    assert_eq!(scenario.requests(), 5);
}

#[test]
fn each_service_fails_by_itself() {
    let all = Permissions::default();
    for (permissions, expected) in [
        (Permissions { user_management: false, ..all }, &["read_users"][..]),
        (Permissions { content_discovery: false, ..all }, &["read_courses"]),
        (Permissions { reporting: false, ..all }, &["read_enrolments"]),
        // Nothing needs it.
        (Permissions { common: false, ..all }, &[]),
        (
            Permissions { user_management: false, content_discovery: false, ..all },
            &["read_users", "read_courses"],
        ),
    ] {
        for missing_permission_status in [401, 403] {
            let quirks = Quirks { missing_permission_status, ..Quirks::default() };
            let options = Options { permissions, quirks, ..Options::default() };
            let answer = check(&Scenario::percipio(options));
            assert_eq!(failed(&answer), expected, "{missing_permission_status}: {answer:#}");
            for name in expected {
                assert!(message(&answer, name).contains("forbids"), "{answer:#}");
            }
        }
    }
}

#[test]
fn what_is_not_there_says_nothing_about_the_token() {
    let scenario = Scenario::percipio(Options::default());
    scenario.simulator.faults().add(Rule::new(Fault::NotFound).on("/custom-attributes"));
    let answer = check(&scenario);
    assert_eq!(failed(&answer), [] as [&str; 0], "{answer:#}");
    // A server that knows nothing is no Percipio.
    scenario.simulator.faults().add(Rule::new(Fault::NotFound));
    let answer = check(&scenario);
    assert_eq!(failed(&answer), CHECKS[..6], "{answer:#}");
}

#[test]
fn a_wrong_token_or_organization_is_something_to_act_on() {
    let wrong_token = Scenario::percipio(Options::default());
    wrong_token.simulator.set_api_token("another");
    let other = "11111111-2222-4333-8444-555555555555";
    let wrong_organization = Scenario::percipio(Options::default())
        .with(|environment| environment.set("ROLLCALL_PERCIPIO_ORGANIZATION_ID", other));
    let answer = check(&wrong_token);
    assert_eq!(failed(&answer), CHECKS[..6], "{answer:#}");
    let told = message(&answer, "credentials");
    assert!(told.contains("API token") && told.contains("organization id"), "{told}");
    let answer = check(&wrong_organization);
    assert!(failed(&answer).contains(&"read_users"), "{answer:#}");
    let quirks = Quirks { wrong_organization_status: 401, ..Quirks::default() };
    wrong_organization.simulator.set_quirks(quirks);
    let answer = check(&wrong_organization);
    assert_eq!(failed(&answer), CHECKS[..6], "{answer:#}");
}
