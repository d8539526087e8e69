//! What was taken away, or given for good, is held no more.

use std::collections::BTreeSet;

use super::{Provisioning, case::Case, execute::membership, halt::Halt, observe::look};
use crate::{
    Entitlement, Operation, Request, StandingPart,
    account::Account,
    hold::{held_of, member_for_good, revoked},
    observed::Observed,
    plan::{self, Part},
    rules::VendorRules,
    seen::Seen,
    vendor::Vendor,
};

impl Provisioning<'_> {
    /// What was taken away is held no more.
    pub(super) async fn release_holds(
        &self,
        request: &Request,
        seen: &Seen,
        rules: &VendorRules,
        case: &Case<'_>,
        vendor: &mut dyn Vendor,
    ) -> Result<(), Halt> {
        let least_role = rules.roles.least;
        match (&request.operation, &seen.user_id) {
            (Operation::Revoke { entitlement, .. }, Some(user_id)) => {
                self.revoke_hold(user_id, entitlement, least_role).await
            }
            (
                Operation::UpdateAccount { account: Account { role: Some(_), .. }, .. },
                Some(user_id),
            ) => {
                let mut held = self.ledger.held_by(user_id).await?;
                let mut after = held.holds.clone();
                after.retain(|entitlement, _| !matches!(entitlement, Entitlement::Role { .. }));
                Ok(self.ledger.hold(user_id, &mut held, after).await?)
            }
            (Operation::DeleteTeam { team_id }, _) => {
                let membership = membership(team_id);
                for user_id in self.ledger.holders_in(team_id).await? {
                    self.revoke_hold(&user_id, &membership, least_role).await?;
                }
                Ok(())
            }
            (Operation::SetTeamMembers { team_id, .. }, _) => {
                let membership = membership(team_id);
                // As the outcome tells it, since an earlier attempt may have done some.
                for note in &case.draft.outcome.effects {
                    if let Some(user_id) = note.removed_member() {
                        self.revoke_hold(user_id, &membership, least_role).await?;
                    }
                    if let Some(user_id) = note.added_member() {
                        self.hold_no_membership(user_id, team_id, seen, vendor).await?;
                    }
                }
                self.hold_own(request, team_id, case).await
            }
            _ => Ok(()),
        }
    }

    /// Looks once more for what seems to be gone, before what is held of it is held no more: a team, or
    /// what Rollcall has given somebody.
    pub(super) async fn look_again(
        &self,
        request: &Request,
        seen: &Seen,
        vendor: &mut dyn Vendor,
    ) -> Result<(), Halt> {
        let is_there = match (&request.operation, &seen.user_id) {
            (Operation::DeleteTeam { team_id }, _) => vendor.team(team_id).await?.is_some(),
            (Operation::Revoke { entitlement, .. }, Some(user_id))
                if held_of(&self.ledger.held_by(user_id).await?.holds, entitlement).is_some() =>
            {
                let mut there = Observed::default();
                there.accounts.clone_from(&seen.there.accounts);
                let parts: Vec<_> = entitlement.part().into_iter().collect();
                look(entitlement, user_id, &parts, vendor, &mut there).await?;
                !plan::revoke(user_id, entitlement, &there, &vendor.rules().roles)?
                    .effects
                    .is_empty()
            }
            _ => false,
        };
        if is_there {
            return Err(Halt::later("what was not there a moment ago is there"));
        }
        Ok(())
    }

    async fn revoke_hold(
        &self,
        user_id: &str,
        entitlement: &Entitlement,
        least_role: &str,
    ) -> Result<(), Halt> {
        let mut held = self.ledger.held_by(user_id).await?;
        let after = revoked(&held.holds, entitlement, least_role);
        Ok(self.ledger.hold(user_id, &mut held, after).await?)
    }

    /// Whoever is added by a list is a member for good, whatever was held before. Who was not listed may
    /// have been in the team all the same: a leadership that is there still ends when it had to.
    async fn hold_no_membership(
        &self,
        user_id: &str,
        team_id: &str,
        seen: &Seen,
        vendor: &mut dyn Vendor,
    ) -> Result<(), Halt> {
        let mut held = self.ledger.held_by(user_id).await?;
        let of_team = |hold: &&crate::Hold| hold.entitlement.team() == Some(team_id);
        let given = held.holds.values().filter(of_team).flat_map(|hold| &hold.given.added);
        let leads: BTreeSet<_> = given
            .filter(|part| **part != Part::Member)
            .filter_map(|part| part.standing())
            .collect();
        // The vendor tells only of those who may sign in what they are in a team.
        let still: BTreeSet<StandingPart> = if leads.is_empty() || seen.unlisted.contains(user_id) {
            leads
        } else {
            vendor.standing(team_id, user_id, &leads).await?
        };
        let after = member_for_good(&held.holds, team_id, &still);
        Ok(self.ledger.hold(user_id, &mut held, after).await?)
    }
}
