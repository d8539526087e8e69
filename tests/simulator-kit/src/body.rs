//! What was sent, for those who read it and for logs.

use hyper::{
    HeaderMap,
    header::{CONTENT_TYPE, HeaderValue},
};
use serde_json::Value;

/// The content type without its parameters; empty if there is none.
#[must_use]
pub fn media_type(headers: &HeaderMap<HeaderValue>) -> &str {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.unwrap_or_default().split(';').next().unwrap_or_default().trim()
}

/// For logs: what was sent, without the fields (named in lower case) that are secret, however deep.
/// Text that is no JSON stays text, unless there may be a password in it.
#[must_use]
pub fn harmless(bytes: &[u8], secret: fn(&str) -> bool) -> Value {
    let Ok(text) = std::str::from_utf8(bytes) else { return Value::Null };
    if let Ok(mut value) = serde_json::from_str(text) {
        forget(&mut value, secret);
        return value;
    }
    match () {
        () if text.is_empty() => Value::Null,
        () if text.to_lowercase().contains("password") => Value::from("has a password"),
        () => Value::from(text),
    }
}

fn forget(value: &mut Value, secret: fn(&str) -> bool) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !secret(&name.to_ascii_lowercase()));
            fields.values_mut().for_each(|value| forget(value, secret));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| forget(value, secret)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_is_not_kept_and_all_else_is() {
        let kept = |text: &str| harmless(text.as_bytes(), |name| name == "password");
        assert_eq!(kept(r#"{"a":[{"PassWord":"x","b":1}]}"#), json!({ "a": [{ "b": 1 }] }));
        assert_eq!(kept("<Password>x</Password>"), "has a password");
        assert_eq!((kept("plain"), kept("")), (json!("plain"), Value::Null));
    }
}
