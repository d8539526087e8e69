//! An account to be created.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::attributes;
use crate::AttributeError;

/// Attributes that hold text (Litmos reference 5.1.2).
const TEXTS: [&str; 33] = [
    "Skype",
    "PhoneWork",
    "PhoneMobile",
    "TimeZone",
    "SalesforceId",
    "Street1",
    "Street2",
    "City",
    "State",
    "PostalCode",
    "Country",
    "CompanyName",
    "JobTitle",
    "CustomField1",
    "CustomField2",
    "CustomField3",
    "Culture",
    "CustomField4",
    "CustomField5",
    "CustomField6",
    "CustomField7",
    "CustomField8",
    "CustomField9",
    "CustomField10",
    "SalesforceContactId",
    "SalesforceAccountId",
    "Brand",
    "Website",
    "Twitter",
    "ExpirationDate",
    "JobRole",
    "ExternalEmployeeId",
    "ProfileType",
];
/// Attributes that are true or false.
const SWITCHES: [&str; 3] = ["DisableMessages", "SkipFirstLogin", "EnableTextNotification"];

/// An account to be created. Without a time zone it gets the organisation's; it is not led through
/// the vendor's first-login pages unless the attribute `SkipFirstLogin` says so.
#[derive(Debug, Clone, PartialEq)]
pub struct NewUser {
    /// What the person signs in with: unique, longer than 3 characters.
    pub user_name: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Mail address; may be empty if the user name is none.
    pub email: String,
    /// The vendor's name of the access level.
    pub role: String,
    /// Whether the account may be used.
    pub active: bool,
    /// The manager's id.
    pub manager_id: Option<String>,
    attributes: Map<String, Value>,
}

impl NewUser {
    /// An active account with nothing but a user name and a role.
    pub fn new(user_name: impl Into<String>, role: impl Into<String>) -> Self {
        Self {
            user_name: user_name.into(),
            first_name: String::new(),
            last_name: String::new(),
            email: String::new(),
            role: role.into(),
            active: true,
            manager_id: None,
            attributes: Map::new(),
        }
    }

    /// The attributes that a new account may have, by their wire names, blank.
    #[must_use]
    pub fn blank_attributes() -> BTreeMap<String, Value> {
        let texts = TEXTS.iter().map(|name| ((*name).to_owned(), json!("")));
        let switches = SWITCHES.iter().map(|name| ((*name).to_owned(), json!(false)));
        texts.chain(switches).collect()
    }

    /// A custom field or another attribute, by its wire name in any case.
    ///
    /// # Errors
    /// If accounts have no such field, or it is not an attribute, or of another type.
    pub fn set_attribute(&mut self, name: &str, value: &Value) -> Result<(), AttributeError> {
        let is = |known: &&&str| known.eq_ignore_ascii_case(name);
        let text = TEXTS.iter().find(is).map(|known| (*known, json!("")));
        let found = text.or_else(|| SWITCHES.iter().find(is).map(|known| (*known, json!(false))));
        attributes::check(name, found.as_ref().map(|(_, blank)| blank), value)?;
        let (known, _) = found.ok_or_else(|| AttributeError::Unknown(name.to_owned()))?;
        self.attributes.insert(known.to_owned(), value.clone());
        Ok(())
    }

    /// The mandatory members (5.1.3), then the others; in JSON their order is free (1.6).
    pub(super) fn body(&self) -> String {
        let mut body = json!({
            "Id": "",
            "UserName": self.user_name,
            "FirstName": self.first_name,
            "LastName": self.last_name,
            "FullName": "",
            "Email": self.email,
            "AccessLevel": self.role,
            "DisableMessages": false,
            "Active": self.active,
            "LastLogin": "",
            "LoginKey": "",
            "IsCustomUsername": !self.user_name.contains('@'),
            "SkipFirstLogin": true,
            "TimeZone": "",
        });
        if let Some(manager_id) = &self.manager_id {
            body["ManagerId"] = json!(manager_id);
        }
        for (name, value) in &self.attributes {
            body[name.as_str()] = value.clone();
        }
        body.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(user: &NewUser) -> Value {
        serde_json::from_str(&user.body()).unwrap()
    }

    #[test]
    fn the_mandatory_members_are_always_there() {
        let mut user = NewUser::new("ada@example.org", "Learner");
        user.first_name = "Ada".to_owned();
        user.last_name = "O'Hara & \"Co\"".to_owned();
        user.email = "ada@example.org".to_owned();
        let expected = json!({"Id": "", "UserName": "ada@example.org", "FirstName": "Ada",
            "LastName": "O'Hara & \"Co\"", "FullName": "", "Email": "ada@example.org",
            "AccessLevel": "Learner", "DisableMessages": false, "Active": true, "LastLogin": "",
            "LoginKey": "", "IsCustomUsername": false, "SkipFirstLogin": true, "TimeZone": ""});
        assert_eq!(written(&user), expected);
    }

    #[test]
    fn a_user_name_that_is_no_address_is_declared_as_such() {
        let mut user = NewUser::new("bo.nomail", "Learner");
        (user.active, user.manager_id) = (false, Some("Us1".to_owned()));
        let body = written(&user);
        assert_eq!(body["IsCustomUsername"], true);
        assert_eq!((&body["Active"], &body["ManagerId"]), (&json!(false), &json!("Us1")));
    }

    #[test]
    fn attributes_are_known_by_their_wire_names() {
        let mut user = NewUser::new("ada@example.org", "Learner");
        user.set_attribute("customfield10", &json!("Sales")).unwrap();
        user.set_attribute("SkipFirstLogin", &json!(false)).unwrap();
        let body = written(&user);
        assert_eq!(
            (&body["CustomField10"], &body["SkipFirstLogin"]),
            (&json!("Sales"), &json!(false))
        );
    }

    #[test]
    fn every_blank_attribute_can_be_set() {
        let blank = NewUser::blank_attributes();
        assert_eq!(blank.len(), TEXTS.len() + SWITCHES.len());
        let mut user = NewUser::new("ada@example.org", "Learner");
        for (name, value) in blank {
            user.set_attribute(&name, &value).unwrap();
        }
    }

    #[test]
    fn no_attribute_is_a_way_around_a_field() {
        let mut user = NewUser::new("ada@example.org", "Learner");
        let before = user.clone();
        for name in ["AccessLevel", "ACTIVE", "ManagerId", "LoginKey", "Password", "Id", "Points"] {
            let error = user.set_attribute(name, &json!("Account_Owner")).unwrap_err();
            assert_eq!(error, AttributeError::NotAnAttribute(name.to_owned()));
        }
        let unknown = user.set_attribute("Shoe", &json!("9"));
        assert_eq!(unknown, Err(AttributeError::Unknown("Shoe".to_owned())));
        for (name, value) in [("City", json!(7)), ("DisableMessages", json!("no"))] {
            let error = user.set_attribute(name, &value).unwrap_err();
            assert!(matches!(error, AttributeError::WrongType { .. }), "{error:?}");
        }
        assert_eq!(user, before);
    }
}
