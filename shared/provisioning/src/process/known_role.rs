//! Which role a request means: names compare as the vendor compares them, and a role that nobody
//! knows is said to be unknown.

use std::collections::BTreeSet;

use super::{Provisioning, halt::Halt};
use crate::{
    Entitlement, Operation,
    ledger::Intent,
    outcome::EffectNote,
    plan::Unplannable,
    rules::{Roles, same_role},
    seen::Seen,
};

impl Provisioning<'_> {
    /// Writes the role of a request as the vendor spells it: plans and holds know it by that name
    /// only. The snapshot is read only where nothing nearer knows the role.
    pub(super) async fn name_role(
        &self,
        operation: &mut Operation,
        seen: &Seen,
        intent: Option<&Intent>,
        roles: &Roles,
    ) -> Result<(), Halt> {
        let Some(told) = told_role(operation) else { return Ok(()) };
        let user_id = seen.user_id.as_deref();
        let now = user_id.and_then(|user_id| seen.there.role_of(user_id));
        // What was begun goes on under the name that it was begun with.
        let begun = intent.and_then(|intent| begun_with(&intent.effects, told));
        if let Some(name) = begun.or_else(|| roles.known(told, now.into_iter())) {
            *told = name.to_owned();
            return Ok(());
        }
        let mut others = self.snapshot.roles().await.map_err(Halt::Later)?;
        if let Some(name) = roles.known(told, others.iter().map(String::as_str)) {
            *told = name.to_owned();
            return Ok(());
        }
        others.extend(now.map(str::to_owned));
        Err(Unplannable::UnknownRole { told: told.clone(), known: listed(roles, &others) }.into())
    }

    /// Whether the role of a grant may be given at all: a rule that no revocation helps against is
    /// told first.
    pub(super) fn check_granted_role(
        &self,
        operation: &Operation,
        roles: &Roles,
    ) -> Result<(), Halt> {
        match operation.entitlement() {
            Some(Entitlement::Role { name }) => Ok(self.policy.check_role(name, roles)?),
            _ => Ok(()),
        }
    }
}

/// The role that a request names.
fn told_role(operation: &mut Operation) -> Option<&mut String> {
    match operation {
        Operation::Grant { entitlement: Entitlement::Role { name }, .. }
        | Operation::Revoke { entitlement: Entitlement::Role { name }, .. } => Some(name),
        Operation::CreateAccount { account } | Operation::UpdateAccount { account, .. } => {
            account.role.as_mut()
        }
        _ => None,
    }
}

/// The name that an earlier attempt had for a role.
fn begun_with<'a>(effects: &'a [EffectNote], told: &str) -> Option<&'a str> {
    let gives_role = |note: &&EffectNote| ["set_role", "create_account"].contains(&&*note.action);
    let mut names = effects.iter().filter(gives_role).flat_map(|note| {
        ["to", "role", "from"].into_iter().filter_map(|member| note.detail.get(member)?.as_str())
    });
    names.find(|name| same_role(name, told))
}

/// The documented roles, then the others.
fn listed(roles: &Roles, others: &BTreeSet<String>) -> Vec<String> {
    let is_other = |role: &&String| roles.known(role, std::iter::empty()).is_none();
    let documented = roles.documented.iter().map(|role| (*role).to_owned());
    documented.chain(others.iter().filter(is_other).cloned()).collect()
}
