//! A message while it is handled, and how it ends.

use serde_json::Value;

use super::{
    Message, Provisioning,
    draft::Draft,
    halt::{Halt, Refusal, Trouble},
};
use crate::{
    Effect, End, Entitlement, Mode, Principal, Request, RequestId,
    ledger::Intent,
    message_body::MessageBody,
    observed::Observed,
    outcome::{EffectNote, Outcome, Status},
    plan::Plan,
    subjects::{Subjects, Waiting},
    vendor::Vendor,
};

/// A message while it is handled.
pub(super) struct Case<'a> {
    pub(super) message: &'a Message,
    /// What it says, without what must not be recorded.
    pub(super) body: Option<Value>,
    /// Why it is carried out by no means: what it says is not one thing, or must not be recorded.
    pub(super) unfit: Option<String>,
    /// Under what its outcome is recorded, once that is certain.
    pub(super) id: Option<RequestId>,
    pub(super) draft: Draft,
    pub(super) subjects: Subjects,
    /// An earlier attempt may have done something.
    pub(super) began: bool,
    /// What was intended, by this attempt or an earlier one.
    pub(super) intended: Vec<EffectNote>,
    /// The end that it carries out.
    pub(super) end: Option<End>,
    /// The vendor has just answered about something else.
    pub(super) vendor_answers: bool,
    /// What is held of a refused grant is as it has to be.
    pub(super) is_released: bool,
}

impl<'a> Case<'a> {
    pub(super) fn new(message: &'a Message) -> Self {
        let draft = Draft::new(message.first_received_at, message.sender.clone());
        let subjects = Subjects::default();
        Self {
            message,
            body: None,
            unfit: None,
            id: None,
            draft,
            subjects,
            began: false,
            intended: Vec::new(),
            end: None,
            vendor_answers: false,
            is_released: false,
        }
    }

    pub(super) fn saw(&mut self, user_id: Option<&str>, there: &Observed) {
        self.draft.saw(user_id, there);
        if let Some(user_id) = user_id {
            self.subjects.found(user_id, there.user_names.get(user_id).map(String::as_str));
        }
    }

    /// One line for whoever asks why.
    pub(super) fn explain(&self, outcome: &Outcome) {
        let actions: Vec<_> = outcome.effects.iter().map(|effect| effect.action.as_str()).collect();
        tracing::info!(
            provisioning_request_id = outcome.request_id.as_deref(),
            message_id = self.message.message_id,
            operation = outcome.operation.as_deref(),
            user_id = outcome.principal.user_id.as_deref(),
            entitlement = outcome.entitlement.as_deref(),
            was_there = self.draft.there,
            effects = actions.join(","),
            status = outcome.status.name(),
            code = outcome.code.as_deref(),
            "explain"
        );
    }
}

impl Case<'_> {
    /// Reads the message: under which id it is known, and what it says. If it cannot be read, why.
    pub(super) fn read(&mut self) -> Result<(RequestId, Value), String> {
        let MessageBody { body, unfit } = MessageBody::read(&self.message.body)?;
        self.unfit = unfit;
        let id = RequestId::of(&body)
            .ok_or("request_id must be a text like req-8841: [A-Za-z0-9][A-Za-z0-9._:-]{0,127}")?;
        self.draft.outcome.request_id = Some(id.as_str().to_owned());
        self.draft.quote(&body);
        // Before anything can go wrong: those behind it have to know whom it is about.
        self.subjects = Subjects::claimed(&body);
        Ok((id, body))
    }

    /// Whether what is asked for the vendor does not have, whatever else the request says.
    pub(super) fn is_unsupported(&self, vendor: &dyn Vendor) -> bool {
        let Some(operation) = &self.draft.outcome.operation else { return false };
        let entitlement = self.draft.outcome.entitlement.clone();
        let entitlement = entitlement.and_then(|text| Entitlement::try_from(text).ok());
        !vendor.supports(operation, entitlement.as_ref())
    }

    pub(super) fn goes_on(&mut self, intent: Option<&Intent>) {
        self.began = intent.is_some();
        // Whoever sends the same again has not sent what was begun.
        if let Some(sender) = intent.and_then(|intent| intent.sender.as_ref()) {
            self.draft.outcome.sender = Some(sender.clone());
        }
        self.intended = intent.map(|intent| intent.effects.clone()).unwrap_or_default();
    }

    /// What of a plan no earlier attempt has meant to do: the world may have moved since. Whom the end
    /// of a team touches is told by its members, and what an activation gives by the role, not by the effect.
    pub(super) fn not_intended(&self, effects: &[Effect]) -> Vec<Effect> {
        let is_new = |effect: &&Effect| {
            let depends =
                matches!(effect, Effect::DeleteTeam { .. } | Effect::Active { active: true, .. });
            depends || !self.intended.contains(&effect.note())
        };
        effects.iter().filter(is_new).cloned().collect()
    }

    pub(super) fn waits_behind(&self, waiting: &Waiting) -> Result<(), Halt> {
        if waiting.holds_back(&self.subjects) {
            return Err(Halt::later("an earlier request about the same has to wait"));
        }
        Ok(())
    }
}

impl Halt {
    pub(super) fn trouble(self) -> Trouble {
        match self {
            Self::Later(trouble) => trouble,
            Self::Refused(refusal) => Trouble::new(refusal.message),
        }
    }
}

impl Subjects {
    /// Somebody is known by id and by name.
    pub(super) fn found(&mut self, user_id: &str, user_name: Option<&str>) {
        self.add(&Principal::UserId(user_id.to_owned()));
        if let Some(name) = user_name {
            self.add(&Principal::UserName(name.to_owned()));
        }
    }
}

impl Provisioning<'_> {
    /// Settles a request.
    pub(super) async fn settle(
        &self,
        case: &Case<'_>,
        id: &RequestId,
        status: Status,
        code: Option<&str>,
        message: &str,
    ) -> Result<Outcome, Halt> {
        // Where the stack does nothing, nothing was recorded until now.
        if let (true, Some(body)) = (self.mode != Mode::On, &case.body) {
            self.ledger.open(id, body).await?;
        }
        let outcome = case.draft.end(status, code, message, (self.clock)());
        let outcome = self.ledger.settle(id, outcome).await?;
        if let Some(end) = &case.end {
            self.settle_end(end, &outcome).await?;
        }
        Ok(outcome)
    }

    /// Notes what came of one message, without binding the request.
    pub(super) async fn attempt(
        &self,
        case: &Case<'_>,
        id: &RequestId,
        status: Status,
        code: Option<&str>,
        message: &str,
    ) -> Result<Outcome, Halt> {
        let outcome = case.draft.end(status, code, message, (self.clock)());
        Ok(self.ledger.note_attempt(id, &case.message.message_id, outcome).await?)
    }

    /// The message's id belongs to another request.
    pub(super) async fn reused(&self, case: &Case<'_>, id: &RequestId) -> Result<Outcome, Halt> {
        let message = format!(
            "the request_id {} belongs to another request: it was sent before with another body; use \
             a new id for a new request",
            id.as_str()
        );
        self.attempt(case, id, Status::Rejected, Some("request_id_reused"), &message).await
    }

    /// The message has no usable id.
    pub(super) async fn unreadable(&self, case: &Case<'_>, message: &str) -> Result<Outcome, Halt> {
        self.unbound(case, "invalid_request", message).await
    }

    /// Nothing but the message itself is to be bound to this outcome.
    pub(super) async fn unbound(
        &self,
        case: &Case<'_>,
        code: &str,
        message: &str,
    ) -> Result<Outcome, Halt> {
        // Whoever sent it knows it by nothing else.
        let message_id = &case.message.message_id;
        let message = format!("message {message_id}: {message}");
        let outcome = case.draft.end(Status::Rejected, Some(code), &message, (self.clock)());
        Ok(self.ledger.note_unreadable(message_id, outcome).await?)
    }

    /// A rule, or the vendor, says no. Where something has been done, that is a failure.
    pub(super) async fn refuse(&self, case: &Case<'_>, refusal: &Refusal) -> Result<Outcome, Halt> {
        let failed = refusal.by_vendor || case.began || !case.draft.outcome.effects.is_empty();
        let status = if failed { Status::Failed } else { Status::Rejected };
        match &case.id {
            Some(id) => self.settle(case, id, status, Some(refusal.code), &refusal.message).await,
            None => self.unbound(case, refusal.code, &refusal.message).await,
        }
    }

    /// Says what would be done. What the stack's mode alone has caused does not bind the request.
    pub(super) async fn show(
        &self,
        id: &RequestId,
        request: &Request,
        plan: &Plan,
        case: &mut Case<'_>,
        vendor: &mut dyn Vendor,
    ) -> Result<Outcome, Halt> {
        if let Some(entitlement) = request.operation.entitlement()
            && !plan.effects.is_empty()
            && !vendor.exists(entitlement).await?
        {
            let message = nothing_there(&entitlement.to_string());
            return Err(Halt::rejected("entitlement_not_found", message));
        }
        case.draft.effects(&plan.effects);
        let (status, message) = match plan.effects.len() {
            0 => (Status::AlreadyDone, "a dry run: there is nothing to do".to_owned()),
            _ => (Status::Planned, "a dry run: effects says what would be done".to_owned()),
        };
        if request.dry_run {
            self.settle(case, id, status, None, &message).await
        } else {
            let message =
                format!("{message}; Provisioning (ROLLCALL_PROVISIONING) is dry-run in this stack");
            self.attempt(case, id, status, None, &message).await
        }
    }
}

pub(super) fn nothing_there(entitlement: &str) -> String {
    format!("entitlement: the vendor has nothing to grant by {entitlement:?}")
}
