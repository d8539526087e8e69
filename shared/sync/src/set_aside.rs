//! Work about one team or course that fails, told from a vendor that is away.
//!
//! A call about one team or course that fails with all its repeats is followed by a cheap call about
//! something else. If that fails too, the vendor is away: the slice fails, and is called again for
//! hours. If it is answered, the trouble is the one's own: its work is set aside, tried again when
//! nothing else is left, and given up after [`TRIES`]. So one course that answers 500 for ever costs a
//! run minutes, and no later one.

use std::{collections::BTreeSet, time::Duration};

use rollcall_snapshot::{Findings, TeamOrCourse};
use rollcall_vendor_client::VendorError;

use crate::{Step, SyncError, Walk};

/// How often work about one team or course is tried in a run.
const TRIES: u32 = 3;
/// Teams and courses that were listed and are gone, or cannot be read, when their turn comes. A few
/// are deleted or broken; more mean that something is wrong with what is asked or with who answers.
pub(crate) const MISSING_ALLOWED: usize = 5;
/// Requests in flight, so that a slow vendor does not waste the allowance.
pub(crate) const IN_FLIGHT: u8 = 4;
/// Who has not answered for so long when a slice ends has failed, if others were answered.
const SILENCE: Duration = Duration::from_secs(60);

/// Work that failed.
#[derive(Debug)]
pub(crate) struct Failed {
    /// Why.
    pub(crate) error: SyncError,
    /// The team or course whose own trouble it is.
    pub(crate) of: Option<TeamOrCourse>,
}

/// What is expected of a team or course, by what an operator has said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// That it can be read.
    Readable,
    /// That the vendor can no longer give it.
    Unreadable,
}

impl Expected {
    pub(crate) fn of(one: Option<&TeamOrCourse>, unreadable: &BTreeSet<TeamOrCourse>) -> Self {
        match one {
            Some(one) if unreadable.contains(one) => Self::Unreadable,
            _ => Self::Readable,
        }
    }

    const fn tries(self) -> u32 {
        match self {
            Self::Readable => TRIES,
            Self::Unreadable => 1,
        }
    }

    /// Whether an error may be about one team or course only. What the credentials may not do is about
    /// them, unless it is said of this one that it cannot be read.
    const fn may_be_of_one(self, error: &SyncError) -> bool {
        match error {
            SyncError::NotGiven(_) => true,
            SyncError::Vendor(error) => match error {
                VendorError::Unauthorized { .. } | VendorError::Credentials(_) => false,
                VendorError::Forbidden { .. } => matches!(self, Self::Unreadable),
                VendorError::NotFound { .. }
                | VendorError::Foreign { .. }
                | VendorError::Conflict { .. }
                | VendorError::Refused { .. }
                | VendorError::Ambiguous { .. }
                | VendorError::Unavailable { .. }
                | VendorError::Unexpected { .. } => true,
            },
            _ => false,
        }
    }
}

/// Does a piece of work; if it fails, sees whether the vendor answers anything else.
pub(crate) async fn attempt<W: Walk>(
    walk: &W,
    task: W::Task,
    found: &Findings,
    expected: Expected,
) -> Result<Step<W::Task>, Failed> {
    let of = W::about(&task);
    let error = match walk.step(task, found).await {
        Ok(step) => return Ok(step),
        Err(error) => error,
    };
    let of = of.filter(|_| expected.may_be_of_one(&error));
    let Some(of) = of else { return Err(Failed { error, of: None }) };
    match walk.look_for_vendor().await {
        Ok(()) => Err(Failed { error, of: Some(of) }),
        // What is said of one team or course is no end of the run while the vendor is away.
        Err(away) if error.ends_run() => Err(Failed { error: away, of: None }),
        Err(_) => Err(Failed { error, of: None }),
    }
}

/// What becomes of work about one team or course that has failed once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is tried again later.
    SetAside,
    /// It is not tried again: what belongs to the team or course is unreadable.
    GivenUp,
}

/// Notes that work about a team or course has failed.
pub(crate) fn note_failure(
    findings: &mut Findings,
    of: &TeamOrCourse,
    why: String,
    expected: Expected,
) -> Fate {
    tracing::warn!(%of, why, "set aside: the vendor answers others");
    let failed = findings.failed_calls.entry(of.clone()).or_default();
    failed.count += 1;
    failed.last = why;
    if failed.count < expected.tries() {
        return Fate::SetAside;
    }
    findings.unreadable.entry(of.table()).or_default().insert(of.id().to_owned());
    Fate::GivenUp
}

/// Takes back what was noted of those that are to be tried again, as it was an outage.
pub(crate) fn forget_failures(findings: &mut Findings) {
    let given_up: BTreeSet<_> = findings.unreadable().collect();
    findings.failed_calls.retain(|of, _| given_up.contains(of));
}

/// More are missing than chance makes.
pub(crate) fn check_missing(
    findings: &Findings,
    known: &BTreeSet<TeamOrCourse>,
) -> Result<(), SyncError> {
    let missing = findings.missing();
    let missing: Vec<_> = missing.difference(known).map(ToString::to_string).collect();
    if missing.len() <= MISSING_ALLOWED {
        return Ok(());
    }
    let (count, ids) = (missing.len(), missing.join(", "));
    Err(SyncError::TooManyMissing { count, allowed: MISSING_ALLOWED, ids })
}

/// How long work must have been without an answer at the end of a slice of this length to have failed:
/// longer than it may have waited for its turn behind others in flight at this pace.
pub(crate) fn silence(slice: Duration, requests_per_minute: f64) -> Duration {
    let turns = f64::from(2 * IN_FLIGHT) * 60.0 / requests_per_minute;
    let turns = Duration::try_from_secs_f64(turns).unwrap_or(Duration::ZERO);
    SILENCE.min(slice / 2).max(turns)
}

#[cfg(test)]
mod tests;
