//! What a message says: a JSON object that means one thing. Pure.

use std::{collections::BTreeSet, fmt};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Value, value::RawValue};

use crate::redact::Redacted;

/// What programs on the way wrap a message in: members that give it away, and what to do.
const ENVELOPES: [(&[&str], &str); 4] = [
    (&["Type", "TopicArn", "Message"], "an SNS notification: switch on raw message delivery"),
    (&["detail-type", "detail"], "an EventBridge event: let the rule's target send $.detail only"),
    (&["specversion", "data"], "a CloudEvent: send its data only"),
    (&["Records"], "a batch of an AWS service: send the body of each record"),
];

/// A message's body.
#[derive(Debug, PartialEq)]
pub(crate) struct MessageBody {
    /// What it says, without what must not be recorded.
    pub(crate) body: Value,
    /// Why it is carried out by no means, though its id can be read.
    pub(crate) unfit: Option<String>,
}

impl MessageBody {
    /// Reads a message's text. Programs of Windows put a byte order mark before it.
    ///
    /// # Errors
    /// Why it is no request.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let not_json = |error| format!("the message is no JSON: {error}");
        let body: Value = serde_json::from_str(text).map_err(not_json)?;
        if let Some(wrapped) = wrapped(&body) {
            return Err(format!("the message is {wrapped}"));
        }
        let repeated = repeated(serde_json::from_str(text).map_err(not_json)?, "");
        if repeated.as_deref() == Some("request_id") {
            return Err("request_id is there twice".to_owned());
        }
        let Redacted { body, secret } = Redacted::of(body);
        let secret = secret
            .map(|field| format!("{field} is a secret by its name, and has no place in a request"));
        let repeated =
            repeated.map(|field| format!("{field} is there twice: nobody can tell which is meant"));
        Ok(Self { body, unfit: secret.or(repeated) })
    }
}

/// What a message is wrapped in.
fn wrapped(body: &Value) -> Option<&'static str> {
    match body {
        Value::String(text) if text.trim_start().starts_with('{') => {
            Some("a text that holds JSON: send the object itself, encoded once")
        }
        Value::Object(members) if !members.contains_key("request_id") => {
            let is_in = |names: &[&str]| names.iter().all(|name| members.contains_key(*name));
            ENVELOPES.iter().find(|(names, _)| is_in(names)).map(|(_, what)| *what)
        }
        _ => None,
    }
}

/// The first member that an object has twice, like `account.role`. Of two JSON takes either (RFC
/// 8259, 4): what somebody has read and approved would not be what is done.
fn repeated(value: &RawValue, path: &str) -> Option<String> {
    match value.get().as_bytes().first() {
        Some(b'{') => {
            let Members(members) = serde_json::from_str(value.get()).ok()?;
            let mut names = BTreeSet::new();
            members.iter().find_map(|(name, value)| {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                if names.insert(name) { repeated(value, &path) } else { Some(path) }
            })
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
            let mut items = items.into_iter().enumerate();
            items.find_map(|(index, item)| repeated(item, &format!("{path}[{index}]")))
        }
        _ => None,
    }
}

/// The members of an object, as they stand there.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_mark_before_a_message_is_skipped() {
        let read = MessageBody::read("\u{feff}{\"request_id\": \"r\"}");
        assert_eq!(read, Ok(MessageBody { body: json!({"request_id": "r"}), unfit: None }));
    }

    #[test]
    fn what_a_message_is_wrapped_in_is_named() {
        let inner = json!({"request_id": "r"}).to_string();
        for (text, what) in [
            (
                json!({"Type": "Notification", "TopicArn": "arn", "Message": inner}).to_string(),
                "an SNS notification",
            ),
            (json!({"detail-type": "x", "detail": {}}).to_string(), "an EventBridge event"),
            (json!({"specversion": "1.0", "data": {}}).to_string(), "a CloudEvent"),
            (json!({"Records": [{"body": inner}]}).to_string(), "a batch of an AWS service"),
            (json!(inner).to_string(), "a text that holds JSON"),
            ("{".to_owned(), "no JSON: "),
        ] {
            let told = MessageBody::read(&text).unwrap_err();
            assert!(told.starts_with(&format!("the message is {what}")), "{told}");
        }
        // Whatever else it has, it is a request.
        let own = json!({"request_id": "r", "Records": []}).to_string();
        assert!(MessageBody::read(&own).is_ok());
    }

    #[test]
    fn a_member_that_is_there_twice_is_named() {
        for (text, field) in [
            (r#"{"request_id":"r","a":1,"a":1}"#, Some("a")),
            (r#"{"request_id":"r","a":{"b":1,"\u0062":2}}"#, Some("a.b")),
            (r#"{"request_id":"r","m":[{"x":1},{"x":1,"x":2}]}"#, Some("m[1].x")),
            (r#"{"request_id":"r","a":{"b":1},"b":2}"#, None),
        ] {
            let unfit = MessageBody::read(text).unwrap().unfit;
            let told = field.map(|field| format!("{field} is there twice"));
            assert_eq!(unfit.is_some(), told.is_some(), "{text}: {unfit:?}");
            assert!(unfit.unwrap_or_default().starts_with(&told.unwrap_or_default()), "{text}");
        }
        let unclear = MessageBody::read(r#"{"request_id":"a","request_id":"b"}"#);
        assert_eq!(unclear, Err("request_id is there twice".to_owned()));
    }
}
