//! An account as it was sent.

use serde_json::{Map, Value};

use super::super::Desk;
use crate::{
    refusal::Refusal,
    world::{
        account::{Account, FLAGS, ROLES},
        people::Key,
    },
};

/// The fields of an account in a body.
pub(super) struct Form(Map<String, Value>);

impl Desk<'_> {
    pub(super) fn form(&self) -> Result<Form, Refusal> {
        self.body.object().map(Form)
    }
}

impl Form {
    /// A text that is there.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// Whether a switch is there and on.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.0.get(name) == Some(&Value::Bool(true))
    }

    /// Puts a text where there is none.
    pub(super) fn default_to(&mut self, name: &str, text: &str) {
        self.0.entry(name).or_insert_with(|| Value::from(text));
    }

    /// Puts every field that is there into an account; the others stay as they are.
    pub(super) fn fill(&self, desk: &Desk<'_>, account: &mut Account) -> Result<(), Refusal> {
        for (name, value) in &self.0 {
            if value.is_null() && !desk.quirks.null_clears {
                continue;
            }
            match name.as_str() {
                "externalUserId" => {
                    account.external_user_id = needed(name, text(name, value, 255)?)?;
                }
                "email" => account.email = text(name, value, 255)?,
                "loginName" => account.login_name = text(name, value, 128)?,
                "firstName" => account.first_name = text(name, value, 255)?,
                "lastName" => account.last_name = text(name, value, 255)?,
                "jobTitle" => account.job_title = text(name, value, 255)?,
                "jobRole" => account.job_role = text(name, value, 255)?,
                "role" => account.role = needed(name, text(name, value, 255)?)?,
                "isActive" => account.active = flag(name, value)?,
                "customAttributes" => attributes(desk, account, value)?,
                "approvalManager" => account.approval_manager = manager(desk, name, value)?,
                "directHrManager" => account.hr_manager = manager(desk, name, value)?,
                "sendWelcomeEmail" => _ = flag(name, value)?,
                "password" => password(value)?,
                _ => match FLAGS.iter().position(|known| known == name) {
                    Some(place) => account.flags[place] = flag(name, value)?,
                    None if desk.quirks.unknown_fields_refused => return Err(invalid(name)),
                    None => {}
                },
            }
        }
        self.vet(desk, account)
    }

    /// What must hold of the whole.
    fn vet(&self, desk: &Desk<'_>, account: &Account) -> Result<(), Refusal> {
        if account.email.as_ref().is_some_and(|mail| !mail_address(mail)) {
            return Err(Refusal::unprocessable("invalid_email_format", "email"));
        }
        if account.login_name.as_ref().is_some_and(|name| !login_name(name)) {
            return Err(Refusal::unprocessable("invalid_login_name_format", "loginName"));
        }
        let known = ROLES.contains(&account.role.as_str())
            || desk.world.custom_roles.contains(&account.role);
        if self.text("role").is_some() && !known && desk.quirks.unknown_roles_refused {
            return Err(invalid("role"));
        }
        if self.text("password").is_some() && account.login_name.is_none() {
            let code = "is_required_when_password_provided";
            return Err(Refusal::unprocessable(code, "loginName"));
        }
        Ok(())
    }
}

fn invalid(field: &str) -> Refusal {
    Refusal::unprocessable("is_an_invalid_field", field)
}

/// A text, or null for none.
fn text(name: &str, value: &Value, most: usize) -> Result<Option<String>, Refusal> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.chars().count() > most => {
            Err(Refusal::unprocessable("field_too_long", name))
        }
        Value::String(text) => Ok(Some(text.clone())),
        _ => Err(invalid(name)),
    }
}

fn needed(name: &str, text: Option<String>) -> Result<String, Refusal> {
    text.filter(|text| !text.trim().is_empty()).ok_or_else(|| super::required(name))
}

fn flag(name: &str, value: &Value) -> Result<bool, Refusal> {
    value.as_bool().ok_or_else(|| invalid(name))
}

/// Each by its id or else its name; those that are not named stay, unless the switch is set.
fn attributes(desk: &Desk<'_>, account: &mut Account, value: &Value) -> Result<(), Refusal> {
    let field = "customAttributes";
    let list = value.as_array().ok_or_else(|| invalid(field))?;
    if desk.quirks.attributes_replaced {
        account.attributes.fill(None);
    }
    for attribute in list {
        let word = |name: &str| attribute.get(name).and_then(Value::as_str);
        let place = match (word("id"), word("name")) {
            (Some(id), _) => desk.world.labels.with_id(id),
            (None, Some(name)) => desk.world.labels.named(name),
            (None, None) => return Err(invalid(field)),
        };
        let new = text(field, attribute.get("value").ok_or_else(|| invalid(field))?, 255)?;
        match place {
            Some(place) => account.attributes[place] = new,
            None if desk.quirks.unknown_attributes_refused => return Err(invalid(field)),
            None => {}
        }
    }
    Ok(())
}

/// The manager by one of the four keys; null for nobody.
fn manager(desk: &Desk<'_>, name: &str, value: &Value) -> Result<Option<u32>, Refusal> {
    if value.is_null() {
        return Ok(None);
    }
    let word = |part: &str| value.get(part).and_then(Value::as_str);
    let (Some(identifier), Some(key)) = (word("identifier"), word("value")) else {
        return Err(invalid(name));
    };
    let found = match identifier {
        "USER_UUID" => desk.user(key).filter(|user| desk.world.user_listed(*user)),
        "EXTERNAL_ID" => desk.user_by(Key::External, key),
        "LOGIN_NAME" => desk.user_by(Key::Login, key),
        "LOGIN_NAME_OR_EMAIL" => {
            desk.user_by(Key::Login, key).or_else(|| desk.user_by(Key::Mail, key))
        }
        _ => return Err(invalid(name)),
    };
    found.map(Some).ok_or_else(|| Refusal::unprocessable("manager_not_found", name))
}

/// At least eight characters of three of the four sorts.
fn password(value: &Value) -> Result<(), Refusal> {
    let text = match value {
        Value::Null => return Ok(()),
        _ => value.as_str().ok_or_else(|| invalid("password"))?,
    };
    let sorts: [fn(char) -> bool; 4] = [
        |c| c.is_lowercase(),
        |c| c.is_uppercase(),
        |c| c.is_ascii_digit(),
        |c| !c.is_alphanumeric(),
    ];
    let used = sorts.iter().filter(|sort| text.chars().any(**sort)).count();
    match text.chars().count() >= 8 && used >= 3 {
        true => Ok(()),
        false => Err(Refusal::unprocessable("complexity_too_low", "password")),
    }
}

fn mail_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && !text.contains(char::is_whitespace)
    })
}

/// The published pattern, in which `+-@` is a range.
fn login_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+'..='@');
    !text.is_empty() && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_name_may_hold_what_the_published_pattern_lets_through() {
        for good in ["ana.ruiz@example.com", "a+b-c_d", "a/b:c;d<e=f>g?h,i"] {
            assert!(login_name(good), "{good}");
        }
        for bad in ["", "ana ruiz", "josé", "o'brien", "a*b", "a\\b"] {
            assert!(!login_name(bad), "{bad}");
        }
    }

    #[test]
    fn a_password_needs_three_sorts_of_characters() {
        for (text, good) in
            [("Abcdefg1", true), ("abcdefg!1", true), ("Abcdef1", false), ("abcdefg1", false)]
        {
            assert_eq!(password(&Value::from(text)).is_ok(), good, "{text}");
        }
    }
}
