//! Which fields of an account are attributes: text and switches that a caller names by their wire
//! names, custom fields among them.

use serde_json::Value;

use crate::AttributeError;

/// Fields with a meaning of their own. They have setters of their own, so that nobody becomes an
/// administrator by way of an attribute.
const OWN_SETTERS: [&str; 8] = [
    "UserName",
    "IsCustomUsername",
    "FirstName",
    "LastName",
    "Email",
    "AccessLevel",
    "Active",
    "ManagerId",
];
/// What only the vendor writes (Litmos reference 5.1.2).
const READ_ONLY: [&str; 12] = [
    "Id",
    "FullName",
    "LastLogin",
    "LoginKey",
    "Password",
    "OriginalId",
    "CreatedDate",
    "UpdatedDate",
    "CreatedBy",
    "UpdatedBy",
    "Points",
    "ManagerName",
];

/// Whether a field is one.
pub(super) fn is_attribute(name: &str) -> bool {
    let mut others = OWN_SETTERS.iter().chain(&READ_ONLY);
    !others.any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether a field may be set to a value as an attribute; `before` is what it holds, if known.
///
/// A value of the wrong type makes the vendor answer 500 (4.2), which would look like an outage.
pub(super) fn check(
    name: &str,
    before: Option<&Value>,
    value: &Value,
) -> Result<(), AttributeError> {
    if !is_attribute(name) {
        return Err(AttributeError::NotAnAttribute(name.to_owned()));
    }
    let (fits, expected) = match before {
        Some(Value::Bool(_)) => (value.is_boolean(), "true or false"),
        Some(Value::Number(_)) => (value.is_number(), "a number"),
        Some(Value::String(_)) => (value.is_string() || value.is_null(), "text"),
        _ => (!value.is_object() && !value.is_array(), "a single value"),
    };
    let wrong = || AttributeError::WrongType { name: name.to_owned(), expected };
    if fits { Ok(()) } else { Err(wrong()) }
}
