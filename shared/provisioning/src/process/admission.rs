//! Whether a request may be taken up at all: by who sent it, and by when it must have begun.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{Provisioning, case::Case, halt::Halt};
use crate::{Request, RequestId, ledger::Standing};

/// How long a batch may take to begin what it has found to be in time, and how far its clock may be
/// from this function's.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);

impl Provisioning<'_> {
    /// Whether a message may use the id that it has.
    pub(super) async fn admits(
        &self,
        id: &RequestId,
        body: &Value,
        case: &Case<'_>,
    ) -> Result<bool, Halt> {
        if self.policy.door_senders.may_use(id, case.message.sender.as_deref()) {
            return Ok(true);
        }
        Ok(match self.ledger.look(id, body).await? {
            // What was begun is finished, whoever brings it again.
            Standing::Interrupted(_) => true,
            // By a release that asked nobody.
            Standing::Settled(outcome) => outcome.sender.is_none(),
            Standing::New | Standing::Begun | Standing::Reused => false,
        })
    }

    /// A request whose time has passed before its work has begun is not begun any more.
    pub(super) fn check_in_time(&self, not_after: Option<Timestamp>) -> Result<(), Halt> {
        match not_after {
            Some(instant) if (self.clock)() > instant => Err(too_late(instant)),
            _ => Ok(()),
        }
    }

    /// The same of a message that cannot be handled now. Another batch may be at work on the same
    /// request: after the margin it has begun what it found to be in time.
    pub(super) async fn check_in_time_unhandled(&self, case: &Case<'_>) -> Result<(), Halt> {
        let (Some(id), Some(body)) = (&case.id, &case.body) else { return Ok(()) };
        let Some(instant) = not_after(body) else { return Ok(()) };
        if (self.clock)() <= instant + MARGIN {
            return Ok(());
        }
        match self.ledger.open(id, body).await? {
            Standing::New | Standing::Begun => Err(too_late(instant)),
            // What became of it is told when it is handled.
            Standing::Interrupted(_) | Standing::Settled(_) | Standing::Reused => Ok(()),
        }
    }
}

/// By when the work of a request must have begun, if it says so.
pub(super) fn not_after(body: &Value) -> Option<Timestamp> {
    Request::parse(body.clone()).ok()?.not_after
}

fn too_late(instant: Timestamp) -> Halt {
    let message = format!("not_after was {instant}, and nothing of the request had begun by then");
    Halt::rejected("too_late", message)
}
