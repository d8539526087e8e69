//! An outcome in the making.

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    Effect, Entitlement, Operation, Principal, Request,
    fields::is_prose,
    observed::Observed,
    outcome::{EffectNote, Outcome, PrincipalFound, ResultIds, Status},
};

/// What is known of an outcome before it is one.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) outcome: Outcome,
    /// What was found, for the log.
    pub(crate) there: String,
}

/// A text that may stand in an outcome.
fn quotable(text: &str) -> Option<String> {
    let text = text.trim();
    let sensible = !text.is_empty() && text.chars().count() <= 1_000 && text.chars().all(is_prose);
    sensible.then(|| text.to_owned())
}

/// The outcome of a message that nothing is known of yet.
pub(crate) fn outcome_of_nothing(started_at: Timestamp) -> Outcome {
    Outcome {
        request_id: None,
        operation: None,
        status: Status::Rejected,
        code: None,
        message: String::new(),
        principal: PrincipalFound::default(),
        entitlement: None,
        effects: Vec::new(),
        result: ResultIds::default(),
        sender: None,
        requested_by: None,
        reason: None,
        ticket: None,
        started_at,
        finished_at: started_at,
    }
}

impl Draft {
    /// Of a message that nothing is known of yet.
    pub(crate) fn new(started_at: Timestamp, sender: Option<String>) -> Self {
        let outcome = Outcome { sender, ..outcome_of_nothing(started_at) };
        Self { outcome, there: "not looked at".to_owned() }
    }

    /// What a message says of itself, before it is known whether it makes sense: so that whoever
    /// sent it knows it again.
    pub(crate) fn quote(&mut self, body: &Value) {
        let text = |name: &str| quotable(body.get(name)?.as_str()?);
        let outcome = &mut self.outcome;
        outcome.operation =
            text("operation").filter(|name| Operation::NAMES.contains(&name.as_str()));
        outcome.entitlement =
            text("entitlement").filter(|text| Entitlement::try_from(text.clone()).is_ok());
        outcome.requested_by = text("requested_by");
        outcome.reason = text("reason");
        outcome.ticket = text("ticket");
    }

    /// What a request says of itself.
    pub(crate) fn tell(&mut self, request: &Request) {
        let outcome = &mut self.outcome;
        outcome.operation = Some(request.operation.name().to_owned());
        outcome.entitlement = request.operation.entitlement().map(ToString::to_string);
        outcome.requested_by.clone_from(&request.requested_by);
        outcome.reason.clone_from(&request.reason);
        outcome.ticket.clone_from(&request.ticket);
        match request.operation.principal() {
            Some(Principal::UserId(id)) => outcome.principal.user_id = Some(id.clone()),
            Some(Principal::UserName(name)) => outcome.principal.user_name = Some(name.clone()),
            None => {}
        }
    }

    /// Who was found and what was there.
    pub(crate) fn saw(&mut self, user_id: Option<&str>, there: &Observed) {
        if let Some(account) = user_id.and_then(|user_id| there.accounts.get(user_id)) {
            self.outcome.principal = PrincipalFound {
                user_id: Some(account.user_id.clone()),
                user_name: account.user_name.clone(),
            };
        }
        self.there = there.brief();
    }

    pub(crate) fn effects(&mut self, effects: &[Effect]) {
        for note in effects.iter().map(Effect::note) {
            self.note(note);
        }
    }

    /// An effect that an earlier attempt has begun is told once.
    pub(crate) fn note(&mut self, note: EffectNote) {
        if !self.outcome.effects.contains(&note) {
            self.outcome.effects.push(note);
        }
    }

    pub(crate) fn end(
        &self,
        status: Status,
        code: Option<&str>,
        message: &str,
        now: Timestamp,
    ) -> Outcome {
        let (code, message) = (code.map(str::to_owned), message.to_owned());
        Outcome { status, code, message, finished_at: now, ..self.outcome.clone() }
    }
}
