//! One message, from its arrival to its outcome: read, judge, observe, plan, intend, execute, settle.
//!
//! Whatever interrupts it, its message comes again and goes on from what the ledger says.

mod admission;
mod age;
mod case;
mod draft;
mod end;
mod execute;
mod give_up;
mod grant;
mod halt;
mod held_role;
mod known_role;
mod observe;
mod own;
mod owner;
mod release_holds;
mod snapshot;

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

#[cfg(test)]
pub(crate) use draft::outcome_of_nothing;
pub use halt::{Trouble, TroubleKind};
pub use snapshot::LastSnapshot;

use crate::{
    Mode, Operation, Policy, Principal, Request, RequestId,
    ledger::{Intent, Ledger, Standing},
    outcome::{Outcome, Status},
    plan::{self, Unplannable},
    subjects::Waiting,
    vendor::Vendor,
};
use case::Case;
use execute::Job;
use halt::Halt;
use observe::observe;

/// How long it may take to record how a message ends whose time was up.
const SETTLING: Duration = Duration::from_secs(5);

/// What carries requests out.
pub struct Provisioning<'a> {
    /// The record.
    pub ledger: &'a Ledger,
    /// What the operator allows.
    pub policy: &'a Policy,
    /// What the stack does with requests.
    pub mode: Mode,
    /// What the last published snapshot tells.
    pub snapshot: &'a dyn LastSnapshot,
    /// The time.
    pub clock: &'a (dyn Fn() -> Timestamp + Sync),
}

/// A message of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The queue's id of it.
    pub message_id: String,
    /// Among which messages it keeps its place; none where the queue has no groups.
    pub group: Option<String>,
    /// What it says.
    pub body: String,
    /// Who has sent it, as the queue knows them.
    pub sender: Option<String>,
    /// When it was put on the queue.
    pub sent_at: Timestamp,
    /// When it was first taken up.
    pub first_received_at: Timestamp,
    /// How often it was taken up, this time included.
    pub received: u32,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Handled {
    /// There is an outcome.
    Settled(Box<Outcome>),
    /// It has to come again.
    Later(Trouble),
}

impl Provisioning<'_> {
    /// Handles one message. If it has to come again, `waiting` holds back those behind it that are
    /// about the same. At the deadline it is left as it is: a message that is too old to come again
    /// is given up then, which takes up to five seconds more.
    pub async fn handle(
        &self,
        message: &Message,
        vendor: &mut dyn Vendor,
        waiting: &mut Waiting,
        deadline: Instant,
    ) -> Handled {
        let mut case = Case::new(message);
        if waiting.holds_back_group(message.group.as_deref()) {
            let behind = Halt::later("an earlier message of the same group has to wait");
            return self.handled(case, Err(behind), waiting);
        }
        let carried = timeout_at(deadline, async {
            match self.carry(&mut case, vendor, waiting).await {
                // Once may be a moment's trouble; what is given up is given up for good.
                Err(Halt::Later(trouble)) if case.fails_alone(&trouble) => {
                    self.carry(&mut case, vendor, waiting).await
                }
                carried => carried,
            }
        })
        .await;
        let carried = carried.unwrap_or_else(|_| Err(Halt::later("the function's time was up")));
        let end = self.end(&mut case, carried, Some(vendor), deadline);
        let settled = match timeout_at(deadline + SETTLING, end).await {
            Ok(settled) => settled,
            Err(_) => Err(Halt::later("the time to record its outcome was up")),
        };
        self.handled(case, settled, waiting)
    }

    /// Has a message come again that could not be begun, or gives it up if it is too old for that.
    pub async fn put_off(&self, message: &Message, trouble: Trouble) -> Handled {
        let mut case = Case::new(message);
        let read = case.read();
        if let Err(unreadable) = &read {
            // Nothing has to be free for that.
            let settled = self.unreadable(&case, unreadable).await;
            return self.handled(case, settled, &mut Waiting::default());
        }
        let (senders, sender) = (&self.policy.door_senders, message.sender.as_deref());
        let may_bind = |id: &RequestId| !id.is_reserved() && senders.may_use(id, sender);
        if let Some((id, body)) = read.ok().filter(|(id, _)| may_bind(id)) {
            (case.id, case.body) = (Some(id), Some(body));
        }
        let in_time = self.check_in_time_unhandled(&case).await;
        let halt = in_time.err().unwrap_or(Halt::Later(trouble));
        let settled = self.end(&mut case, Err(halt), None, Instant::now()).await;
        self.handled(case, settled, &mut Waiting::default())
    }

    /// What is settled though it was not carried out.
    async fn end(
        &self,
        case: &mut Case<'_>,
        carried: Result<Outcome, Halt>,
        vendor: Option<&mut dyn Vendor>,
        deadline: Instant,
    ) -> Result<Outcome, Halt> {
        match carried {
            Err(Halt::Refused(refusal)) => {
                if !case.is_released {
                    self.leave_no_claim_of_refused(case, vendor, deadline).await?;
                }
                self.refuse(case, &refusal).await
            }
            Err(Halt::Later(trouble)) => match self.tried_long_enough(case, &trouble) {
                Some(tried_for) => self.give_up(case, trouble, tried_for, vendor, deadline).await,
                None => Err(Halt::Later(trouble)),
            },
            settled => settled,
        }
    }

    fn handled(
        &self,
        case: Case<'_>,
        settled: Result<Outcome, Halt>,
        waiting: &mut Waiting,
    ) -> Handled {
        match settled {
            Ok(outcome) => {
                case.explain(&outcome);
                Handled::Settled(Box::new(outcome))
            }
            Err(halt) => {
                let trouble = halt.trouble();
                waiting.add(case.subjects);
                waiting.add_group(case.message.group.as_deref());
                if trouble.kind == TroubleKind::Credentials {
                    waiting.add_everybody();
                }
                Handled::Later(trouble)
            }
        }
    }

    async fn carry(
        &self,
        case: &mut Case<'_>,
        vendor: &mut dyn Vendor,
        waiting: &Waiting,
    ) -> Result<Outcome, Halt> {
        let (id, body) = match case.read() {
            Ok(read) => read,
            Err(unreadable) => return self.unreadable(case, &unreadable).await,
        };
        if id.is_reserved() {
            return self.end_of_grant(&id, &body, case, vendor, waiting).await;
        }
        if !self.admits(&id, &body, case).await? {
            let message = "ids that begin with \"c1.\", \"scim.\" or \"review.\" are those of doors, and \
                           whoever sent this is none of them";
            return self.unbound(case, "reserved_request_id", message).await;
        }
        case.id = Some(id.clone());
        case.body = Some(body.clone());
        let standing = match self.mode {
            Mode::On => self.ledger.open(&id, &body).await?,
            Mode::Off | Mode::DryRun => self.ledger.look(&id, &body).await?,
        };
        match standing {
            Standing::Settled(outcome) => Ok(*outcome),
            Standing::Reused => self.reused(case, &id).await,
            Standing::New | Standing::Begun => {
                self.request(&id, body, None, case, vendor, waiting).await
            }
            Standing::Interrupted(intent) => {
                self.request(&id, body, Some(intent), case, vendor, waiting).await
            }
        }
    }

    async fn request(
        &self,
        id: &RequestId,
        body: Value,
        intent: Option<Intent>,
        case: &mut Case<'_>,
        vendor: &mut dyn Vendor,
        waiting: &Waiting,
    ) -> Result<Outcome, Halt> {
        if case.is_unsupported(vendor) {
            let message = "the vendor of this connection has no such thing";
            return Err(Halt::rejected("unsupported_by_vendor", message));
        }
        if let Some(why) = &case.unfit {
            return Err(Halt::rejected("invalid_request", why.clone()));
        }
        let mut request = Request::parse(body)
            .map_err(|invalid| Halt::rejected("invalid_request", invalid.to_string()))?;
        case.draft.tell(&request);
        if let Some(Principal::UserId(id)) = request.operation.principal()
            && !vendor.is_user_id(id)
        {
            let message = "principal.user_id: must be an id of the vendor, as its accounts have it";
            return Err(Halt::rejected("invalid_request", message));
        }
        // What was begun is finished, whatever the stack's mode has become.
        case.goes_on(intent.as_ref());
        if !case.began {
            self.check_in_time(request.not_after)?;
        }
        if self.mode == Mode::Off && !case.began {
            let message = "Provisioning (ROLLCALL_PROVISIONING) is off in this stack; send the same \
                           request again when it is on";
            let code = Some("provisioning_off");
            return self.attempt(case, id, Status::Rejected, code, message).await;
        }
        if intent.is_none() {
            self.policy.check_request(&request, (self.clock)())?;
        }
        case.waits_behind(waiting)?;
        self.look_whether_vendor_answers(case, vendor).await?;
        let known =
            intent.as_ref().and_then(|intent| intent.user_id.clone()).map(Principal::UserId);
        let mut seen = observe(&request.operation, known.as_ref(), vendor).await?;
        self.see_holds(&request.operation, &mut seen).await?;
        case.saw(seen.user_id.as_deref(), &seen.there);
        if let Operation::SetTeamMembers { .. } = &request.operation {
            let everybody = &seen.there.user_names;
            everybody.iter().for_each(|(id, name)| case.subjects.found(id, Some(name)));
        }
        case.waits_behind(waiting)?;
        let rules = vendor.rules();
        self.name_role(&mut request.operation, &seen, intent.as_ref(), &rules.roles).await?;
        let plan = seen.plan(&request.operation, rules);
        if let (Err(Unplannable::WouldDemote(_)), None) = (&plan, &intent) {
            self.check_granted_role(&request.operation, &rules.roles)?;
        }
        let plan = plan?;
        // What was judged once is not judged again: it may be done in part.
        if intent.is_none() {
            let found = &case.draft.outcome.principal;
            let mut found = [&found.user_id, &found.user_name].into_iter().flatten();
            found.try_for_each(|user| self.policy.check_user(user))?;
            self.check_held_role(&request, &seen, &rules.roles).await?;
        }
        let unjudged = case.not_intended(&plan.effects);
        plan::check_given(&unjudged, &seen.there, &rules.roles)?;
        self.policy.check_effects(&request, &unjudged, &seen.there, &rules.roles)?;
        self.check_owner(&plan.effects, &seen.there, vendor).await?;
        case.draft.outcome.result = seen.result(&request.operation);
        if request.dry_run || (self.mode == Mode::DryRun && !case.began) {
            return self.show(id, &request, &plan, case, vendor).await;
        }
        // Looking may have taken a while.
        if !case.began {
            self.check_in_time(request.not_after)?;
        }
        let job = Job { id, request: &request, seen: &seen, plan: &plan, rules, intent };
        match &request.operation {
            Operation::Grant { entitlement, .. } => {
                self.grant(job, entitlement, case, vendor).await
            }
            _ => self.change(job, case, vendor).await,
        }
    }
}

#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod queue_model_tests;
#[cfg(test)]
mod tests;
