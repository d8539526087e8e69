//! Why a request is refused.

use serde_json::json;

use crate::quirks::ErrorBodies;

/// A status and who says it in which words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    words: Words,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Words {
    /// `{"error": text}`.
    Gateway(String),
    /// `{"errors": [{"code", "additionalInfo"}]}`.
    Service { code: &'static str, about: String },
}

impl Refusal {
    /// As the gateway says it: who is asking, how often.
    pub(crate) fn gateway(status: u16, text: impl Into<String>) -> Self {
        Self { status, words: Words::Gateway(text.into()) }
    }

    /// As a service says it.
    pub(crate) fn service(status: u16, code: &'static str, about: impl Into<String>) -> Self {
        Self { status, words: Words::Service { code, about: about.into() } }
    }

    /// For a parameter or a body that cannot be right.
    pub(crate) fn invalid(about: impl Into<String>) -> Self {
        Self::service(400, "invalid_request", about)
    }

    /// For what is well formed and cannot be done.
    pub(crate) fn unprocessable(code: &'static str, about: impl Into<String>) -> Self {
        Self::service(422, code, about)
    }

    pub(crate) fn not_found(about: impl Into<String>) -> Self {
        Self::service(404, "not_found", about)
    }

    /// For a path that nobody answers.
    pub(crate) fn no_route() -> Self {
        Self::gateway(404, "Not Found")
    }

    /// The body and its content type, if there is one.
    pub(crate) fn body(&self, bodies: ErrorBodies) -> Option<(&'static str, String)> {
        let value = match &self.words {
            Words::Gateway(text) => json!({ "error": text }),
            Words::Service { code, about } if about.is_empty() => {
                json!({ "errors": [{ "code": code }] })
            }
            Words::Service { code, about } => {
                json!({ "errors": [{ "code": code, "additionalInfo": about }] })
            }
        };
        match bodies {
            ErrorBodies::Described => Some(("application/json", value.to_string())),
            ErrorBodies::Empty => None,
            ErrorBodies::Html => Some((
                "text/html",
                format!("<html><body><h1>{} Error</h1></body></html>", self.status),
            )),
        }
    }
}
