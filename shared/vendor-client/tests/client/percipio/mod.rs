//! The client of Percipio.

mod lookups;
mod redaction;
mod reports;
mod requests;
mod statuses;
mod streams;
mod waits;
mod writes;

use crate::server::ORGANIZATION;

/// A UUID of somebody.
const ANA: &str = "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01";

/// `GET {service}/organizations/{id}{rest}`
fn line(method: &str, service: &str, rest: &str) -> String {
    format!("{method} /{service}/organizations/{ORGANIZATION}{rest}")
}
