//! What was found out about a request, and the plan that follows from it. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    Entitlement, Hold, Operation, Remove,
    observed::{Observed, ObservedTeam},
    outcome::ResultIds,
    plan::{self, Plan, Unplannable},
    rules::VendorRules,
};

/// What was found out about a request, as far as its operation needs it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// What is there.
    pub(crate) there: Observed,
    /// The principal.
    pub(crate) user_id: Option<String>,
    /// The manager that was named.
    pub(crate) manager_id: Option<String>,
    /// The attributes that a new account may have.
    pub(crate) blank: BTreeMap<String, Value>,
    /// The team.
    pub(crate) team: Option<ObservedTeam>,
    /// There are teams below it.
    pub(crate) has_subteams: bool,
    /// The teams above the wanted parent.
    pub(crate) above: BTreeSet<String>,
    /// The members that are wanted.
    pub(crate) wanted: BTreeSet<String>,
    /// Of these, who may not sign in: the vendor does not list them among the members.
    pub(crate) unlisted: BTreeSet<String>,
    /// What is held of the other members, where that decides whether they stay.
    pub(crate) held: Vec<Hold>,
}

impl Seen {
    /// What is to be done.
    pub(crate) fn plan(
        &self,
        operation: &Operation,
        rules: &VendorRules,
    ) -> Result<Plan, Unplannable> {
        let roles = &rules.roles;
        let nobody = String::new();
        let user_id = self.user_id.as_ref().unwrap_or(&nobody);
        let account = || self.there.accounts.get(user_id).cloned().unwrap_or_default();
        let manager_id = self.manager_id.as_deref();
        match operation {
            Operation::Grant { entitlement, .. } => {
                plan::grant(user_id, entitlement, &self.there, roles)
            }
            Operation::Revoke { entitlement, .. } => {
                plan::revoke(user_id, entitlement, &self.there, roles)
            }
            Operation::CreateAccount { .. } if self.user_id.is_some() => Ok(Plan::default()),
            Operation::CreateAccount { account } => {
                plan::create_account(account, manager_id, &self.blank, rules)
            }
            Operation::UpdateAccount { account: told, .. } => {
                plan::update_account(&account(), told, manager_id, roles)
            }
            Operation::EnableAccount { .. } => Ok(plan::set_active(&account(), true)),
            Operation::DisableAccount { .. } => Ok(plan::set_active(&account(), false)),
            Operation::CreateTeam { name, parent_team_id } => Ok(match self.team {
                Some(_) => Plan::default(),
                None => plan::create_team(name, parent_team_id.as_deref()),
            }),
            Operation::UpdateTeam { name, parent_team_id, .. } => {
                let team = self.team.clone().unwrap_or_default();
                plan::update_team(&team, name.as_deref(), parent_team_id.as_deref(), &self.above)
            }
            Operation::DeleteTeam { .. } => match &self.team {
                Some(team) => plan::delete_team(team, self.has_subteams),
                None => Ok(Plan::default()),
            },
            Operation::SetTeamMembers { team_id, remove, .. } => {
                let of_team = self.there.standings.keys().filter(|(team, _)| team == team_id);
                let there = of_team.map(|(_, user)| user.clone()).collect();
                let removable = match remove {
                    Remove::All => &there,
                    Remove::Own(door) => &plan::brought_by(*door, &self.held),
                };
                Ok(plan::set_team_members(team_id, &there, &self.wanted, removable))
            }
        }
    }

    /// The ids that an outcome tells.
    pub(crate) fn result(&self, operation: &Operation) -> ResultIds {
        match operation {
            Operation::CreateTeam { .. } => {
                let team_id = self.team.as_ref().map(|team| team.team_id.clone());
                ResultIds { user_id: None, team_id }
            }
            Operation::UpdateTeam { team_id, .. }
            | Operation::DeleteTeam { team_id }
            | Operation::SetTeamMembers { team_id, .. } => {
                ResultIds { user_id: None, team_id: Some(team_id.clone()) }
            }
            Operation::Grant { entitlement: Entitlement::Team { team_id, .. }, .. }
            | Operation::Revoke { entitlement: Entitlement::Team { team_id, .. }, .. } => {
                ResultIds { user_id: self.user_id.clone(), team_id: Some(team_id.clone()) }
            }
            _ => ResultIds { user_id: self.user_id.clone(), team_id: None },
        }
    }
}
