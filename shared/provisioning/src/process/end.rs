//! The ends of grants. Policy has no say in them: what Rollcall gave for a time it takes away.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    Provisioning,
    case::Case,
    halt::{Halt, Trouble, TroubleKind},
    observe::look,
};
use crate::{
    End, Principal, RequestId, StandingPart,
    hold::{ended, held_of},
    ledger::{Intent, Standing},
    outcome::{Outcome, Status},
    plan::{self, Part},
    seen::Seen,
    subjects::Waiting,
    vendor::{AccountLookup, Vendor},
};

/// How far the clocks of two functions may be apart.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// How long after something was seen to be gone it is looked at again.
const SIGHTS_APART: SignedDuration = SignedDuration::from_secs(20);

const TAKEN: &str = "what the grant gave is taken away";

impl Provisioning<'_> {
    /// A message with one of Rollcall's own ids. It is believed only if it is, to the letter, what a
    /// due end asks for; nothing of it is recorded before that is certain, so that nobody can use up
    /// the id.
    pub(super) async fn end_of_grant(
        &self,
        id: &RequestId,
        body: &Value,
        case: &mut Case<'_>,
        vendor: &mut dyn Vendor,
        waiting: &Waiting,
    ) -> Result<Outcome, Halt> {
        let claimed = End::claimed_by(body);
        let end = match &claimed {
            Some((expires_at, grant)) => self.ledger.end(*expires_at, grant).await?,
            None => None,
        };
        let now = (self.clock)();
        let end = end.filter(|end| end.message() == *body);
        if let Some(early) = end.as_ref().filter(|end| end.expires_at > now + SKEW) {
            // When it is due it has to be asked for again.
            self.ledger.note_unasked(early).await?;
        }
        let end = end.filter(|end| end.expires_at <= now + SKEW);
        // expire-grants has found it due by its own clock.
        if end.as_ref().is_some_and(|end| end.expires_at > now) {
            return Err(Halt::later("the grant has not ended yet by this function's clock"));
        }
        let Some(end) = end else {
            // Sent twice: the first one has settled it.
            if let Standing::Settled(outcome) = self.ledger.look(id, body).await? {
                return Ok(*outcome);
            }
            let message = "ids that begin with \"rollcall.\" are Rollcall's own, and this is not what \
                           a due end of a grant asks for";
            return self.unbound(case, "reserved_request_id", message).await;
        };
        case.about(&end);
        case.id = Some(id.clone());
        case.end = Some(end.clone());
        let intent = match self.ledger.open(id, body).await? {
            Standing::Settled(outcome) => {
                self.settle_end(&end, &outcome).await?;
                return Ok(*outcome);
            }
            Standing::New | Standing::Begun => None,
            Standing::Interrupted(intent) => Some(intent),
            Standing::Reused => {
                return Err(Halt::later("the ledger holds another body under the id of this end"));
            }
        };
        case.goes_on(intent.as_ref());
        case.waits_behind(waiting)?;
        self.look_whether_vendor_answers(case, vendor).await?;
        self.carry_out(id, &end, intent, now, case, vendor).await
    }

    async fn carry_out(
        &self,
        id: &RequestId,
        end: &End,
        intent: Option<Intent>,
        now: Timestamp,
        case: &mut Case<'_>,
        vendor: &mut dyn Vendor,
    ) -> Result<Outcome, Halt> {
        let mut held = self.ledger.held_by(&end.user_id).await?;
        match (held_of(&held.holds, &end.entitlement), intent.as_ref()) {
            (Some(hold), _) if hold.is_due(&end.request_id, now) => {}
            // Interrupted between the last change and the outcome.
            (None, Some(intent)) => {
                intent.effects.iter().for_each(|note| case.draft.note(note.clone()));
                return self.settle(case, id, Status::Succeeded, None, TAKEN).await;
            }
            _ => {
                let message = "the grant was prolonged, granted anew or revoked meanwhile";
                let code = Some("superseded");
                return self.settle(case, id, Status::AlreadyDone, code, message).await;
            }
        }
        let (taken, after) = ended(&held.holds, &end.entitlement);
        let mut seen = Seen { user_id: Some(end.user_id.clone()), ..Seen::default() };
        match vendor.account(&Principal::UserId(end.user_id.clone())).await? {
            AccountLookup::Found(account) => seen.there.saw(account),
            AccountLookup::Missing => {
                self.seen_gone_twice(end, now).await?;
                self.ledger.hold(&end.user_id, &mut held, after).await?;
                let message = "the vendor has no such account any more";
                return self.settle(case, id, Status::AlreadyDone, None, message).await;
            }
            AccountLookup::Ambiguous { user_id } => {
                let message = format!("the vendor answers with another account ({user_id})");
                return Err(Halt::rejected("principal_ambiguous", message));
            }
        }
        let parts: Vec<StandingPart> =
            taken.added.iter().filter_map(|part| part.standing()).collect();
        if !taken.is_nothing() {
            look(&end.entitlement, &end.user_id, &parts, vendor, &mut seen.there).await?;
        }
        case.saw(Some(&end.user_id), &seen.there);
        let roles = &vendor.rules().roles;
        let plan = plan::expire(&end.user_id, &end.entitlement, &taken, &seen.there, roles)?;
        // A role is read off the account itself.
        let is_in_lists = taken.added.iter().any(|part| *part != Part::Role);
        if plan.effects.is_empty() && is_in_lists {
            self.seen_gone_twice(end, now).await?;
        }
        if plan.effects.is_empty() && intent.is_none() {
            self.ledger.hold(&end.user_id, &mut held, after).await?;
            let message = "what the grant gave is gone already, or somebody else needs it longer";
            return self.settle(case, id, Status::AlreadyDone, None, message).await;
        }
        let intent = match intent {
            Some(intent) => intent,
            None => {
                let holds = held.holds.values().cloned().collect();
                self.intend(case, id, &seen, &plan, holds).await?
            }
        };
        self.ledger.note_seen_there(end).await?;
        self.execute(&intent, &plan, false, case, vendor).await?;
        self.ledger.hold(&end.user_id, &mut held, after).await?;
        self.settle(case, id, Status::Succeeded, None, TAKEN).await
    }

    /// Nothing ends by being seen to be gone once: the vendor may have said so in error. It is looked at
    /// again a little later.
    async fn seen_gone_twice(&self, end: &End, now: Timestamp) -> Result<(), Halt> {
        match end.seen_gone_at {
            Some(first) if now.duration_since(first) >= SIGHTS_APART => Ok(()),
            first => {
                if first.is_none() {
                    self.ledger.note_seen_gone(end, now).await?;
                }
                let reason = "what the grant gave seems to be gone; it is looked at once more";
                Err(Halt::Later(Trouble {
                    reason: reason.to_owned(),
                    kind: TroubleKind::SecondLook,
                }))
            }
        }
    }

    /// An end is cleared only by success. After a failure it stays due, and the next try is a request
    /// of its own.
    pub(super) async fn settle_end(&self, end: &End, outcome: &Outcome) -> Result<(), Halt> {
        match outcome.status {
            Status::Succeeded | Status::AlreadyDone => self.ledger.clear_end(end).await?,
            Status::Planned | Status::Rejected | Status::Failed => {
                self.ledger.try_end_again(end).await?;
            }
        }
        Ok(())
    }
}

impl Case<'_> {
    fn about(&mut self, end: &End) {
        self.subjects.found(&end.user_id, end.user_name.as_deref());
        if let crate::Entitlement::Team { team_id, .. } = &end.entitlement {
            self.subjects.takes_part_in(team_id);
        }
        let outcome = &mut self.draft.outcome;
        outcome.operation = Some("revoke".to_owned());
        outcome.entitlement = Some(end.entitlement.to_string());
        outcome.principal.user_id = Some(end.user_id.clone());
        outcome.principal.user_name.clone_from(&end.user_name);
        outcome.requested_by = Some("rollcall".to_owned());
        outcome.reason = Some(format!("the grant {} has ended", end.request_id.as_str()));
        outcome.result.user_id = Some(end.user_id.clone());
    }
}
