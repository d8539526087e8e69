//! Percipio as a vendor to provision at: accounts, and the role of each. It has no teams, and courses
//! cannot be assigned (Percipio reference 8).

mod attributes;
mod execute;
mod rules;
mod taken;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use async_trait::async_trait;
use rollcall_vendor_client::{
    VendorError,
    percipio::{Percipio, UserLookup, UserRecord, UserRef, is_uuid},
};
use serde_json::Value;

pub use rules::RULES;

use crate::{
    Effect, Entitlement, Principal, StandingPart,
    account::ObservedAccount,
    observed::ObservedTeam,
    outcome::ResultIds,
    rules::VendorRules,
    vendor::{AccountLookup, ExecuteError, Resolved, Vendor},
};

/// One Percipio organization, for the time of one request.
pub struct PercipioVendor {
    percipio: Percipio,
    /// What was read of accounts: what a write does not change has to stay.
    records: HashMap<String, UserRecord>,
}

impl PercipioVendor {
    /// Nothing is asked yet.
    #[must_use]
    pub fn new(percipio: Percipio) -> Self {
        Self { percipio, records: HashMap::new() }
    }
}

#[async_trait]
impl Vendor for PercipioVendor {
    fn supports(&self, operation: &str, entitlement: Option<&Entitlement>) -> bool {
        match operation {
            "grant" | "revoke" => {
                entitlement.is_none_or(|what| matches!(what, Entitlement::Role { .. }))
            }
            "create_account" | "update_account" | "enable_account" | "disable_account" => true,
            _ => false,
        }
    }

    fn is_user_id(&self, text: &str) -> bool {
        is_uuid(text)
    }

    fn rules(&self) -> &'static VendorRules {
        &RULES
    }

    async fn answers(&mut self) -> Result<(), VendorError> {
        self.percipio.users(0, None).await.map(|_| ())
    }

    async fn blank_attributes(&mut self) -> Result<BTreeMap<String, Value>, VendorError> {
        self.attributes_of_accounts().await
    }

    async fn account(&mut self, principal: &Principal) -> Result<AccountLookup, VendorError> {
        let asked = match principal {
            Principal::UserId(id) => UserRef::Id(id.clone()),
            Principal::UserName(name) => UserRef::ExternalId(name.clone()),
        };
        Ok(match self.percipio.user(&asked).await? {
            UserLookup::Found(record) => {
                let account = observed(&record);
                self.records.insert(account.user_id.clone(), *record);
                AccountLookup::Found(account)
            }
            UserLookup::Missing => AccountLookup::Missing,
            UserLookup::Ambiguous { user_id } => AccountLookup::Ambiguous { user_id },
        })
    }

    async fn exists(&mut self, entitlement: &Entitlement) -> Result<bool, VendorError> {
        Ok(matches!(entitlement, Entitlement::Role { .. }))
    }

    async fn see_taken(&mut self, done: &[Effect]) -> Result<(), ExecuteError> {
        self.look_whether_gone(done).await
    }

    async fn execute(&mut self, step: &[Effect], notify: bool) -> Result<ResultIds, ExecuteError> {
        self.carry_out(step, notify).await
    }

    // Nobody asks the rest of a vendor that does not support it; if somebody does, there is no list
    // to be taken for an empty one.

    async fn resolve(
        &mut self,
        _: &[Principal],
        _: &BTreeMap<String, String>,
    ) -> Result<Vec<Resolved>, VendorError> {
        Err(no_such_thing("members"))
    }

    async fn standing(
        &mut self,
        _: &str,
        _: &str,
        _: &BTreeSet<StandingPart>,
    ) -> Result<BTreeSet<StandingPart>, VendorError> {
        Err(no_such_thing("teams"))
    }

    async fn is_assigned(&mut self, _: &str, _: &Entitlement) -> Result<bool, VendorError> {
        Err(no_such_thing("assignments"))
    }

    async fn team(&mut self, _: &str) -> Result<Option<ObservedTeam>, VendorError> {
        Err(no_such_thing("teams"))
    }

    async fn team_named(&mut self, _: &str) -> Result<Option<ObservedTeam>, VendorError> {
        Err(no_such_thing("teams"))
    }

    async fn has_subteams(&mut self, _: &str) -> Result<bool, VendorError> {
        Err(no_such_thing("teams"))
    }

    async fn members(&mut self, _: &str) -> Result<BTreeMap<String, String>, VendorError> {
        Err(no_such_thing("teams"))
    }
}

fn no_such_thing(what: &str) -> VendorError {
    let detail = "the vendor has no such thing".to_owned();
    VendorError::NotFound { call: what.to_owned(), detail }
}

fn observed(record: &UserRecord) -> ObservedAccount {
    let user = record.user();
    ObservedAccount {
        user_id: user.user_id.clone(),
        user_name: user.user_name.clone(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        email: user.email.clone(),
        role: user.role.clone(),
        active: user.active,
        manager_id: user.manager_id.clone(),
        attributes: record.attributes().clone(),
    }
}
