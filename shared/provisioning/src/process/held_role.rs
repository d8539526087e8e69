//! Roles that were given for a time: what moves their end is judged as what gives them.

use super::{Provisioning, halt::Halt};
use crate::{
    Entitlement, Operation, Rejection, Request, account::Account, hold::held_of, rules::Roles,
    seen::Seen,
};

impl Provisioning<'_> {
    /// Judges what a request does to the end of a role's grant. No effect shows it: the role is there
    /// already.
    pub(super) async fn check_held_role(
        &self,
        request: &Request,
        seen: &Seen,
        roles: &Roles,
    ) -> Result<(), Halt> {
        let (name, end) = match &request.operation {
            Operation::Grant { entitlement: Entitlement::Role { name }, .. } => {
                (name, request.expires_at)
            }
            // A role that is told is given for good.
            Operation::UpdateAccount { account: Account { role: Some(name), .. }, .. } => {
                (name, None)
            }
            _ => return Ok(()),
        };
        let Some(user_id) = &seen.user_id else { return Ok(()) };
        let held = self.ledger.held_by(user_id).await?;
        let held = held_of(&held.holds, &Entitlement::Role { name: name.clone() });
        let Some(was) = held.and_then(|hold| hold.expires_at) else { return Ok(()) };
        if end.is_none_or(|end| end > was) {
            self.policy.check_role(name, roles)?;
        }
        // Where nothing may be given for good, that would be a way around the end.
        if end.is_none() && self.policy.max_grant.is_some() {
            return Err(Rejection::EndRequired.into());
        }
        Ok(())
    }
}
