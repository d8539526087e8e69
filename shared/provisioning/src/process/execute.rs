//! Carries plans out. No choices are made here.

use super::{
    Provisioning,
    case::Case,
    halt::{Halt, Refusal, TroubleKind},
};
use crate::{
    Change, Effect, Entitlement, Hold, Operation, Remove, Request, RequestId, TeamLevel,
    effect::steps,
    ledger::Intent,
    outcome::{Outcome, PrincipalFound, ResultIds, Status},
    plan::Plan,
    rules::VendorRules,
    seen::Seen,
    vendor::{ExecuteError, Vendor},
};

/// How many refusals of a list are told one by one.
const REFUSALS_TOLD: usize = 20;

/// How many troubles of the vendor in a list are passed by: more are an outage.
const TROUBLES_PASSED_BY: u32 = 1;

/// A request that is allowed, with what it comes to.
pub(super) struct Job<'a> {
    pub(super) id: &'a RequestId,
    pub(super) request: &'a Request,
    pub(super) seen: &'a Seen,
    pub(super) plan: &'a Plan,
    pub(super) rules: &'a VendorRules,
    /// What an earlier attempt has intended.
    pub(super) intent: Option<Intent>,
}

/// How far carrying out has come.
pub(super) enum Carried {
    /// Everything is done.
    Out,
    /// The account that was to be made is there, made by somebody else.
    WasThere,
}

impl Provisioning<'_> {
    /// Everything but a grant.
    pub(super) async fn change(
        &self,
        job: Job<'_>,
        case: &mut Case<'_>,
        vendor: &mut dyn Vendor,
    ) -> Result<Outcome, Halt> {
        let Job { id, request, seen, plan, rules, intent } = job;
        if plan.effects.is_empty() && intent.is_none() {
            self.look_again(request, seen, vendor).await?;
            self.release_holds(request, seen, rules, case, vendor).await?;
            let message = nothing_to_do(&request.operation);
            return self.settle(case, id, Status::AlreadyDone, None, message).await;
        }
        let intent = match intent {
            Some(intent) => intent,
            None => self.intend(case, id, seen, plan, Vec::new()).await?,
        };
        let executed = match &request.operation {
            Operation::SetTeamMembers { .. } => {
                self.execute_list(&intent, plan, request.notify, case, vendor).await
            }
            _ => self.execute(&intent, plan, request.notify, case, vendor).await,
        };
        match (&executed, &request.operation) {
            // Some of the list may be done although the rest of it is refused, or has to wait.
            (Ok(_), _) | (Err(_), Operation::SetTeamMembers { .. }) => {
                self.release_holds(request, seen, rules, case, vendor).await?;
            }
            (Err(_), _) => {}
        }
        let (status, message) = match executed? {
            Carried::Out => (Status::Succeeded, done(&request.operation)),
            Carried::WasThere => (Status::AlreadyDone, nothing_to_do(&request.operation)),
        };
        self.settle(case, id, status, None, message).await
    }

    /// Records what will be done.
    pub(super) async fn intend(
        &self,
        case: &Case<'_>,
        id: &RequestId,
        seen: &Seen,
        plan: &Plan,
        holds: Vec<Hold>,
    ) -> Result<Intent, Halt> {
        let intent = Intent {
            decided_at: (self.clock)(),
            sender: case.message.sender.clone(),
            user_id: seen.user_id.clone(),
            observed: seen.there.record(),
            holds,
            effects: plan.effects.iter().map(Effect::note).collect(),
            added: plan.added.clone(),
        };
        Ok(self.ledger.intend(id, intent).await?)
    }

    /// Carries out what is left of an intent. The outcome tells what has been done, by an earlier
    /// attempt too.
    pub(super) async fn execute(
        &self,
        intent: &Intent,
        plan: &Plan,
        notify: bool,
        case: &mut Case<'_>,
        vendor: &mut dyn Vendor,
    ) -> Result<Carried, Halt> {
        case.carries_out(intent, plan);
        for step in steps(&plan.effects) {
            if let Carried::WasThere = take_step(step, notify, case, vendor).await? {
                return Ok(Carried::WasThere);
            }
        }
        vendor.see_taken(&plan.effects).await?;
        Ok(Carried::Out)
    }

    /// The same of a list, whose members have nothing to do with each other: one that is refused stops
    /// no other, and is named; nor does one about whom the vendor is in trouble, for whom the message
    /// comes again.
    async fn execute_list(
        &self,
        intent: &Intent,
        plan: &Plan,
        notify: bool,
        case: &mut Case<'_>,
        vendor: &mut dyn Vendor,
    ) -> Result<Carried, Halt> {
        case.carries_out(intent, plan);
        let (mut refused, mut done) = (Vec::new(), Vec::new());
        let (mut later, mut troubles) = (None, 0);
        for step in steps(&plan.effects) {
            match take_step(step, notify, case, vendor).await {
                Err(Halt::Refused(refusal)) => {
                    let message = format!("{}: {}", describe(step), refusal.message);
                    refused.push(Refusal { message, ..refusal });
                }
                Err(Halt::Later(trouble))
                    if trouble.kind == TroubleKind::Vendor && troubles < TROUBLES_PASSED_BY =>
                {
                    troubles += 1;
                    later = Some(Halt::Later(trouble));
                }
                other => {
                    _ = other?;
                    done.extend_from_slice(step);
                }
            }
        }
        vendor.see_taken(&done).await?;
        if let Some(later) = later {
            return Err(later);
        }
        all_of(refused).map_or(Ok(Carried::Out), |refusal| Err(Halt::Refused(refusal)))
    }
}

impl Case<'_> {
    /// Takes up an intent: what is not left of it an earlier attempt has done.
    fn carries_out(&mut self, intent: &Intent, plan: &Plan) {
        self.intended.clone_from(&intent.effects);
        let left: Vec<_> = plan.effects.iter().map(Effect::note).collect();
        let earlier = intent.effects.iter().filter(|note| !left.contains(note));
        earlier.for_each(|note| self.draft.note(note.clone()));
    }
}

/// One write at the vendor, and what the outcome tells of it.
async fn take_step(
    step: &[Effect],
    notify: bool,
    case: &mut Case<'_>,
    vendor: &mut dyn Vendor,
) -> Result<Carried, Halt> {
    let executed = vendor.execute(step, notify).await;
    if let Err(ExecuteError::NotAdded(absent)) = &executed {
        let is_there = |effect: &&Effect| {
            effect.user_id().is_some_and(|user_id| !absent.iter().any(|absent| absent == user_id))
        };
        let there: Vec<_> = step.iter().filter(is_there).cloned().collect();
        case.draft.effects(&there);
    }
    if let Err(ExecuteError::Unseen(_)) = &executed {
        case.draft.effects(step);
    }
    let (ids, by_another) = match executed {
        // If there was an attempt before this one, it may well have been the one who made it.
        Err(ExecuteError::AlreadyThere { user_id }) => {
            (ResultIds { user_id: Some(user_id), team_id: None }, !case.began)
        }
        other => (other?, false),
    };
    let result = &mut case.draft.outcome.result;
    result.user_id = ids.user_id.or(result.user_id.take());
    result.team_id = ids.team_id.or(result.team_id.take());
    if let [Effect::CreateAccount(account)] = step {
        let user_name = Some(account.user_name.clone());
        case.draft.outcome.principal =
            PrincipalFound { user_id: result.user_id.clone(), user_name };
    }
    if by_another {
        return Ok(Carried::WasThere);
    }
    case.draft.effects(step);
    Ok(Carried::Out)
}

/// Who was not added or removed.
fn describe(step: &[Effect]) -> String {
    match step {
        [Effect::Standing { user_id, change: Change::Take, .. }] => format!("{user_id} stays"),
        [Effect::Standing { user_id, .. }] => format!("{user_id} is not added"),
        many => format!("not all of {} members are added", many.len()),
    }
}

/// Many refusals as one, which has the code of the first.
fn all_of(mut refused: Vec<Refusal>) -> Option<Refusal> {
    let more = refused.len().saturating_sub(REFUSALS_TOLD);
    refused.truncate(REFUSALS_TOLD);
    let told: Vec<_> = refused.iter().map(|refusal| refusal.message.as_str()).collect();
    let rest = if more > 0 { format!("; and {more} more") } else { String::new() };
    let message = told.join("; ") + &rest;
    refused.into_iter().next().map(|first| Refusal { message, ..first })
}

pub(super) fn membership(team_id: &str) -> Entitlement {
    Entitlement::Team { team_id: team_id.to_owned(), level: TeamLevel::Member }
}

const fn done(operation: &Operation) -> &'static str {
    match operation {
        Operation::SetTeamMembers { .. } | Operation::DeleteTeam { .. } => {
            "done; members whose accounts may not be used are not listed by the vendor and could not \
             be seen"
        }
        Operation::DisableAccount { .. } => "done; memberships and assignments stay",
        _ => "done",
    }
}

const fn nothing_to_do(operation: &Operation) -> &'static str {
    match operation {
        Operation::CreateAccount { .. } => {
            "there is an account of this user name already; it was left as it is"
        }
        Operation::CreateTeam { .. } => "there is a team of this name already",
        Operation::Revoke { .. } => "the principal does not have it",
        Operation::DeleteTeam { .. } => "there is no such team",
        Operation::SetTeamMembers { remove: Remove::Own(_), .. } => {
            "the team has these members, and no other one whom this door has brought"
        }
        Operation::SetTeamMembers { .. } => {
            "the team has exactly these members; those whose accounts may not be used could not be seen"
        }
        _ => "it is so already",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_refusals_the_first_are_told_and_the_others_counted() {
        let refused = |count: usize| -> Vec<Refusal> {
            let refusal =
                |n: usize| Refusal { code: "c", message: format!("m{n}"), by_vendor: n == 0 };
            (0..count).map(refusal).collect()
        };
        assert_eq!(all_of(Vec::new()), None);
        for (count, ends) in [(1, "m0"), (20, "; m19"), (21, "; m19; and 1 more")] {
            let told = all_of(refused(count)).unwrap();
            assert!(told.message.starts_with("m0") && told.message.ends_with(ends), "{told:?}");
            assert!(told.by_vendor, "the code and the kind of the first");
        }
    }
}
