//! Effects as calls.

use rollcall_vendor_client::{
    VendorError,
    litmos::{AttributeError, NewUser, UserRecord},
};
use serde_json::Value;

use super::{
    LitmosVendor,
    rules::{LEAST_ROLE, TEAM_ROLE},
};
use crate::{
    Change, Effect, NewAccount, Principal, StandingPart, TeamField,
    account::AccountField,
    outcome::ResultIds,
    rules::same_role,
    vendor::{AccountLookup, ExecuteError, Vendor},
};

impl LitmosVendor {
    pub(super) async fn carry_out(
        &mut self,
        step: &[Effect],
        notify: bool,
    ) -> Result<ResultIds, ExecuteError> {
        let Some(first) = step.first() else { return Ok(ResultIds::default()) };
        match first {
            Effect::Standing {
                team_id, part: StandingPart::Member, change: Change::Give, ..
            } => {
                let users: Vec<_> = step.iter().filter_map(Effect::user_id).collect();
                self.litmos.add_team_members(team_id, &users, notify).await?;
            }
            Effect::Standing { team_id, user_id, part, change } => {
                self.change_standing(team_id, user_id, *part, *change).await?;
            }
            Effect::Course { course_id, user_id, change: Change::Give } => {
                self.litmos.assign_courses(user_id, &[course_id], notify).await?;
                if !self.has_course(user_id, course_id).await? {
                    return Err(not_there(&format!("course {course_id} is not assigned")));
                }
            }
            Effect::Course { course_id, user_id, change: Change::Take } => {
                gone(self.litmos.unassign_course(user_id, course_id).await)?;
            }
            Effect::LearningPath { learning_path_id: id, user_id, change: Change::Give } => {
                self.litmos.assign_learning_paths(user_id, &[id], notify).await?;
                if !self.has_learning_path(user_id, id).await? {
                    return Err(not_there(&format!("learning path {id} is not assigned")));
                }
            }
            Effect::LearningPath { learning_path_id: id, user_id, change: Change::Take } => {
                gone(self.litmos.unassign_learning_path(user_id, id).await)?;
            }
            Effect::Role { user_id, .. }
            | Effect::Active { user_id, .. }
            | Effect::Field { user_id, .. } => self.change_account(user_id, step).await?,
            Effect::CreateAccount(account) => return self.create_account(account, notify).await,
            Effect::CreateTeam { name, parent_team_id } => {
                let team = self.litmos.create_team(name, parent_team_id.as_deref()).await?;
                return Ok(ResultIds { team_id: Some(team.team_id), user_id: None });
            }
            Effect::TeamField { team_id, .. } => self.change_team(team_id, step).await?,
            Effect::DeleteTeam { team_id, .. } => gone(self.litmos.delete_team(team_id).await)?,
        }
        Ok(ResultIds::default())
    }

    async fn change_standing(
        &self,
        team_id: &str,
        user_id: &str,
        part: StandingPart,
        change: Change,
    ) -> Result<(), VendorError> {
        let litmos = &self.litmos;
        match (part, change) {
            (StandingPart::Member, Change::Give) => {
                litmos.add_team_members(team_id, &[user_id], false).await
            }
            (StandingPart::Leader, Change::Give) => litmos.promote_leader(team_id, user_id).await,
            (StandingPart::Admin, Change::Give) => litmos.promote_admin(team_id, user_id).await,
            (StandingPart::Member, Change::Take) => {
                gone(litmos.remove_team_member(team_id, user_id).await)
            }
            (StandingPart::Leader, Change::Take) => {
                gone(litmos.demote_leader(team_id, user_id).await)
            }
            (StandingPart::Admin, Change::Take) => {
                gone(litmos.demote_admin(team_id, user_id).await)
            }
        }
    }

    async fn change_account(&mut self, user_id: &str, step: &[Effect]) -> Result<(), ExecuteError> {
        let mut record = self.record(user_id).await?;
        for effect in step {
            apply(&mut record, effect)?;
        }
        self.litmos.put_user(&record).await?;
        // What it holds now is what was written; another change has to read anew.
        self.records.remove(user_id);
        Ok(())
    }

    /// As it was read for this request; it is not read again, so that nothing comes in between that
    /// the plan has not seen.
    async fn record(&mut self, user_id: &str) -> Result<UserRecord, ExecuteError> {
        if !self.records.contains_key(user_id) {
            let principal = Principal::UserId(user_id.to_owned());
            if !matches!(self.account(&principal).await?, AccountLookup::Found(_)) {
                return Err(not_there("the account is gone"));
            }
        }
        self.records.get(user_id).cloned().ok_or_else(|| not_there("the account is gone"))
    }

    async fn create_account(
        &self,
        account: &NewAccount,
        notify: bool,
    ) -> Result<ResultIds, ExecuteError> {
        let mut user = NewUser::new(&account.user_name, &account.role);
        user.active = account.active;
        for (field, value) in &account.fields {
            let text = || value.as_str().unwrap_or_default().to_owned();
            match field {
                AccountField::UserName => user.user_name = text(),
                AccountField::FirstName => user.first_name = text(),
                AccountField::LastName => user.last_name = text(),
                AccountField::Email => user.email = text(),
                AccountField::Manager => user.manager_id = Some(text()),
                AccountField::Attribute(name) => {
                    user.set_attribute(name, value).map_err(cannot_be_set)?;
                }
            }
        }
        let record = self.litmos.create_user(&user, notify).await?;
        Ok(ResultIds { user_id: Some(record.user().user_id.clone()), team_id: None })
    }

    /// That a write moves a team is not documented (5.2.1), so it is looked at afterwards.
    async fn change_team(&self, team_id: &str, step: &[Effect]) -> Result<(), ExecuteError> {
        let mut record = self.litmos.team_record(team_id).await?;
        let mut parent = None;
        for effect in step {
            if let Effect::TeamField { field, to, .. } = effect {
                match field {
                    TeamField::Name => record.set_name(to),
                    TeamField::Parent => {
                        record.set_parent(Some(to));
                        parent = Some(to);
                    }
                }
            }
        }
        self.litmos.put_team(&record).await?;
        let Some(parent) = parent else { return Ok(()) };
        let there = self.litmos.team_record(team_id).await?;
        if there.team().parent_team_id.as_ref() == Some(parent) {
            return Ok(());
        }
        Err(not_there("the team was not moved"))
    }
}

fn apply(record: &mut UserRecord, effect: &Effect) -> Result<(), ExecuteError> {
    match effect {
        // Writing Team_Leader does nothing (5.1.4): it is what a learner reads as who leads a team.
        Effect::Role { to, .. } if same_role(to, TEAM_ROLE) => record.set_role(LEAST_ROLE),
        Effect::Role { to, .. } => record.set_role(to),
        Effect::Active { active, .. } => record.set_active(*active),
        Effect::Field { field, to, .. } => {
            let text = to.as_str().unwrap_or_default();
            match field {
                AccountField::UserName => record.set_user_name(text),
                AccountField::FirstName => record.set_names(Some(text), None),
                AccountField::LastName => record.set_names(None, Some(text)),
                AccountField::Email => record.set_email(text),
                AccountField::Manager => record.set_manager(Some(text)),
                AccountField::Attribute(name) => {
                    let value = if text.is_empty() && to.is_string() { &Value::Null } else { to };
                    record.set_attribute(name, value).map_err(cannot_be_set)?;
                }
            }
        }
        _ => {}
    }
    Ok(())
}

/// What is gone already needs not be taken away.
fn gone(result: Result<(), VendorError>) -> Result<(), VendorError> {
    match result {
        Err(VendorError::NotFound { .. }) => Ok(()),
        other => other,
    }
}

fn not_there(what: &str) -> ExecuteError {
    ExecuteError::NotApplied(what.to_owned())
}

/// The planner has checked attributes already, so this one has changed in between.
fn cannot_be_set(error: AttributeError) -> ExecuteError {
    ExecuteError::NotApplied(error.to_string())
}
