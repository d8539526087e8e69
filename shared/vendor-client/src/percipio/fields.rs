//! Fields of an account that are to be written.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value, json};

use super::user_record::HeldAttribute;
use super::{UserRecord, UserRef};
use crate::AttributeError;

/// Fields of the vendor's own that are attributes: text that gives nobody any right.
pub(super) const TEXTS: [&str; 3] = ["loginName", "jobTitle", "jobRole"];
/// All other fields (Percipio reference 4.2). Rights are among them: they are not given by way of
/// an attribute.
const OTHERS: [&str; 21] = [
    "id",
    "externalUserId",
    "email",
    "isActive",
    "firstName",
    "lastName",
    "role",
    "customAttributes",
    "approvalManager",
    "directHrManager",
    "isInstructor",
    "hasEnterpriseCoachingDashboard",
    "hasCoaching",
    "hasEnterpriseCoaching",
    "isLXDCreator",
    "isLXDPublisher",
    "updatedAt",
    "password",
    "newPassword",
    "mustResetPassword",
    "sendWelcomeEmail",
];

/// What is to be written of an account. What is not set here is not sent, and stays as it is.
///
/// An empty text empties a field.
#[derive(Clone, Default, PartialEq)]
pub struct UserFields {
    fields: Map<String, Value>,
    custom: BTreeMap<String, Value>,
    kept: Vec<HeldAttribute>,
}

impl UserFields {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing is to be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.custom.is_empty()
    }

    /// The attributes that an account may have, blank, given the names of the organization's
    /// [custom attributes](super::Percipio::custom_attributes).
    pub fn blank_attributes(custom: impl IntoIterator<Item = String>) -> BTreeMap<String, Value> {
        let names = custom.into_iter().chain(TEXTS.map(str::to_owned));
        names.map(|name| (name, Value::Null)).collect()
    }

    /// The customer's key of the account, by which Rollcall knows a user's name.
    pub fn set_external_user_id(&mut self, id: &str) {
        self.fields.insert("externalUserId".to_owned(), id.into());
    }

    /// Whether the account may be used.
    pub fn set_active(&mut self, active: bool) {
        self.fields.insert("isActive".to_owned(), active.into());
    }

    /// The role, by the vendor's name; an account has exactly one.
    pub fn set_role(&mut self, role: &str) {
        self.fields.insert("role".to_owned(), role.into());
    }

    /// The given and the family name; `None` leaves one as it is.
    pub fn set_names(&mut self, first: Option<&str>, last: Option<&str>) {
        for (name, text) in [("firstName", first), ("lastName", last)] {
            if let Some(text) = text {
                self.fields.insert(name.to_owned(), filled(text));
            }
        }
    }

    /// The mail address.
    pub fn set_email(&mut self, email: &str) {
        self.fields.insert("email".to_owned(), filled(email));
    }

    /// The manager who approves, which is the manager of the `users` table. That null takes one
    /// away is not documented (Percipio reference 4.8): look afterwards.
    pub fn set_manager(&mut self, manager: Option<&UserRef>) {
        let value = manager.map_or(Value::Null, |manager| {
            let (identifier, value) = match manager {
                UserRef::Id(id) => ("USER_UUID", id),
                UserRef::ExternalId(id) => ("EXTERNAL_ID", id),
                UserRef::LoginName(name) => ("LOGIN_NAME", name),
            };
            json!({"identifier": identifier, "value": value})
        });
        self.fields.insert("approvalManager".to_owned(), value);
    }

    /// A custom attribute by its name to the letter, or `loginName`, `jobTitle` or `jobRole`; null
    /// empties it. Whether there is a custom attribute of that name is for the caller to know: the
    /// vendor may drop it without a word.
    ///
    /// # Errors
    /// If it is a field of the vendor's own that is no attribute, or the value is no text.
    pub fn set_attribute(&mut self, name: &str, value: &Value) -> Result<(), AttributeError> {
        if OTHERS.contains(&name) {
            return Err(AttributeError::NotAnAttribute(name.to_owned()));
        }
        let value = match value {
            Value::Null => Value::Null,
            Value::String(text) => filled(text),
            _ => {
                let (name, expected) = (name.to_owned(), "text");
                return Err(AttributeError::WrongType { name, expected });
            }
        };
        if TEXTS.contains(&name) {
            self.fields.insert(name.to_owned(), value);
        } else {
            self.custom.insert(name.to_owned(), value);
        }
        Ok(())
    }

    /// The custom attributes that this account has stay. They are sent with those that are set: it is
    /// not documented that a list without them leaves them alone (Percipio reference 11, 7). Where
    /// none is set, none is sent.
    pub fn keep_custom_attributes(&mut self, of: &UserRecord) {
        self.kept = of.held().to_vec();
    }

    /// The JSON that is written to change an account.
    pub(super) fn changes(&self) -> String {
        text(self.members())
    }

    /// The JSON that is written to create an account: active unless it says otherwise.
    pub(super) fn new_user(&self, external_user_id: &str, notify: bool) -> String {
        let mut members = self.members();
        members.entry("isActive").or_insert_with(|| raw(&true));
        members.insert("externalUserId", raw(external_user_id));
        members.insert("sendWelcomeEmail", raw(&notify));
        text(members)
    }

    fn members(&self) -> BTreeMap<&str, Box<RawValue>> {
        let fields = self.fields.iter().map(|(name, value)| (name.as_str(), raw(value)));
        let mut members: BTreeMap<_, _> = fields.collect();
        if !self.custom.is_empty() {
            let kept = self.kept.iter().filter(|held| !self.custom.contains_key(&held.name));
            let kept = kept.filter_map(|held| RawValue::from_string(held.json.clone()).ok());
            let set = self.custom.iter();
            let set = set.map(|(name, value)| raw(&json!({"name": name, "value": value})));
            members.insert("customAttributes", raw(&kept.chain(set).collect::<Vec<_>>()));
        }
        members
    }
}

fn text(members: BTreeMap<&str, Box<RawValue>>) -> String {
    raw(&members).get().to_owned()
}

/// What has only texts for names can always be written.
fn raw(value: &(impl Serialize + ?Sized)) -> Box<RawValue> {
    to_raw_value(value).unwrap_or_default()
}

/// Null for an empty text, which might be somebody else's address or name too.
fn filled(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}

impl fmt::Debug for UserFields {
    /// Names only: values are about people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.fields.keys()).entries(self.custom.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::list::tests::answer;
    use super::*;

    fn meant(json: &str) -> Value {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn only_what_is_set_is_written() {
        assert_eq!(
            (UserFields::new().changes(), UserFields::new().is_empty()),
            ("{}".into(), true)
        );
        macro_rules! check {
            ($name:ident($($argument:expr),*), $expected:tt) => {
                let mut fields = UserFields::new();
                fields.$name($($argument),*);
                assert_eq!((meant(&fields.changes()), fields.is_empty()), (json!($expected), false));
            };
        }
        check!(set_active(false), {"isActive": false});
        check!(set_role("LEARNING_ADMIN"), {"role": "LEARNING_ADMIN"});
        check!(set_names(Some("Ana"), None), {"firstName": "Ana"});
        check!(set_names(Some(""), Some("B \"C\"")), {"firstName": null, "lastName": "B \"C\""});
        check!(set_email("a@b.c"), {"email": "a@b.c"});
        check!(set_email(""), {"email": null});
        check!(set_external_user_id("E2"), {"externalUserId": "E2"});
        check!(set_manager(None), {"approvalManager": null});
        for (manager, identifier) in [
            (UserRef::Id("lee".to_owned()), "USER_UUID"),
            (UserRef::ExternalId("lee".to_owned()), "EXTERNAL_ID"),
            (UserRef::LoginName("lee".to_owned()), "LOGIN_NAME"),
        ] {
            let value = json!({"identifier": identifier, "value": "lee"});
            check!(set_manager(Some(&manager)), {"approvalManager": value});
        }
    }

    #[test]
    fn attributes_are_custom_ones_by_name_or_plain_text_of_the_vendors() {
        let mut fields = UserFields::new();
        for (name, value) in [
            ("Cost Center", json!("2840")),
            ("Geo", json!("")),
            ("Role", json!("Lead")),
            ("jobTitle", json!("Analyst")),
            ("loginName", json!(null)),
        ] {
            fields.set_attribute(name, &value).unwrap();
        }
        let expected = json!({"jobTitle": "Analyst", "loginName": null, "customAttributes": [
            {"name": "Cost Center", "value": "2840"}, {"name": "Geo", "value": null},
            {"name": "Role", "value": "Lead"}]});
        assert_eq!(meant(&fields.changes()), expected);
    }

    #[test]
    fn no_attribute_is_a_way_around_a_setter_or_to_a_right() {
        let mut fields = UserFields::new();
        for name in OTHERS {
            let refused = Err(AttributeError::NotAnAttribute(name.to_owned()));
            assert_eq!(fields.set_attribute(name, &json!("x")), refused);
        }
        for value in [json!(7), json!(true), json!(["x"]), json!({"id": "x"})] {
            let error = fields.set_attribute("Geo", &value).unwrap_err();
            assert!(matches!(error, AttributeError::WrongType { .. }), "{error:?}");
        }
        assert!(fields.is_empty());
    }

    #[test]
    fn every_blank_attribute_can_be_set() {
        let blank = UserFields::blank_attributes(["Geo".to_owned()]);
        let names: Vec<_> = blank.keys().map(String::as_str).collect();
        assert_eq!(names, ["Geo", "jobRole", "jobTitle", "loginName"]);
        let mut fields = UserFields::new();
        assert!(blank.iter().all(|(name, value)| fields.set_attribute(name, value).is_ok()));
    }

    #[test]
    fn a_new_account_is_active_and_gets_no_mail_unless_told() {
        let mut fields = UserFields::new();
        fields.set_role("LEARNER");
        let expected = json!({"externalUserId": "E1", "role": "LEARNER", "isActive": true,
            "sendWelcomeEmail": false});
        assert_eq!(meant(&fields.new_user("E1", false)), expected);
        fields.set_active(false);
        fields.set_external_user_id("another");
        let expected = json!({"externalUserId": "E1", "role": "LEARNER", "isActive": false,
            "sendWelcomeEmail": true});
        assert_eq!(meant(&fields.new_user("E1", true)), expected);
    }

    #[test]
    fn custom_attributes_that_are_kept_go_with_those_that_are_set() {
        let row = json!({"id": "a", "customAttributes": [
            {"id": "1", "name": "Cost Center", "value": " 2840 "}, {"id": "2", "name": "Geo", "value": "EU"},
            {"id": "3", "name": "Unset", "value": null}, {"name": "role", "value": "Lead"},
            {"id": "5", "name": "List", "value": ["x"]}, {"value": "nameless"}, 7]});
        let record = UserRecord::read(&answer(200, &row.to_string())).unwrap();
        let mut fields = UserFields::new();
        fields.keep_custom_attributes(&record);
        assert_eq!((fields.changes(), fields.is_empty()), ("{}".into(), true));
        fields.set_attribute("Geo", &json!("US")).unwrap();
        let expected = json!({"customAttributes": [{"id": "1", "value": " 2840 "},
            {"name": "role", "value": "Lead"}, {"id": "5", "value": ["x"]},
            {"name": "Geo", "value": "US"}]});
        assert_eq!(meant(&fields.changes()), expected);
    }

    #[test]
    fn debug_output_shows_no_value() {
        let mut fields = UserFields::new();
        fields.set_email("ana@example.org");
        fields.set_attribute("Geo", &json!("EU")).unwrap();
        assert_eq!(format!("{fields:?}"), r#"{"email", "Geo"}"#);
    }
}
