//! What the tests of provisioning have in common.

use std::collections::BTreeSet;

use jiff::Timestamp;
use scenarios::{Provisioning, text};
use serde_json::{Value, json};

/// Asserts on a whole outcome but for its message, its sender and its times. What is not expected is what a
/// request has that nothing came of; `result` is only looked at where it is told.
#[track_caller]
pub(crate) fn assert_outcome(outcome: &Value, request: &Value, expected: Value) {
    let copied = |name: &str| request.get(name).cloned().unwrap_or_default();
    let mut whole = json!({
        "version": 1,
        "request_id": copied("request_id"),
        "operation": copied("operation"),
        "status": null,
        "code": null,
        "principal": { "user_id": null, "user_name": null },
        "entitlement": copied("entitlement"),
        "effects": [],
        "result": outcome["result"],
        "requested_by": copied("requested_by"),
        "reason": copied("reason"),
        "ticket": copied("ticket"),
    });
    whole.as_object_mut().unwrap().extend(expected.as_object().unwrap().clone());
    let mut told = outcome.clone();
    let members = told.as_object_mut().unwrap();
    let message = text(&members.remove("message").unwrap_or_default());
    assert!(!message.is_empty(), "{outcome:#}");
    let sender = text(&members.remove("sender").unwrap_or_default());
    assert!(!sender.is_empty(), "as the queue tells it: {outcome:#}");
    let [started, finished] = ["started_at", "finished_at"]
        .map(|name| text(&members.remove(name).unwrap_or_default()).parse::<Timestamp>().unwrap());
    assert!(started <= finished && finished <= Timestamp::now(), "{outcome:#}");
    assert_eq!(told, whole, "{message}");
}

/// Asserts that a request was rejected by a rule; the message must name `about`.
#[track_caller]
pub(crate) fn assert_rejected(outcome: &Value, request: &Value, code: &str, about: &str) {
    let principal = outcome["principal"].clone();
    let expected = json!({ "status": "rejected", "code": code, "principal": principal });
    assert_outcome(outcome, request, expected);
    let message = text(&outcome["message"]);
    assert!(message.contains(about), "{message} does not name {about}");
}

/// Asks and asserts that the request is rejected, and that nothing is written at the vendor.
#[track_caller]
pub(crate) fn assert_rejects(world: &Provisioning, request: &Value, code: &str, about: &str) {
    let writes = world.writes().len();
    assert_rejected(&world.ask(request), request, code, about);
    assert_eq!(world.writes().len(), writes, "{:#?}", world.writes());
}

/// An outcome's status and code.
pub(crate) fn verdict(outcome: &Value) -> (String, Option<String>) {
    (text(&outcome["status"]), outcome["code"].as_str().map(str::to_owned))
}

/// The same, to compare with.
pub(crate) fn is(status: &str, code: Option<&str>) -> (String, Option<String>) {
    (status.to_owned(), code.map(str::to_owned))
}

/// An effect as outcomes tell it.
pub(crate) fn effect(action: &str, detail: Value) -> Value {
    json!({ "action": action, "detail": detail })
}

/// What somebody has in a team that changes.
pub(crate) fn standing(action: &str, team_id: &str, user_id: &str) -> Value {
    effect(action, json!({ "team_id": team_id, "user_id": user_id }))
}

/// Everything that is so at the vendor and that a request could change, a line each.
pub(crate) fn facts(world: &Provisioning) -> BTreeSet<String> {
    let (truth, mut facts) = (world.vendor().truth(), BTreeSet::new());
    for member in truth.memberships() {
        let roles = [("leader", member.leader), ("admin", member.admin), ("member", true)];
        let roles = roles.into_iter().filter(|(_, has)| *has);
        let (team, user) = (&member.team_id, &member.user_id);
        facts.extend(roles.map(|(role, _)| format!("{team} {role} {user}")));
    }
    for id in world.vendor().world().user_ids() {
        let fields = truth.user_record(&id).unwrap().into_iter();
        facts.extend(fields.map(|(name, value)| format!("{id} {name} = {value}")));
        let [courses, paths] = [truth.courses_of(&id), truth.learning_paths_of(&id)];
        facts.extend(courses.into_iter().map(|(course, _)| format!("{id} has course {course}")));
        facts.extend(paths.into_iter().map(|(path, _)| format!("{id} has path {path}")));
    }
    for team in truth.teams() {
        let (name, above) = (team.name.unwrap(), team.parent_team_id.unwrap_or_default());
        facts.insert(format!("team {} {name} below {above:?}", team.team_id));
    }
    facts
}

/// What is no longer so (`-`) and what is so since (`+`).
pub(crate) fn changes(before: &BTreeSet<String>, world: &Provisioning) -> Vec<String> {
    let after = facts(world);
    let gone = before.difference(&after).map(|fact| format!("- {fact}"));
    let new = after.difference(before).map(|fact| format!("+ {fact}"));
    gone.chain(new).collect()
}
