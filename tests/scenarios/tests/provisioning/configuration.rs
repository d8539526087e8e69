//! Configuration of provisioning: what is missing or wrong is named.

use scenarios::{Function, PLENTY, Provisioning, QueueRecord, sqs_event};

/// A wrong value, or none.
type Case = (&'static str, Option<&'static str>);

const BOTH: [Case; 6] = [
    ("ROLLCALL_CONNECTION", None),
    ("ROLLCALL_VENDOR", None),
    ("ROLLCALL_BUCKET", None),
    ("ROLLCALL_PROVISION_QUEUE_URL", None),
    ("ROLLCALL_PROVISION_QUEUE_URL", Some("requests.fifo")),
    ("ROLLCALL_PROVISION_QUEUE_URL", Some("arn:aws:sqs:us-east-1:000000000000:requests.fifo")),
];

const PROVISION: [Case; 15] = [
    ("ROLLCALL_PROVISIONING", Some("yes")),
    ("ROLLCALL_PROVISIONING", Some("ON")),
    ("ROLLCALL_PROVISIONING", Some("dryrun")),
    ("ROLLCALL_GRANTABLE_ROLES", Some("role:Learner")),
    ("ROLLCALL_GRANTABLE_ROLES", Some("Learner;Administrator")),
    ("ROLLCALL_MAX_GRANT_HOURS", Some("0")),
    ("ROLLCALL_MAX_GRANT_HOURS", Some("-1")),
    ("ROLLCALL_MAX_GRANT_HOURS", Some("1.5")),
    ("ROLLCALL_MAX_GRANT_HOURS", Some("a day")),
    ("ROLLCALL_REQUIRE_TICKET", Some("yes")),
    ("ROLLCALL_REQUIRE_TICKET", Some("1")),
    ("ROLLCALL_OUTCOME_QUEUE_URL", Some("outcomes")),
    ("ROLLCALL_LITMOS_SOURCE", None),
    ("ROLLCALL_SECRET_ID", None),
    ("ROLLCALL_REQUESTS_PER_MINUTE", Some("0")),
];

#[track_caller]
fn assert_named(process: &Function, world: &Provisioning, (variable, value): Case) {
    let event = sqs_event(&[QueueRecord::made_up("{}")], world.requests.arn());
    for _ in 0..2 {
        let error = process.invoke(&event, PLENTY).unwrap_err();
        assert_eq!(error.error_type, "InvalidConfiguration", "{variable}={value:?}: {error}");
        let form = if value.is_none() { "is missing" } else { "must be" };
        let named = format!("{variable} {form}");
        assert!(error.error_message.contains(&named), "{variable}={value:?}: {error}");
    }
}

#[test]
fn every_variable_is_checked() {
    let mut world = Provisioning::new();
    let right = world.scenario.environment.clone();
    for (case, functions) in BOTH
        .map(|case| (case, &["provision", "expire-grants"][..]))
        .into_iter()
        .chain(PROVISION.map(|case| (case, &["provision"][..])))
    {
        world.scenario.environment = match case {
            (variable, Some(value)) => right.clone().set(variable, value),
            (variable, None) => right.clone().without(variable),
        };
        for function in functions {
            assert_named(&world.scenario.start(function), &world, case);
        }
    }
    assert_eq!(world.scenario.requests(), 0);
    assert_eq!(world.scenario.connection.bucket.keys(""), [] as [String; 0]);
}
