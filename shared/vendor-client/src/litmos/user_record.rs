//! An account to be changed.

use std::collections::BTreeMap;
use std::fmt;

use rollcall_roster::User;
use serde_json::Value;

use super::attributes;
use super::dates::JsonDates;
use super::raw::RawRecord;
use super::record::Record;
use super::text::meant;
use super::users;
use crate::AttributeError;
use crate::answer::Undecodable;
use crate::rows::bad_record;

/// An account as the vendor gave it, and what it means.
///
/// The setters change the fields they name and leave every other one to the letter as it was read:
/// fields unknown here, entities in text, spellings of numbers. `LoginKey` and `Password` are
/// dropped when read and written back empty. Setting what is already there changes nothing.
#[derive(Clone)]
pub struct UserRecord {
    raw: RawRecord,
    dates: JsonDates,
    user: User,
}

impl UserRecord {
    pub(super) fn read(body: &[u8], dates: JsonDates) -> Result<Self, Undecodable> {
        let raw = RawRecord::read(body)?;
        let user = decode(&raw, dates).map_err(|problem| bad_record(body, problem))?;
        Ok(Self { raw, dates, user })
    }

    /// The account, changes included.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.user
    }

    /// Every attribute that can be set, by its wire name, with what it means; blank ones too.
    #[must_use]
    pub fn attributes(&self) -> BTreeMap<String, Value> {
        let attribute = |name: &str| {
            let value = match self.raw.value(name)? {
                Value::String(text) => Value::from(meant(&text)),
                single @ (Value::Null | Value::Bool(_) | Value::Number(_)) => single,
                Value::Array(_) | Value::Object(_) => return None,
            };
            Some((name.to_owned(), value))
        };
        self.raw
            .names()
            .filter(|name| attributes::is_attribute(name))
            .filter_map(attribute)
            .collect()
    }

    /// The wire names of the fields that differ from what was read.
    pub fn changed_fields(&self) -> impl Iterator<Item = &str> {
        self.raw.changed()
    }

    /// Whether the account may be used.
    pub fn set_active(&mut self, active: bool) {
        if self.user.active != Some(active) {
            self.set("Active", active);
        }
    }

    /// The access level, by the vendor's name.
    pub fn set_role(&mut self, role: &str) {
        self.set("AccessLevel", role);
    }

    /// The given and the family name; `None` leaves one as it is.
    pub fn set_names(&mut self, first: Option<&str>, last: Option<&str>) {
        for (name, value) in [("FirstName", first), ("LastName", last)] {
            if let Some(value) = value {
                self.set(name, value);
            }
        }
    }

    /// The mail address.
    pub fn set_email(&mut self, email: &str) {
        self.set("Email", email);
    }

    /// What the person signs in with. A name that is no mail address has to be declared as such
    /// (Litmos reference 5.1.2), and is.
    pub fn set_user_name(&mut self, user_name: &str) {
        self.set("UserName", user_name);
        if !user_name.contains('@') {
            self.set("IsCustomUsername", true);
        }
    }

    /// The manager, by id. Nobody is `"0"`, as the vendor writes it (7.3).
    pub fn set_manager(&mut self, user_id: Option<&str>) {
        if self.user.manager_id.as_deref() != user_id {
            self.set("ManagerId", user_id.unwrap_or("0"));
        }
    }

    /// A custom field or another attribute, by its wire name in any case; `null` empties it.
    ///
    /// # Errors
    /// If the account has no such field, or it is not an attribute, or of another type.
    pub fn set_attribute(&mut self, name: &str, value: &Value) -> Result<(), AttributeError> {
        let before = self.raw.value(name);
        attributes::check(name, before.as_ref(), value)?;
        if before.is_none() {
            return Err(AttributeError::Unknown(name.to_owned()));
        }
        let emptied = before.is_some_and(|before| before.is_string()) && value.is_null();
        self.set(name, if emptied { Value::from("") } else { value.clone() });
        Ok(())
    }

    /// What is written.
    pub(super) fn body(&self) -> String {
        self.raw.text()
    }

    fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.raw.set(name, &value.into());
        if let Ok(user) = decode(&self.raw, self.dates) {
            self.user = user;
        }
    }
}

impl fmt::Debug for UserRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let changed: Vec<_> = self.changed_fields().collect();
        f.debug_struct("UserRecord")
            .field("user_id", &self.user.user_id)
            .field("changed", &changed)
            .finish_non_exhaustive()
    }
}

fn decode(raw: &RawRecord, dates: JsonDates) -> Result<User, &'static str> {
    Ok(users::user(&mut Record::new(raw.meaning()?, dates)?))
}

#[cfg(test)]
mod tests;
