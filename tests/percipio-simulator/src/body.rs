//! What was sent.

use bytes::Bytes;
use hyper::{
    HeaderMap,
    header::{CONTENT_TYPE, HeaderValue},
};
use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// The body of a request.
#[derive(Debug)]
pub(crate) struct Body {
    bytes: Bytes,
    labelled: bool,
}

impl Body {
    pub(crate) fn new(headers: &HeaderMap<HeaderValue>, bytes: Bytes) -> Self {
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        Self { bytes, labelled: kind.eq_ignore_ascii_case("application/json") }
    }

    /// The one object in the body.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, Refusal> {
        if !self.labelled {
            return Err(Refusal::invalid("the content type is not application/json"));
        }
        serde_json::from_slice(&self.bytes).map_err(|_| Refusal::invalid("body"))
    }

    /// For logs: what was sent, without passwords. Text that is no JSON stays text, unless there
    /// may be a password in it.
    pub(crate) fn harmless(&self) -> Value {
        let Ok(text) = std::str::from_utf8(&self.bytes) else { return Value::Null };
        if let Ok(mut value) = serde_json::from_str(text) {
            forget_passwords(&mut value);
            return value;
        }
        match () {
            () if text.is_empty() => Value::Null,
            () if text.to_lowercase().contains("password") => Value::from("has a password"),
            () => Value::from(text),
        }
    }
}

/// Takes every password out, however deep.
fn forget_passwords(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !name.to_ascii_lowercase().contains("password"));
            fields.values_mut().for_each(forget_passwords);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_passwords),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
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
