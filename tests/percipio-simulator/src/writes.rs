//! The requests that would change an account, for tests that ask what was written, and how often.

use serde::Serialize;
use serde_json::Value;

/// A request to the user management that is no GET.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Write {
    /// The method.
    pub method: String,
    /// The path as it was sent.
    pub path: String,
    /// The query.
    pub query: String,
    /// The body as JSON, or as a text if it is not JSON; null if there is none. No password is in
    /// it.
    pub body: Value,
    /// Whether it was carried out, even if there was nothing left to change, and even if the
    /// answer was lost.
    pub applied: bool,
    /// The id of the account that it created, which a PATCH by external id or login name does too.
    pub created: Option<String>,
    /// Whether mail was sent for it.
    pub mail: bool,
}
