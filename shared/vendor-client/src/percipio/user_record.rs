//! An account as it stands, and what could be changed in it.

use std::collections::BTreeMap;
use std::fmt;

use rollcall_roster::User;
use serde_json::{Value, json};

use super::dialect::{Dialect, Record};
use super::fields::TEXTS;
use super::users;
use crate::answer::{Answer, Undecodable};
use crate::rows::{bad_record, only_value};

/// An account as the vendor gave it.
#[derive(Clone, PartialEq)]
pub struct UserRecord {
    user: User,
    attributes: BTreeMap<String, Value>,
    /// As they were read.
    custom: Vec<Value>,
}

impl UserRecord {
    pub(super) fn read(Answer { body, .. }: &Answer) -> Result<Self, Undecodable> {
        let value = only_value(body)?;
        let custom = value.get("customAttributes").and_then(Value::as_array).cloned();
        let record = Record::new(value, Dialect);
        let mut record = record.map_err(|problem| bad_record(body, problem))?;
        let user = users::user(&mut record);
        let texts = TEXTS.map(|name| (name, record.text(&[name])));
        let texts =
            texts.map(|(name, text)| (name.to_owned(), text.map_or(Value::Null, Value::from)));
        // Of two with one name, the vendor's own field.
        let attributes = users::custom_attributes(&mut record).into_iter().chain(texts).collect();
        Ok(Self { user, attributes, custom: custom.unwrap_or_default() })
    }

    /// The account.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.user
    }

    /// Every attribute that can be set, by its name, with what it holds; unset ones are null. An
    /// account tells all custom attributes of its organization (Percipio reference 4.5).
    #[must_use]
    pub fn attributes(&self) -> &BTreeMap<String, Value> {
        &self.attributes
    }

    /// The custom attributes that hold something, as a write would name them: by the id where there
    /// is one, and to the letter.
    pub(super) fn held(&self) -> impl Iterator<Item = HeldAttribute<'_>> {
        self.custom.iter().filter_map(|item| {
            let value = item.get("value").filter(|value| !value.is_null())?;
            let named = |by: &'static str| {
                item.get(by).filter(|name| name.is_string()).map(|name| (by, name))
            };
            let (by, key) = named("id").or_else(|| named("name"))?;
            let name = item.get("name").and_then(Value::as_str).unwrap_or_default().trim();
            Some(HeldAttribute { name, body: json!({by: key, "value": value}) })
        })
    }
}

/// A custom attribute that holds something.
pub(super) struct HeldAttribute<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// What writes it as it is.
    pub(super) body: Value,
}

impl fmt::Debug for UserRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserRecord").field("user_id", &self.user.user_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::list::tests::answer;
    use super::*;

    #[test]
    fn attributes_that_can_be_set_are_told_even_if_they_are_not_set() {
        let row = json!({"id": "a", "loginName": " ana ", "isInstructor": true, "role": "ADMIN",
            "approvalManager": {"id": "m"}, "customAttributes": [
                {"id": "1", "name": "Cost Center", "value": "2840"},
                {"id": "2", "name": "Geo", "value": null},
                {"id": "3", "name": "jobRole", "value": "x"}]});
        let record = UserRecord::read(&answer(200, &row.to_string())).unwrap();
        let expected = json!({"Cost Center": "2840", "Geo": null, "loginName": "ana",
            "jobTitle": null, "jobRole": null});
        assert_eq!(serde_json::to_value(record.attributes()).unwrap(), expected);
        let user = record.user();
        assert_eq!((user.role.as_deref(), user.manager_id.as_deref()), (Some("ADMIN"), Some("m")));
    }

    #[test]
    fn what_is_no_account_is_none() {
        let read = |body| UserRecord::read(&answer(200, body));
        for body in ["", "<html>", r#"{"id":"a""#] {
            assert!(matches!(read(body), Err(Undecodable::Garbled(_))), "{body}");
        }
        for body in ["[]", "{}", r#"{"error":"No"}"#, r#"{"externalUserId":"E1"}"#] {
            assert!(matches!(read(body), Err(Undecodable::Unexpected(_))), "{body}");
        }
    }
}
