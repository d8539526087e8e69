//! Lists by which a door removes only whom it has brought itself: who that is, and who it will be.

use std::collections::BTreeSet;

use super::{Provisioning, case::Case, halt::Halt};
use crate::{
    Entitlement, Operation, Remove, Request, TeamLevel,
    hold::granted,
    outcome::EffectNote,
    plan::{Added, Part},
    seen::Seen,
};

impl Provisioning<'_> {
    /// Looks up what is held of the members whom a list does not name.
    pub(super) async fn see_holds(
        &self,
        operation: &Operation,
        seen: &mut Seen,
    ) -> Result<(), Halt> {
        let Operation::SetTeamMembers { team_id, remove: Remove::Own(_), .. } = operation else {
            return Ok(());
        };
        let members = seen.there.standings.keys().filter(|(team, _)| team == team_id);
        let members: BTreeSet<_> = members.map(|(_, user)| user.clone()).collect();
        let unnamed: Vec<_> = members.difference(&seen.wanted).collect();
        seen.held = self.ledger.held_in(team_id, &unnamed).await?;
        Ok(())
    }

    /// Whom such a list has added it holds: a later one may remove them.
    pub(super) async fn hold_own(
        &self,
        request: &Request,
        team_id: &str,
        case: &Case<'_>,
    ) -> Result<(), Halt> {
        let Operation::SetTeamMembers { remove: Remove::Own(_), .. } = &request.operation else {
            return Ok(());
        };
        let (team_id, level) = (team_id.to_owned(), TeamLevel::Member);
        let membership = Entitlement::Team { team_id, level };
        let added = Added { added: [Part::Member].into(), before: None };
        for user_id in case.draft.outcome.effects.iter().filter_map(EffectNote::added_member) {
            let mut held = self.ledger.held_by(user_id).await?;
            let id = &request.request_id;
            let after = granted(&held.holds, user_id, &membership, id, &added, None);
            self.ledger.hold(user_id, &mut held, after).await?;
        }
        Ok(())
    }
}
