//! Litmos as a vendor to provision at.

mod execute;
mod lists;
mod resolve;
mod rules;
mod taken;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use async_trait::async_trait;
use rollcall_vendor_client::{
    VendorError,
    litmos::{Litmos, NewUser, UserLookup, UserRecord, UserRef},
};
use serde_json::Value;

#[cfg(test)]
pub(crate) use rules::OWNER_ROLE;
pub use rules::RULES;

use crate::{
    Effect, Entitlement, Principal, StandingPart,
    account::ObservedAccount,
    entitlement::is_id,
    observed::ObservedTeam,
    outcome::ResultIds,
    rules::VendorRules,
    vendor::{AccountLookup, ExecuteError, Resolved, Vendor},
};

/// One Litmos account, for the time of one request.
pub struct LitmosVendor {
    litmos: Litmos,
    /// What was read of accounts: a PUT replaces the whole record, so it is written back whole.
    records: HashMap<String, UserRecord>,
}

impl LitmosVendor {
    /// Nothing is asked yet.
    #[must_use]
    pub fn new(litmos: Litmos) -> Self {
        Self { litmos, records: HashMap::new() }
    }
}

#[async_trait]
impl Vendor for LitmosVendor {
    fn supports(&self, _: &str, _: Option<&Entitlement>) -> bool {
        true
    }

    fn is_user_id(&self, text: &str) -> bool {
        is_id(text)
    }

    fn rules(&self) -> &'static VendorRules {
        &RULES
    }

    async fn answers(&mut self) -> Result<(), VendorError> {
        self.litmos.count_users().await.map(|_| ())
    }

    async fn blank_attributes(&mut self) -> Result<BTreeMap<String, Value>, VendorError> {
        Ok(NewUser::blank_attributes())
    }

    async fn account(&mut self, principal: &Principal) -> Result<AccountLookup, VendorError> {
        let asked = match principal {
            Principal::UserId(id) => UserRef::Id(id.clone()),
            Principal::UserName(name) => UserRef::Name(name.clone()),
        };
        Ok(match self.litmos.user(&asked).await? {
            UserLookup::Found(record) => {
                let account = observed(&record);
                self.records.insert(account.user_id.clone(), *record);
                AccountLookup::Found(account)
            }
            UserLookup::Missing => AccountLookup::Missing,
            UserLookup::Ambiguous { user_id } => AccountLookup::Ambiguous { user_id },
        })
    }

    async fn resolve(
        &mut self,
        principals: &[Principal],
        known: &BTreeMap<String, String>,
    ) -> Result<Vec<Resolved>, VendorError> {
        self.resolve_all(principals, known).await
    }

    async fn standing(
        &mut self,
        team_id: &str,
        user_id: &str,
        parts: &BTreeSet<StandingPart>,
    ) -> Result<BTreeSet<StandingPart>, VendorError> {
        let mut found = BTreeSet::new();
        if !self.is_member(team_id, user_id).await? {
            return Ok(found);
        }
        found.insert(StandingPart::Member);
        if parts.contains(&StandingPart::Leader) && self.leads(team_id, user_id).await? {
            found.insert(StandingPart::Leader);
        }
        if parts.contains(&StandingPart::Admin) && self.administers(team_id, user_id).await? {
            found.insert(StandingPart::Admin);
        }
        Ok(found)
    }

    async fn is_assigned(
        &mut self,
        user_id: &str,
        entitlement: &Entitlement,
    ) -> Result<bool, VendorError> {
        match entitlement {
            Entitlement::Course { course_id } => self.has_course(user_id, course_id).await,
            Entitlement::LearningPath { learning_path_id } => {
                self.has_learning_path(user_id, learning_path_id).await
            }
            Entitlement::Team { .. } | Entitlement::Role { .. } => Ok(false),
        }
    }

    async fn exists(&mut self, entitlement: &Entitlement) -> Result<bool, VendorError> {
        match entitlement {
            Entitlement::Team { team_id, .. } => there(self.litmos.team_record(team_id).await),
            Entitlement::Course { course_id } => there(self.litmos.course(course_id).await),
            Entitlement::LearningPath { learning_path_id } => {
                there(self.litmos.learning_path(learning_path_id).await)
            }
            Entitlement::Role { .. } => Ok(true),
        }
    }

    async fn team(&mut self, team_id: &str) -> Result<Option<ObservedTeam>, VendorError> {
        match self.litmos.team_record(team_id).await {
            Ok(record) => Ok(Some(lists::team(record.team()))),
            Err(VendorError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn team_named(&mut self, name: &str) -> Result<Option<ObservedTeam>, VendorError> {
        self.find_team(name).await
    }

    async fn has_subteams(&mut self, team_id: &str) -> Result<bool, VendorError> {
        self.is_a_parent(team_id).await
    }

    async fn members(&mut self, team_id: &str) -> Result<BTreeMap<String, String>, VendorError> {
        self.members_of(team_id).await
    }

    async fn see_taken(&mut self, done: &[Effect]) -> Result<(), ExecuteError> {
        self.look_whether_gone(done).await
    }

    async fn execute(&mut self, step: &[Effect], notify: bool) -> Result<ResultIds, ExecuteError> {
        self.carry_out(step, notify).await
    }
}

fn there<T>(read: Result<T, VendorError>) -> Result<bool, VendorError> {
    match read {
        Ok(_) => Ok(true),
        Err(VendorError::NotFound { .. }) => Ok(false),
        Err(error) => Err(error),
    }
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
        attributes: record.attributes(),
    }
}
