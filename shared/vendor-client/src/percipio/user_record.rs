//! An account as it stands, and what could be changed in it.

use std::collections::BTreeMap;
use std::fmt;

use rollcall_roster::User;
use serde_json::{Value, value::RawValue};

use super::dialect::{Dialect, Record};
use super::fields::TEXTS;
use super::users;
use crate::answer::{Answer, Undecodable};
use crate::json_text::readable_json;
use crate::rows::{bad_record, elements, json, members, only_value};

/// An account as the vendor gave it.
#[derive(Clone, PartialEq)]
pub struct UserRecord {
    user: User,
    attributes: BTreeMap<String, Value>,
    held: Vec<HeldAttribute>,
}

/// A custom attribute that holds something.
#[derive(Clone, PartialEq)]
pub(super) struct HeldAttribute {
    /// Its name.
    pub(super) name: String,
    /// The JSON that writes it as it came: by the id where there is one, and to the letter.
    pub(super) json: String,
}

impl UserRecord {
    /// Texts may stand in the answer as they were written: what cannot be read of them is U+FFFD in the
    /// account, and goes back as it came.
    pub(super) fn read(Answer { body, .. }: &Answer) -> Result<Self, Undecodable> {
        let value = only_value(readable_json(body).as_bytes())?;
        let record = Record::new(value, Dialect);
        let mut record = record.map_err(|problem| bad_record(body, problem))?;
        let user = users::user(&mut record);
        let texts = TEXTS.map(|name| (name, record.text(&[name])));
        let texts =
            texts.map(|(name, text)| (name.to_owned(), text.map_or(Value::Null, Value::from)));
        // Of two with one name, the vendor's own field.
        let attributes = users::custom_attributes(&mut record).into_iter().chain(texts).collect();
        Ok(Self { user, attributes, held: held(body).unwrap_or_default() })
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

    /// The custom attributes that hold something.
    pub(super) fn held(&self) -> &[HeldAttribute] {
        &self.held
    }
}

/// None, if there is no list of them.
fn held(body: &[u8]) -> Option<Vec<HeldAttribute>> {
    let custom = *members(json(body).ok()?).get("customAttributes")?;
    Some(elements(custom).ok()?.into_iter().filter_map(held_attribute).collect())
}

fn held_attribute(item: &RawValue) -> Option<HeldAttribute> {
    let item = members(item);
    let value = item.get("value").filter(|value| value.get() != "null")?.get();
    let text =
        |name: &str| item.get(name).map(|text| text.get()).filter(|text| text.starts_with('"'));
    let (by, key) = ["id", "name"].into_iter().find_map(|by| text(by).map(|key| (by, key)))?;
    let name = readable_json(text("name").unwrap_or_default().as_bytes());
    let name: String = serde_json::from_str(&name).unwrap_or_default();
    let json = format!(r#"{{"{by}":{key},"value":{value}}}"#);
    Some(HeldAttribute { name: name.trim().to_owned(), json })
}

impl fmt::Debug for UserRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserRecord").field("user_id", &self.user.user_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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

    /// Else a write of another attribute might take it away.
    #[test]
    fn what_names_itself_twice_is_kept() {
        let row = r#"{"id": "a", "customAttributes": [{"id": "1", "id": "2", "value": "x"}]}"#;
        let record = UserRecord::read(&answer(200, row)).unwrap();
        assert_eq!(record.held()[0].json, r#"{"id":"2","value":"x"}"#);
    }

    #[test]
    fn half_an_emoji_goes_back_as_it_came() {
        let row = r#"{"id": "a", "firstName": "Ada \ud83d", "customAttributes": [
            {"id": "1", "name": "Fun \ud83d", "value": "x\ud83d"}]}"#;
        let record = UserRecord::read(&answer(200, row)).unwrap();
        assert_eq!(record.user().first_name.as_deref(), Some("Ada \u{fffd}"));
        let [HeldAttribute { name, json }] = record.held() else { panic!() };
        assert_eq!((&**name, &**json), ("Fun \u{fffd}", r#"{"id":"1","value":"x\ud83d"}"#));
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
