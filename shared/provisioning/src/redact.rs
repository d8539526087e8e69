//! What must not be recorded, whoever sends it.

use serde_json::Value;

/// Members whose values are secrets, by what their names end with.
const SECRET: [&str; 5] = ["password", "loginkey", "apikey", "apitoken", "secret"];

/// The body without what nobody may read later.
#[must_use]
pub(crate) fn redacted(mut body: Value) -> Value {
    match &mut body {
        Value::Object(members) => {
            for (name, value) in members {
                let is_secret = SECRET.iter().any(|secret| folded(name).ends_with(secret));
                *value = if is_secret { Value::from("[redacted]") } else { redacted(value.take()) };
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = redacted(item.take())),
        _ => {}
    }
    body
}

fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_not_kept() {
        let body = json!({"a": [{"Login_Key": "x"}], "account": {"attributes": {"New-Password": 7, "b": "c"}}});
        let kept = json!({"a": [{"Login_Key": "[redacted]"}],
            "account": {"attributes": {"New-Password": "[redacted]", "b": "c"}}});
        assert_eq!(redacted(body), kept);
    }
}
