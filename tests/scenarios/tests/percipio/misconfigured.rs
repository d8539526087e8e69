//! What is wrong with the configuration is told by name, before the vendor is asked.

use percipio_simulator::Options;
use scenarios::Scenario;
use serde_json::json;

#[test]
fn a_variable_that_is_missing_or_wrong_is_named() {
    let organization = "ROLLCALL_PERCIPIO_ORGANIZATION_ID";
    for (variable, value) in [
        (organization, None),
        (organization, Some("acme")),
        ("ROLLCALL_REGION", Some("au")),
        ("ROLLCALL_BASE_URL", Some("https://api.percipio.com/user-management")),
        ("ROLLCALL_VENDOR", Some("okta")),
    ] {
        let scenario = Scenario::percipio(Options::default()).with(|environment| match value {
            Some(value) => environment.set(variable, value),
            None => environment.without(variable),
        });
        let error = scenario.call("sync-users", &json!({"run_id": "20261121T220000Z"}));
        let error = error.unwrap_err();
        assert_eq!(error.error_type, "InvalidConfiguration", "{error}");
        assert!(error.error_message.starts_with(variable), "{error}");
        assert_eq!(scenario.requests(), 0);
    }
}

#[test]
fn the_secret_of_another_vendor_is_not_taken() {
    let scenario = Scenario::percipio(Options::default());
    scenario.connection.secret.update(r#"{"api_key": "hunter2"}"#);
    let error = scenario.call("sync-users", &json!({"run_id": "20261121T220000Z"})).unwrap_err();
    assert_eq!(error.error_type, "SecretUnavailable", "{error}");
    assert!(error.error_message.contains("api_token"), "{error}");
    assert!(!error.error_message.contains("hunter2"), "{error}");
}
