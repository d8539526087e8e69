//! Grants: what is given is held, with its end, before the vendor is asked to give it.

use jiff::Timestamp;

use super::{
    Provisioning,
    case::{Case, nothing_there},
    execute::Job,
    halt::{Halt, Refusal},
};
use crate::{
    End, Entitlement, Holds, RequestId,
    hold::{ended, granted},
    ledger::{HeldBy, Intent},
    outcome::{Outcome, Status},
    plan::{self, Added, Part},
    seen::Seen,
    vendor::Vendor,
};

/// What is given to whom until when.
struct Giving<'a> {
    id: &'a RequestId,
    user_id: &'a str,
    entitlement: &'a Entitlement,
    ends: Option<Timestamp>,
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
        let intent = match intent {
            Some(intent) => Some(intent),
            None if plan.effects.is_empty() => None,
            None => {
                let holds = held.holds.values().cloned().collect();
                Some(self.intend(case, id, seen, plan, holds).await?)
            }
        };
        // After an interruption some of it may be there: what was added the first intent knows.
        let added = intent.as_ref().map_or(&plan.added, |intent| &intent.added);
        let after = giving.hold(&held.holds, added);
        if let Some(end) = giving.end(seen).filter(|_| after.contains_key(entitlement)) {
            self.ledger.note_end(&end).await?;
        }
        self.ledger.hold(user_id, &mut held, after).await?;
        let Some(intent) = intent else {
            let message = "the principal has it already";
            return self.settle(case, id, Status::AlreadyDone, None, message).await;
        };
        match self.execute(&intent, plan, request.notify, case, vendor).await {
            Ok(_) => self.settle(case, id, Status::Succeeded, None, "done").await,
            Err(Halt::Refused(refusal)) => {
                let given = giving.in_spite_of_refusal(&intent.added, seen, case);
                let after = giving.hold_after_refusal(&held.holds, &intent, &given);
                self.ledger.hold(user_id, &mut held, after).await?;
                Err(missing(refusal, entitlement, vendor).await?)
            }
            Err(later) => Err(later),
        }
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
        let (taken, after) = ended(&giving.hold(&held.holds, &intent.added), giving.entitlement);
        let (roles, there) = (&vendor.rules().roles, &seen.there);
        let rest = plan::expire(giving.user_id, giving.entitlement, &taken, there, roles)?;
        self.execute(intent, &rest, false, case, vendor).await?;
        self.ledger.hold(giving.user_id, &mut held, after).await?;
        let message = "it was interrupted until after its end: what it had given is taken away";
        self.settle(case, giving.id, Status::Succeeded, Some("ended_meanwhile"), message).await
    }
}

impl Giving<'_> {
    fn hold(&self, holds: &Holds, added: &Added) -> Holds {
        granted(holds, self.user_id, self.entitlement, self.id, added, self.ends)
    }

    fn end(&self, seen: &Seen) -> Option<End> {
        Some(End {
            request_id: self.id.clone(),
            user_id: self.user_id.to_owned(),
            user_name: seen.there.user_names.get(self.user_id).cloned(),
            entitlement: self.entitlement.clone(),
            expires_at: self.ends?,
            failed: 0,
        })
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

    /// What was held before, and what was given all the same.
    fn hold_after_refusal(&self, holds: &Holds, intent: &Intent, given: &Added) -> Holds {
        let mut after = holds.clone();
        after.remove(self.entitlement);
        let before = intent.holds.iter().find(|hold| hold.entitlement == *self.entitlement);
        after.extend(before.map(|hold| (hold.entitlement.clone(), hold.clone())));
        if given.is_nothing() { after } else { self.hold(&after, given) }
    }
}

/// If there is no such team, course or learning path, say so.
async fn missing(
    refusal: Refusal,
    entitlement: &Entitlement,
    vendor: &mut dyn Vendor,
) -> Result<Halt, Halt> {
    let absent = matches!(refusal.code, "vendor_not_found" | "not_applied")
        && !vendor.exists(entitlement).await?;
    Ok(if absent { nothing_there(&entitlement.to_string()) } else { Halt::Refused(refusal) })
}
