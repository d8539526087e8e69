//! The bodies of requests, and the ends of grants.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Duration,
};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Person;

/// A request with an id of its own and everything else that every request has, and these members.
///
/// # Panics
/// If the members are no object.
#[must_use]
pub fn request(operation: &str, members: Value) -> Value {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let mut body = json!({
        "request_id": format!("req-{}", COUNT.fetch_add(1, Ordering::Relaxed)),
        "operation": operation,
        "reason": "covers for Bo",
        "ticket": "IAM-311",
        "requested_by": "lee@example.org",
    });
    let Value::Object(members) = members else { panic!("{members} is no object") };
    body.as_object_mut().expect("it was made as one").extend(members);
    body
}

/// A grant without an end, by the user's id.
#[must_use]
pub fn grant(to: &Person, entitlement: &str) -> Value {
    request("grant", json!({ "principal": to.by_id(), "entitlement": entitlement }))
}

/// A revocation, by the user's id.
#[must_use]
pub fn revoke(from: &Person, entitlement: &str) -> Value {
    request("revoke", json!({ "principal": from.by_id(), "entitlement": entitlement }))
}

/// A grant with an end.
#[must_use]
pub fn ending(mut grant: Value, end: Timestamp) -> Value {
    grant["expires_at"] = end.to_string().into();
    grant
}

/// An instant that can be waited for, and is not over before a request was carried out.
#[must_use]
pub fn soon() -> Timestamp {
    Timestamp::now() + Duration::from_millis(2_500)
}

/// Waits until the clock says so.
pub fn wait_until(instant: Timestamp) {
    while let Ok(left) = Duration::try_from(instant.duration_since(Timestamp::now()))
        && !left.is_zero()
    {
        thread::sleep(left);
    }
}
