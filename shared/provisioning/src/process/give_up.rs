//! What was tried long enough: its outcome, and what becomes of what it may have given.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::{
    Provisioning,
    admission::not_after,
    case::Case,
    grant::Giving,
    halt::{Halt, Trouble},
    observe::look,
};
use crate::{
    Operation, Principal, Request, RequestId, StandingPart,
    hold::held_of,
    ledger::{Intent, Standing},
    observed::Observed,
    outcome::{Outcome, Status},
    plan::{Added, Part},
    vendor::{AccountLookup, Vendor},
};

/// How long the vendor is asked once more, where the time is up.
const LAST_LOOK: Duration = Duration::from_secs(2);

impl Provisioning<'_> {
    /// Settles what was tried for so long. Without a vendor nothing is looked at.
    pub(super) async fn give_up(
        &self,
        case: &mut Case<'_>,
        trouble: Trouble,
        tried_for: &str,
        vendor: Option<&mut dyn Vendor>,
        deadline: Instant,
    ) -> Result<Outcome, Halt> {
        let Some(id) = case.id.clone() else { return Err(Halt::Later(trouble)) };
        let mut may_hold = None;
        // It may not have come as far as to know what became of it before.
        if let Some(body) = &case.body {
            match self.ledger.open(&id, body).await? {
                Standing::Settled(outcome) => return Ok(*outcome),
                Standing::Reused => return self.reused(case, &id).await,
                Standing::Interrupted(intent) => {
                    may_hold = Request::parse(body.clone()).ok().zip(Some(intent));
                }
                Standing::New | Standing::Begun => {
                    if let Err(Halt::Refused(refusal)) = self.check_in_time(not_after(body)) {
                        return self.refuse(case, &refusal).await;
                    }
                }
            }
        }
        let mut message =
            format!("given up after {tried_for}; the last trouble: {}", trouble.reason);
        if let Some((request, intent)) = &may_hold {
            case.goes_on(Some(intent));
            let until = deadline.max(Instant::now() + LAST_LOOK);
            self.leave_no_claim(&id, request, intent, vendor, until).await?;
        }
        if !case.intended.is_empty() {
            message += "; the effects were intended, and some of them may have been carried out";
        }
        std::mem::take(&mut case.intended).into_iter().for_each(|note| case.draft.note(note));
        self.settle(case, &id, Status::Failed, Some("vendor_unavailable"), &message).await
    }

    /// A grant that was begun and is refused before it could go on leaves no claim either.
    pub(super) async fn leave_no_claim_of_refused(
        &self,
        case: &Case<'_>,
        vendor: Option<&mut dyn Vendor>,
        deadline: Instant,
    ) -> Result<(), Halt> {
        let (true, Some(id), Some(body)) = (case.began, &case.id, &case.body) else {
            return Ok(());
        };
        if let Standing::Interrupted(intent) = self.ledger.look(id, body).await?
            && let Ok(request) = Request::parse(body.clone())
        {
            let until = deadline.max(Instant::now() + LAST_LOOK);
            self.leave_no_claim(id, &request, &intent, vendor, until).await?;
        }
        Ok(())
    }

    /// A grant that was given up holds nothing: what somebody else gives later is theirs. What it may
    /// have given all the same ends at once.
    pub(super) async fn leave_no_claim(
        &self,
        id: &RequestId,
        request: &Request,
        intent: &Intent,
        vendor: Option<&mut dyn Vendor>,
        until: Instant,
    ) -> Result<(), Halt> {
        let Operation::Grant { entitlement, .. } = &request.operation else { return Ok(()) };
        let Some(user_id) = &intent.user_id else { return Ok(()) };
        let mut held = self.ledger.held_by(user_id).await?;
        // Not begun to be given, or given on by a later grant.
        let hold = held_of(&held.holds, entitlement).filter(|hold| hold.request_id == id.as_str());
        let Some(hold) = hold.cloned() else { return Ok(()) };
        let entitlement = &hold.entitlement;
        let giving = Giving { id, user_id, entitlement, ends: Some((self.clock)()) };
        let gone = match vendor {
            Some(vendor) => {
                let looked =
                    timeout_at(until, giving.is_seen_to_be_gone(&intent.added, vendor)).await;
                matches!(looked, Ok(Ok(true)))
            }
            None => false,
        };
        // Of a hold that a list has taken over in part only the rest is a claim.
        let mut given = if gone { Added::default() } else { intent.added.clone() };
        given.added.retain(|part| hold.given.added.contains(part));
        let after = giving.hold_after_giving_up(&held.holds, intent, &given);
        self.note_ends_anew(&held.holds, &after).await?;
        Ok(self.ledger.hold(user_id, &mut held, after).await?)
    }
}

impl Giving<'_> {
    /// Whether nothing of what was to be added is there, looked at twice.
    async fn is_seen_to_be_gone(
        &self,
        added: &Added,
        vendor: &mut dyn Vendor,
    ) -> Result<bool, Halt> {
        let parts: Vec<StandingPart> =
            added.added.iter().filter_map(|part| part.standing()).collect();
        for _ in 0..2 {
            let mut there = Observed::default();
            if added.added.contains(&Part::Role)
                && let AccountLookup::Found(account) =
                    vendor.account(&Principal::UserId(self.user_id.to_owned())).await?
            {
                there.saw(account);
            }
            look(self.entitlement, self.user_id, &parts, vendor, &mut there).await?;
            if added.added.iter().any(|part| there.has(self.user_id, self.entitlement, *part)) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
