//! Grants: what is given is held, with its end, before the vendor is asked to give it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::{
    Provisioning,
    case::{Case, nothing_there},
    execute::Job,
    halt::{Halt, NOT_APPLIED, Refusal, Trouble},
};
use crate::{
    End, Entitlement, Hold, Holds, RequestId,
    hold::{ended, ended_outside, granted, held_of},
    ledger::{HeldBy, Intent},
    outcome::{Outcome, Status},
    plan::{self, Added, Part},
    seen::Seen,
    vendor::Vendor,
};

/// How long the vendor may take to show what it was told to give.
const SHOWN_WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// How often it is looked for at least.
const SHOWN_AFTER: u32 = 4;
/// How long it is looked for in the end.
const LAST_LOOK: Duration = Duration::from_secs(20);

/// What is given to whom until when.
pub(super) struct Giving<'a> {
    pub(super) id: &'a RequestId,
    pub(super) user_id: &'a str,
    pub(super) entitlement: &'a Entitlement,
    pub(super) ends: Option<Timestamp>,
}

impl Provisioning<'_> {
    pub(super) async fn grant(
        &self,
        job: Job<'_>,
        entitlement: &Entitlement,
        case: &mut Case<'_>,
        vendor: &mut dyn Vendor,
    ) -> Result<Outcome, Halt> {
        let Job { id, request, seen, plan, intent, .. } = job;
        let user_id = seen.user_id.as_deref().unwrap_or_default();
        let giving = Giving { id, user_id, entitlement, ends: request.expires_at };
        let mut held = self.ledger.held_by(user_id).await?;
        if let Some(intent) = &intent
            && giving.ends.is_some_and(|end| end <= (self.clock)())
        {
            return self.end_meanwhile(&giving, seen, intent, held, case, vendor).await;
        }
        let mut holds = held.holds.clone();
        let gone = ended_outside(&holds, entitlement, &plan.added);
        holds.retain(|what, _| !gone.contains(what));
        let intent = match intent {
            Some(intent) => Some(intent),
            None if plan.effects.is_empty() => None,
            None => {
                let holds = held.holds.values().cloned().collect();
                Some(self.intend(case, id, seen, plan, holds).await?)
            }
        };
        // After an interruption some of it may be there: what was added the first intent knows, unless
        // nothing was sent yet, which no hold tells.
        let is_mine = |hold: &Hold| hold.request_id == id.as_str();
        let was_sent = held_of(&held.holds, entitlement).is_some_and(is_mine);
        let sent = intent.as_ref().filter(|_| was_sent);
        let added = sent.map_or(&plan.added, |intent| &intent.added);
        let after = giving.hold(&holds, added);
        if let Some(end) = after.get(entitlement).and_then(End::of) {
            let user_name = seen.there.user_names.get(user_id).cloned();
            self.ledger.note_end(&End { user_name, ..end }).await?;
        }
        self.ledger.hold(user_id, &mut held, after).await?;
        let Some(intent) = intent else {
            let message = "the principal has it already";
            return self.settle(case, id, Status::AlreadyDone, None, message).await;
        };
        match self.execute(&intent, plan, request.notify, case, vendor).await {
            Ok(_) => self.settle(case, id, Status::Succeeded, None, "done").await,
            Err(Halt::Refused(refusal)) => {
                let refusal = self.believed(refusal, &intent, entitlement, case, vendor).await?;
                if refusal.code == NOT_APPLIED {
                    // It may still be shown: then it ends at once.
                    let until = Instant::now() + LAST_LOOK;
                    self.leave_no_claim(id, request, &intent, Some(vendor), until).await?;
                    case.is_released = true;
                    return Err(Halt::Refused(refusal));
                }
                let given = giving.in_spite_of_refusal(&intent.added, seen, case);
                let after = giving.hold_after_refusal(&held.holds, &intent, &given);
                self.note_ends_anew(&held.holds, &after).await?;
                self.ledger.hold(user_id, &mut held, after).await?;
                case.is_released = true;
                Err(Halt::Refused(refusal))
            }
            Err(later) => Err(later),
        }
    }

    /// What a refusal comes to. If there is no such team, course or learning path, that is why. What the
    /// vendor took and does not show yet is not refused: it may show it, and then it has to end.
    async fn believed(
        &self,
        refusal: Refusal,
        intent: &Intent,
        entitlement: &Entitlement,
        case: &Case<'_>,
        vendor: &mut dyn Vendor,
    ) -> Result<Refusal, Halt> {
        let is_not_shown = refusal.code == NOT_APPLIED;
        if !(is_not_shown || refusal.code == "vendor_not_found") {
            return Ok(refusal);
        }
        if !vendor.exists(entitlement).await? {
            let message = nothing_there(&entitlement.to_string());
            return Ok(Refusal { code: "entitlement_not_found", message, ..refusal });
        }
        let age = (self.clock)().duration_since(intent.decided_at);
        let is_early = age < SHOWN_WITHIN || case.message.received < SHOWN_AFTER;
        if is_not_shown && is_early {
            return Err(Halt::Later(Trouble::of_vendor(refusal.message)));
        }
        Ok(refusal)
    }

    /// Ends of holds that come back: another grant's may have stood in their place when they were due.
    pub(super) async fn note_ends_anew(&self, before: &Holds, after: &Holds) -> Result<(), Halt> {
        let come_back = after.iter().filter(|(what, hold)| before.get(what) != Some(hold));
        for end in come_back.filter_map(|(_, hold)| End::of(hold)) {
            self.ledger.note_end_anew(end).await?;
        }
        Ok(())
    }

    /// The grant was interrupted for longer than it was to last.
    async fn end_meanwhile(
        &self,
        giving: &Giving<'_>,
        seen: &Seen,
        intent: &Intent,
        mut held: HeldBy,
        case: &mut Case<'_>,
        vendor: &mut dyn Vendor,
    ) -> Result<Outcome, Halt> {
        let message = "it was interrupted until after its end: what it had given is taken away";
        let holds = match held_of(&held.holds, giving.entitlement) {
            Some(hold) if hold.request_id == giving.id.as_str() => {
                giving.hold(&held.holds, &intent.added)
            }
            // Nothing was sent yet, or it has ended.
            _ => held.holds.clone(),
        };
        let (taken, after) = ended(&holds, giving.entitlement);
        let (roles, there) = (&vendor.rules().roles, &seen.there);
        let rest = plan::expire(giving.user_id, giving.entitlement, &taken, there, roles)?;
        if rest.effects.is_empty() && !taken.is_nothing() {
            // What is not to be seen now its own end looks for, twice.
            self.note_ends_anew(&Holds::new(), &holds).await?;
            self.ledger.hold(giving.user_id, &mut held, holds).await?;
        } else {
            self.execute(intent, &rest, false, case, vendor).await?;
            self.ledger.hold(giving.user_id, &mut held, after).await?;
        }
        self.settle(case, giving.id, Status::Succeeded, Some("ended_meanwhile"), message).await
    }
}

impl Giving<'_> {
    fn hold(&self, holds: &Holds, added: &Added) -> Holds {
        granted(holds, self.user_id, self.entitlement, self.id, added, self.ends)
    }

    /// What was given although the rest of it was refused.
    fn in_spite_of_refusal(&self, added: &Added, seen: &Seen, case: &Case<'_>) -> Added {
        let mut given = added.clone();
        given.added.retain(|part| {
            seen.there.has(self.user_id, self.entitlement, *part)
                || case.draft.outcome.effects.iter().any(|note| part.is_given_by(note))
        });
        if !given.added.contains(&Part::Role) {
            given.before = None;
        }
        given
    }

    /// What was held before, and what may have been given all the same: it ends with what was held, or
    /// at once.
    pub(super) fn hold_after_giving_up(
        &self,
        holds: &Holds,
        intent: &Intent,
        given: &Added,
    ) -> Holds {
        let mut after = self.hold_after_refusal(holds, intent, &Added::default());
        if let Some(before) = after.get_mut(self.entitlement) {
            before.given.added.extend(&given.added);
            before.given.before = before.given.before.take().or_else(|| given.before.clone());
            after
        } else if given.is_nothing() {
            after
        } else {
            self.hold(&after, given)
        }
    }

    /// What was held before, and what was given all the same.
    fn hold_after_refusal(&self, holds: &Holds, intent: &Intent, given: &Added) -> Holds {
        let mut after = holds.clone();
        after.remove(self.entitlement);
        let before = intent.holds.iter().find(|hold| hold.entitlement.is_same(self.entitlement));
        after.extend(before.map(|hold| (hold.entitlement.clone(), hold.clone())));
        if given.is_nothing() { after } else { self.hold(&after, given) }
    }
}
