//! Effects as calls.

use rollcall_vendor_client::{
    AttributeError, VendorError,
    percipio::{UserFields, UserRecord, UserRef},
};
use serde_json::Value;

use super::PercipioVendor;
use crate::{
    Effect, NewAccount, Principal,
    account::AccountField,
    outcome::ResultIds,
    vendor::{AccountLookup, ExecuteError, Vendor},
};

impl PercipioVendor {
    pub(super) async fn carry_out(
        &mut self,
        step: &[Effect],
        notify: bool,
    ) -> Result<ResultIds, ExecuteError> {
        match step.first() {
            None => Ok(ResultIds::default()),
            Some(Effect::CreateAccount(account)) => self.create_account(account, notify).await,
            Some(
                Effect::Role { user_id, .. }
                | Effect::Active { user_id, .. }
                | Effect::Field { user_id, .. },
            ) => {
                self.change_account(user_id, step).await?;
                Ok(ResultIds::default())
            }
            Some(_) => Err(not_applied("Percipio has no teams, and nothing can be assigned")),
        }
    }

    async fn create_account(
        &mut self,
        account: &NewAccount,
        notify: bool,
    ) -> Result<ResultIds, ExecuteError> {
        let mut fields = UserFields::new();
        fields.set_role(&account.role);
        fields.set_active(account.active);
        for (field, value) in &account.fields {
            set(&mut fields, field, value)?;
        }
        let error = match self.percipio.create_user(&account.user_name, &fields, notify).await {
            Ok(record) => {
                let user_id = Some(record.user().user_id.clone());
                return Ok(ResultIds { user_id, team_id: None });
            }
            Err(error) => error,
        };
        // A name that is taken is told by the same status as a value that is not allowed.
        if matches!(error, VendorError::Conflict { .. }) {
            let principal = Principal::UserName(account.user_name.clone());
            if let AccountLookup::Found(there) = self.account(&principal).await? {
                return Err(ExecuteError::AlreadyThere { user_id: there.user_id });
            }
        }
        Err(error.into())
    }

    async fn change_account(&mut self, user_id: &str, step: &[Effect]) -> Result<(), ExecuteError> {
        let mut fields = UserFields::new();
        fields.keep_custom_attributes(self.record(user_id).await?);
        for effect in step {
            match effect {
                Effect::Role { to, .. } => fields.set_role(to),
                Effect::Active { active, .. } => fields.set_active(*active),
                Effect::Field { field, to, .. } => set(&mut fields, field, to)?,
                _ => {}
            }
        }
        self.percipio.patch_user(user_id, &fields).await?;
        // What it holds now is what was there before.
        self.records.remove(user_id);
        self.check_emptied(user_id, step).await
    }

    /// That null empties an attribute is not documented (Percipio reference 4.8).
    async fn check_emptied(&mut self, user_id: &str, step: &[Effect]) -> Result<(), ExecuteError> {
        for effect in step {
            let Effect::Field { field: AccountField::Attribute(name), to, .. } = effect else {
                continue;
            };
            if to == ""
                && let Some(held) = self.record(user_id).await?.attributes().get(name)
                && !held.is_null()
            {
                return Err(not_applied(&format!("the attribute {name:?} was not emptied")));
            }
        }
        Ok(())
    }

    /// As it was read for this request; it is not read again, so that nothing comes in between that
    /// the plan has not seen.
    async fn record(&mut self, user_id: &str) -> Result<&UserRecord, ExecuteError> {
        if !self.records.contains_key(user_id) {
            self.account(&Principal::UserId(user_id.to_owned())).await?;
        }
        self.records.get(user_id).ok_or_else(|| not_applied("the account is gone"))
    }
}

fn set(fields: &mut UserFields, field: &AccountField, value: &Value) -> Result<(), ExecuteError> {
    let text = value.as_str().unwrap_or_default();
    match field {
        AccountField::UserName => fields.set_external_user_id(text),
        AccountField::FirstName => fields.set_names(Some(text), None),
        AccountField::LastName => fields.set_names(None, Some(text)),
        AccountField::Email => fields.set_email(text),
        AccountField::Manager => fields.set_manager(Some(&UserRef::Id(text.to_owned()))),
        AccountField::Attribute(name) => {
            fields.set_attribute(name, value).map_err(|error| cannot_be_set(&error))?;
        }
    }
    Ok(())
}

fn not_applied(what: &str) -> ExecuteError {
    ExecuteError::NotApplied(what.to_owned())
}

/// A custom attribute with the name of a field that is none.
fn cannot_be_set(error: &AttributeError) -> ExecuteError {
    ExecuteError::NotApplied(error.to_string())
}
