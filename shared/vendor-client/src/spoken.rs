//! An answer other than success, as it came: whose word it is.

use reqwest::StatusCode;
use serde_json::Value;

use crate::markup::is_page;
use crate::problem::own_reason;

/// An answer other than success.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spoken<'a> {
    pub(crate) status: StatusCode,
    pub(crate) reason: Option<&'a str>,
    pub(crate) body: &'a [u8],
}

impl Spoken<'_> {
    /// Whether there is no body.
    pub(crate) fn has_no_body(&self) -> bool {
        self.body.trim_ascii().is_empty()
    }

    /// Whether it is a page for people, which is said by no vendor to a program.
    pub(crate) fn is_page(&self) -> bool {
        is_page(&String::from_utf8_lossy(self.body))
    }

    /// Whether the reason phrase says more than the status does.
    pub(crate) fn has_own_reason(&self) -> bool {
        own_reason(self.status, self.reason).is_some()
    }

    /// Whether the body is a JSON object with a sentence of this name.
    pub(crate) fn tells(&self, name: &str) -> bool {
        let Ok(Value::Object(members)) = serde_json::from_slice(self.body) else { return false };
        members.iter().any(|(found, told)| {
            found.eq_ignore_ascii_case(name)
                && told.as_str().is_some_and(|text| !text.trim().is_empty())
        })
    }
}
