//! What several of these tests need.

use scenarios::{CallGate, FunctionError, Person, Provisioning, QueueRecord, sqs_event, text};
use serde_json::{Value, json};

/// An outcome's status and code.
pub(crate) fn verdict(outcome: &Value) -> (String, Option<String>) {
    (text(&outcome["status"]), outcome["code"].as_str().map(str::to_owned))
}

/// The same, to compare with.
pub(crate) fn is(status: &str, code: Option<&str>) -> (String, Option<String>) {
    (status.to_owned(), code.map(str::to_owned))
}

/// The id of a request.
pub(crate) fn id(request: &Value) -> String {
    text(&request["request_id"])
}

/// Somebody new: an active learner in no team, with no course and no learning path.
pub(crate) fn somebody(world: &Provisioning) -> Person {
    let organisation = world.vendor().world();
    let id = organisation.add_user("Dee", "Hill");
    // Every so many accounts begin as administrators.
    assert!(organisation.set_level(&id, "Learner"));
    Person::at(world.vendor(), &id)
}

/// What was written at the vendor, a line each.
pub(crate) fn written(world: &Provisioning) -> Vec<String> {
    world.writes().into_iter().map(|write| write.line).collect()
}

/// The same world seen through a gate.
pub(crate) fn behind(gate: &CallGate, world: Provisioning) -> Provisioning {
    world.with(|environment| {
        environment.set("AWS_ENDPOINT_URL", gate.aws()).set("ROLLCALL_BASE_URL", gate.vendor())
    })
}

/// A gate before everything that this world's functions call.
pub(crate) fn gate_before(world: &Provisioning) -> CallGate {
    CallGate::before(&world.scenario.connection.endpoint, &world.vendor().base_url())
}

/// Makes it so that the time of a lease that nobody gave back has passed.
pub(crate) fn let_lease_run_out(world: &Provisioning) {
    let connection = &world.scenario.connection;
    let key = format!("{}/locks/provision.json", connection.name);
    let mut lease = connection.bucket.get_json(&key).unwrap_or_default();
    if lease["owner"].is_string() {
        lease["until"] = json!("2020-01-01T00:00:00Z");
        connection.bucket.put(&key, lease.to_string());
    }
}

/// A batch of one message.
pub(crate) fn alone(world: &Provisioning, record: &QueueRecord) -> Value {
    batch(world, std::slice::from_ref(record))
}

/// A batch of messages.
pub(crate) fn batch(world: &Provisioning, records: &[QueueRecord]) -> Value {
    sqs_event(records, world.requests.arn())
}

/// Which messages of a batch have to come again.
#[track_caller]
pub(crate) fn again(answer: Result<Value, FunctionError>) -> Vec<String> {
    let answer = answer.unwrap();
    let failures = answer["batchItemFailures"].as_array().unwrap();
    failures.iter().map(|failure| text(&failure["itemIdentifier"])).collect()
}
