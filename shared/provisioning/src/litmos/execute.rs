//! Effects as calls.

use rollcall_vendor_client::{
    VendorError,
    litmos::{AttributeError, NewUser, UserRecord},
};
use serde_json::Value;

use super::{
    LitmosVendor,
    rules::{LEAST_ROLE, RULES, TEAM_ROLE},
};
use crate::{
    Change, Effect, NewAccount, Principal, StandingPart, TeamField,
    account::AccountField,
    outcome::ResultIds,
    rules::same_role,
    vendor::{AccountLookup, ExecuteError, Vendor},
};

/// How many who were added and are not in the team's list are looked up in their own: accounts that may
/// not be used are in no other. Of the rest it is not said that they are absent.
const LOOKED_AT: usize = 10;

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
                self.see_added(team_id, &users).await.map_err(unseen)?;
            }
            Effect::Standing { team_id, user_id, part, change } => {
                self.change_standing(team_id, user_id, *part, *change).await?;
                if *change == Change::Give {
                    self.see_promoted(team_id, user_id, *part).await.map_err(unseen)?;
                }
                if *part != StandingPart::Member {
                    self.keep_own_role(user_id).await.map_err(unseen)?;
                }
            }
            Effect::Course { course_id, user_id, change: Change::Give } => {
                self.litmos.assign_courses(user_id, &[course_id], notify).await?;
                let looked = self.has_course(user_id, course_id).await;
                if !looked.map_err(ExecuteError::Unseen)? {
                    return Err(not_there(&format!("course {course_id} is not assigned")));
                }
            }
            Effect::Course { course_id, user_id, change: Change::Take } => {
                gone(self.litmos.unassign_course(user_id, course_id).await)?;
            }
            Effect::LearningPath { learning_path_id: id, user_id, change: Change::Give } => {
                self.litmos.assign_learning_paths(user_id, &[id], notify).await?;
                let looked = self.has_learning_path(user_id, id).await;
                if !looked.map_err(ExecuteError::Unseen)? {
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

    /// The vendor passes over whom it does not know without a word.
    async fn see_added(&self, team_id: &str, users: &[&str]) -> Result<(), ExecuteError> {
        if let [user_id] = users {
            return match self.is_member(team_id, user_id).await? {
                true => Ok(()),
                false => Err(not_there(&format!("{user_id} is not in team {team_id}"))),
            };
        }
        let listed = self.members_of(team_id).await?;
        let unlisted = users.iter().filter(|user_id| !listed.contains_key(**user_id));
        let mut absent = Vec::new();
        for user_id in unlisted.take(LOOKED_AT) {
            if !self.is_member(team_id, user_id).await? {
                absent.push((*user_id).to_owned());
            }
        }
        if absent.is_empty() { Ok(()) } else { Err(ExecuteError::NotAdded(absent)) }
    }

    /// The vendor lists those leaders and admins only whose accounts may be used.
    async fn see_promoted(
        &self,
        team_id: &str,
        user_id: &str,
        part: StandingPart,
    ) -> Result<(), ExecuteError> {
        let is_unlisted = |record: &UserRecord| record.user().active != Some(true);
        if self.records.get(user_id).is_some_and(is_unlisted) {
            return Ok(());
        }
        let (is_one, what) = match part {
            StandingPart::Member => (self.is_member(team_id, user_id).await?, "a member"),
            StandingPart::Leader => (self.leads(team_id, user_id).await?, "a leader"),
            StandingPart::Admin => (self.administers(team_id, user_id).await?, "an admin"),
        };
        match is_one {
            true => Ok(()),
            false => Err(not_there(&format!("{user_id} is not {what} of team {team_id}"))),
        }
    }

    /// Whether leading a team lowers who is more than a learner is not documented (5.2.4): it is looked
    /// at, and what a grant in a team must not take is given back.
    async fn keep_own_role(&mut self, user_id: &str) -> Result<(), ExecuteError> {
        let role = self.records.get(user_id).and_then(|record| record.user().role.clone());
        let own =
            role.filter(|role| !(RULES.roles.is_least(role) || RULES.roles.is_of_teams(role)));
        let Some(own) = own else { return Ok(()) };
        self.account(&Principal::UserId(user_id.to_owned())).await?;
        let mut record = self.record(user_id).await?;
        if record.user().role.as_deref().is_some_and(|role| same_role(role, &own)) {
            return Ok(());
        }
        tracing::warn!(
            user_id,
            role = own,
            "a change in a team has lowered a role: it is given back"
        );
        record.set_role(&own);
        self.litmos.put_user(&record).await?;
        self.records.remove(user_id);
        Ok(())
    }

    async fn change_account(&mut self, user_id: &str, step: &[Effect]) -> Result<(), ExecuteError> {
        let mut record = self.record(user_id).await?;
        for effect in step {
            apply(&mut record, effect)?;
        }
        let tells_manager =
            |effect: &Effect| matches!(effect, Effect::Field { field: AccountField::Manager, .. });
        match self.litmos.put_user(&record).await {
            Err(VendorError::NotFound { call, detail }) => {
                // The record was read just now: what is not found is what it points at.
                if step.iter().any(tells_manager) || !self.has_lost_its_manager(&record).await? {
                    return Err(VendorError::Refused { call, detail }.into());
                }
                tracing::warn!(
                    user_id,
                    detail,
                    "the account is written without its manager, who is gone"
                );
                record.set_manager(None);
                self.litmos.put_user(&record).await?;
            }
            other => other?,
        }
        // What it holds now is what was written; another change has to read anew.
        self.records.remove(user_id);
        Ok(())
    }

    /// Whether the record names a manager of whom the vendor knows nothing any more. It takes no record
    /// back with one (Litmos reference 5.1.2), and a leaver has to go all the same.
    async fn has_lost_its_manager(&mut self, record: &UserRecord) -> Result<bool, VendorError> {
        let Some(manager_id) = record.user().manager_id.clone() else { return Ok(false) };
        let manager = self.account(&Principal::UserId(manager_id)).await?;
        Ok(matches!(manager, AccountLookup::Missing))
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

/// What a look meets after a write is no word on the write.
fn unseen(error: ExecuteError) -> ExecuteError {
    match error {
        ExecuteError::Vendor(error) => ExecuteError::Unseen(error),
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
