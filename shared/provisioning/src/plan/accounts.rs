//! Making and changing accounts.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Plan, Unplannable, not_given_by_teams, not_left_with_teams};
use crate::{
    account::{Account, AccountField, ObservedAccount},
    effect::{Effect, NewAccount},
    rules::{Roles, VendorRules, same_role},
};

/// What making an account has to do; nothing if there is one of that user name. `blank` has the
/// attributes that a new account may have.
///
/// # Errors
/// If the role is no role to give, something is missing, or an attribute is not known.
pub fn create_account(
    account: &Account,
    manager_id: Option<&str>,
    blank: &BTreeMap<String, Value>,
    rules: &VendorRules,
) -> Result<Plan, Unplannable> {
    let user_name = account.user_name.clone();
    let user_name = user_name.ok_or(Unplannable::AccountField("user_name is missing"))?;
    if let Some(fault) = (rules.fault_of_new_account)(account) {
        return Err(Unplannable::AccountField(fault));
    }
    let mut fields = Vec::new();
    let mut told = |field, value: Option<&str>| {
        fields.extend(value.map(|value| (field, Value::from(value))));
    };
    told(AccountField::FirstName, account.first_name.as_deref());
    told(AccountField::LastName, account.last_name.as_deref());
    told(AccountField::Email, account.email.as_deref());
    told(AccountField::Manager, manager_id);
    for (name, _, value) in attributes(account, blank)? {
        fields.push((AccountField::Attribute(name), value));
    }
    fields.sort_by(|one, other| one.0.cmp(&other.0));
    let role = account.role.clone().unwrap_or_else(|| rules.roles.least.to_owned());
    not_given_by_teams(&role, &rules.roles)?;
    let active = account.active.unwrap_or(true);
    let account = NewAccount { user_name, role, active, fields };
    Ok(Plan::of(vec![Effect::CreateAccount(account)]))
}

/// What changing an account has to do: only what is told and differs.
///
/// # Errors
/// If the role is no role to give, or an attribute is not known.
pub fn update_account(
    there: &ObservedAccount,
    account: &Account,
    manager_id: Option<&str>,
    roles: &Roles,
) -> Result<Plan, Unplannable> {
    let user_id = || there.user_id.clone();
    let mut effects = Vec::new();
    if let Some(to) = &account.role {
        let from = there.role.clone().ok_or(Unplannable::RoleUnknown)?;
        if !same_role(&from, to) {
            not_given_by_teams(to, roles)?;
            if roles.is_least(to) {
                not_left_with_teams(&from, roles)?;
            }
            effects.push(Effect::Role { user_id: user_id(), from, to: to.clone() });
        }
    }
    if let Some(active) = account.active {
        effects.extend(set_active(there, active).effects);
    }
    for (field, from, to) in [
        (AccountField::UserName, &there.user_name, account.user_name.as_deref()),
        (AccountField::FirstName, &there.first_name, account.first_name.as_deref()),
        (AccountField::LastName, &there.last_name, account.last_name.as_deref()),
        (AccountField::Email, &there.email, account.email.as_deref()),
        (AccountField::Manager, &there.manager_id, manager_id),
    ] {
        if to.is_some() && from.as_deref() != to {
            let (from, to) = (from.clone().into(), to.into());
            effects.push(Effect::Field { user_id: user_id(), field, from, to });
        }
    }
    for (name, from, to) in attributes(account, &there.attributes)? {
        if from != to && !(from.is_null() && to == "") {
            let field = AccountField::Attribute(name);
            effects.push(Effect::Field { user_id: user_id(), field, from, to });
        }
    }
    Ok(Plan::of(effects))
}

/// What letting somebody in, or no more, has to do.
#[must_use]
pub fn set_active(there: &ObservedAccount, active: bool) -> Plan {
    let differs = there.active != Some(active);
    let effect = Effect::Active { user_id: there.user_id.clone(), active };
    Plan::of(differs.then_some(effect).into_iter().collect())
}

/// The told attributes by the vendor's own names, with what is there and what is wanted.
fn attributes(
    account: &Account,
    there: &BTreeMap<String, Value>,
) -> Result<Vec<(String, Value, Value)>, Unplannable> {
    let known = |(told, text): (&String, &String)| {
        let found = there
            .get_key_value(told)
            .or_else(|| there.iter().find(|(name, _)| name.eq_ignore_ascii_case(told)));
        let (name, from) = found.ok_or_else(|| Unplannable::UnknownAttribute(told.clone()))?;
        let to = match (from, text.as_str()) {
            (Value::Bool(_), "true") => Value::Bool(true),
            (Value::Bool(_), "false") => Value::Bool(false),
            (Value::Bool(_), _) => return Err(Unplannable::NotASwitch(name.clone())),
            _ => Value::from(text.as_str()),
        };
        Ok((name.clone(), from.clone(), to))
    };
    account.attributes.iter().map(known).collect()
}

#[cfg(test)]
#[path = "accounts_tests.rs"]
mod tests;
