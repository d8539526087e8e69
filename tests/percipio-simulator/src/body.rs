//! What was sent.

use bytes::Bytes;
use hyper::{HeaderMap, header::HeaderValue};
use serde_json::{Map, Value};
use simulator_kit::media_type;

use crate::refusal::Refusal;

/// The body of a request.
#[derive(Debug)]
pub(crate) struct Body {
    bytes: Bytes,
    labelled: bool,
}

impl Body {
    pub(crate) fn new(headers: &HeaderMap<HeaderValue>, bytes: Bytes) -> Self {
        Self { bytes, labelled: media_type(headers).eq_ignore_ascii_case("application/json") }
    }

    /// The one object in the body.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, Refusal> {
        if !self.labelled {
            return Err(Refusal::invalid("the content type is not application/json"));
        }
        serde_json::from_slice(&self.bytes).map_err(|_| Refusal::invalid("body"))
    }

    /// For logs: what was sent, without passwords.
    pub(crate) fn harmless(&self) -> Value {
        simulator_kit::harmless(&self.bytes, |name| name.contains("password"))
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::CONTENT_TYPE;

    use super::*;

    fn body(kind: &str, text: &'static str) -> Body {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        Body::new(&headers, text.into())
    }

    #[test]
    fn only_an_object_that_is_labelled_so_is_read() {
        assert_eq!(body("application/json; charset=utf-8", "{}").object(), Ok(Map::new()));
        for (kind, text) in [("text/plain", "{}"), ("application/json", "[]")] {
            assert_eq!(body(kind, text).object().unwrap_err().status, 400);
        }
    }

    #[test]
    fn a_password_is_not_kept() {
        let harmless = |text| body("application/json", text).harmless();
        assert_eq!(
            harmless(r#"{"a":[{"newPassword":"x","b":1}]}"#),
            serde_json::json!({ "a": [{ "b": 1 }] })
        );
        assert_eq!(harmless("password=x"), "has a password");
    }
}
