//! The vendor's account must never be left without an owner.

use super::{Provisioning, halt::Halt};
use crate::{
    Effect, Entitlement, Principal, Rejection,
    hold::held_of,
    observed::Observed,
    policy::leaving_owner,
    vendor::{AccountLookup, Vendor},
};

/// How many candidates are asked for before the request is rejected.
const CANDIDATES: usize = 5;

impl Provisioning<'_> {
    /// Whether somebody else certainly owns the vendor's account, if an owner would leave. The
    /// snapshot says who may; only the vendor says who does.
    pub(super) async fn check_owner(
        &self,
        effects: &[Effect],
        there: &Observed,
        vendor: &mut dyn Vendor,
    ) -> Result<(), Halt> {
        let roles = &vendor.rules().roles;
        let Some(role) = roles.owner else { return Ok(()) };
        let Some(leaving) = leaving_owner(effects, there, roles) else { return Ok(()) };
        let candidates = self.snapshot.active_with(role).await.map_err(Halt::Later)?;
        let as_owner = Entitlement::Role { name: role.to_owned() };
        for other in candidates.into_iter().filter(|other| other != leaving).take(CANDIDATES) {
            // Whoever is one for a time only would leave nobody behind at the end of it, which nothing
            // stops.
            let held = self.ledger.held_by(&other).await?;
            if held_of(&held.holds, &as_owner).is_some_and(|hold| hold.expires_at.is_some()) {
                continue;
            }
            let found = vendor.account(&Principal::UserId(other)).await?;
            if matches!(found, AccountLookup::Found(account) if roles.is_active_owner(&account)) {
                return Ok(());
            }
        }
        let name = there.user_names.get(leaving).map_or(leaving, String::as_str);
        Err(Rejection::LastAccountOwner { user_name: name.to_owned(), role }.into())
    }
}
