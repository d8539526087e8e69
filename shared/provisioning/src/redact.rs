//! What must not be recorded, whoever sends it.

use serde_json::Value;

/// Members whose values are secrets, by what their names end with.
const SECRET: [&str; 10] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "loginkey",
    "apikey",
    "accesskey",
    "token",
    "authorization",
    "secret",
];

/// A body without what nobody may read later.
#[derive(Debug, PartialEq)]
pub(crate) struct Redacted {
    /// What is left.
    pub(crate) body: Value,
    /// The first member whose value was taken out, like `account.attributes.Password`.
    pub(crate) secret: Option<String>,
}

impl Redacted {
    pub(crate) fn of(mut body: Value) -> Self {
        let secret = redact(&mut body, "");
        Self { body, secret }
    }
}

/// Takes the secrets out; tells where the first one was.
fn redact(value: &mut Value, path: &str) -> Option<String> {
    let below = |name: &str| {
        if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
    };
    let mut first = None;
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let found = if SECRET.iter().any(|secret| folded(name).ends_with(secret)) {
                    *value = Value::from("[redacted]");
                    Some(below(name))
                } else {
                    redact(value, &below(name))
                };
                first = first.or(found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                first = first.or(redact(item, &format!("{path}[{index}]")));
            }
        }
        _ => {}
    }
    first
}

fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_not_kept_and_where_they_were_is_known() {
        let body = json!({"a": [1, {"Login_Key": "x"}], "account": {"attributes": {"New-Password": 7, "b": "c"}}});
        let kept = json!({"a": [1, {"Login_Key": "[redacted]"}],
            "account": {"attributes": {"New-Password": "[redacted]", "b": "c"}}});
        let secret = Some("a[1].Login_Key".to_owned());
        assert_eq!(Redacted::of(body), Redacted { body: kept, secret });
        for name in [
            "token",
            "access_token",
            "API-Token",
            "Authorization",
            "db_pwd",
            "pass phrase",
            "passwd",
            "client_secret",
            "AccessKey",
        ] {
            let Redacted { body, secret } = Redacted::of(json!({"x": {name: "hunter2"}}));
            assert_eq!(
                (secret, &body["x"][name]),
                (Some(format!("x.{name}")), &json!("[redacted]"))
            );
        }
        let plain =
            json!({"request_id": "r", "tokens": [], "keys": {"Secretary": "x"}, "auth": null});
        assert_eq!(Redacted::of(plain.clone()), Redacted { body: plain, secret: None });
    }
}
