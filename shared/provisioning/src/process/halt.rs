//! Why a request goes no further.

use rollcall_vendor_client::VendorError;

use crate::{Rejection, ledger::LedgerError, plan::Unplannable, vendor::ExecuteError};

/// The code of what the vendor took and did not do.
pub(crate) const NOT_APPLIED: &str = "not_applied";

/// Why a request goes no further.
#[derive(Debug)]
pub(crate) enum Halt {
    /// For now: its message comes again.
    Later(Trouble),
    /// For good, by a rule or by what is there.
    Refused(Refusal),
}

/// Something that may pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What it is.
    pub reason: String,
    /// Whose it is.
    pub kind: TroubleKind,
}

/// Whose a trouble is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TroubleKind {
    /// Rollcall's own, or AWS': the store, the queue, the time, an earlier request.
    Own,
    /// The vendor's, when it was asked about a record.
    Vendor,
    /// The vendor refuses the credentials: nothing else will go through either.
    Credentials,
    /// None: what was seen is looked at once more.
    SecondLook,
}

/// Something that will not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// The vendor refused, not Rollcall.
    pub(crate) by_vendor: bool,
}

impl Trouble {
    /// Something of Rollcall's own that may pass.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), kind: TroubleKind::Own }
    }

    /// Something of the vendor's that may pass.
    pub(crate) fn of_vendor(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), kind: TroubleKind::Vendor }
    }
}

impl Halt {
    pub(crate) fn rejected(code: &'static str, message: impl Into<String>) -> Self {
        Self::Refused(Refusal { code, message: message.into(), by_vendor: false })
    }

    pub(crate) fn later(reason: impl Into<String>) -> Self {
        Self::Later(Trouble::new(reason))
    }
}

impl From<LedgerError> for Halt {
    fn from(error: LedgerError) -> Self {
        Self::later(told(&error))
    }
}

impl From<Rejection> for Halt {
    fn from(rejection: Rejection) -> Self {
        Self::rejected(rejection.code(), rejection.to_string())
    }
}

impl From<Unplannable> for Halt {
    fn from(unplannable: Unplannable) -> Self {
        Self::rejected(unplannable.code(), unplannable.to_string())
    }
}

impl From<VendorError> for Halt {
    fn from(error: VendorError) -> Self {
        let message = told(&error);
        let refused =
            |code| Self::Refused(Refusal { code, message: message.clone(), by_vendor: true });
        match &error {
            VendorError::Forbidden { .. } => refused("vendor_forbidden"),
            VendorError::NotFound { .. } => refused("vendor_not_found"),
            VendorError::Conflict { .. } => refused("vendor_conflict"),
            VendorError::Refused { .. } => refused("vendor_refused"),
            VendorError::Unexpected { status: 400..=499, .. } => refused("vendor_refused"),
            // Nobody has to act: the key could not be read just now.
            VendorError::Credentials(error) if error.is_passing() => Self::later(message),
            VendorError::Unauthorized { .. } | VendorError::Credentials(_) => {
                Self::Later(Trouble { reason: message, kind: TroubleKind::Credentials })
            }
            // What is not the vendor's word proves nothing: the next attempt looks anew.
            VendorError::Foreign { .. }
            | VendorError::Ambiguous { .. }
            | VendorError::Unavailable { .. }
            | VendorError::Unexpected { .. } => Self::Later(Trouble::of_vendor(message)),
        }
    }
}

impl From<ExecuteError> for Halt {
    fn from(error: ExecuteError) -> Self {
        let message = error.to_string();
        let refused =
            |code| Self::Refused(Refusal { code, message: message.clone(), by_vendor: true });
        match error {
            ExecuteError::Vendor(error) => error.into(),
            // It may well be done: what is held of it stays until it is seen.
            ExecuteError::Unseen(error) => match error.into() {
                Self::Refused(_) => refused(NOT_APPLIED),
                later => later,
            },
            ExecuteError::NotApplied(_) | ExecuteError::NotAdded(_) => refused(NOT_APPLIED),
            // The vendor may show it later: the next attempt plans from what is there then.
            ExecuteError::StillThere(_) => Self::Later(Trouble::of_vendor(message)),
            ExecuteError::AlreadyThere { .. } => refused("vendor_conflict"),
        }
    }
}

/// An error with its causes.
fn told(error: &dyn std::error::Error) -> String {
    match error.source().map(ToString::to_string) {
        Some(cause) if !error.to_string().ends_with(&cause) => format!("{error}: {cause}"),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use rollcall_vendor_client::CredentialError;

    use super::*;

    #[test]
    fn a_key_that_cannot_be_read_just_now_is_not_refused() {
        let no_answer = || CredentialError::new("no answer");
        let kinds = [TroubleKind::Own, TroubleKind::Credentials];
        for (error, kind) in [no_answer().passing(), no_answer()].into_iter().zip(kinds) {
            let halt = Halt::from(VendorError::Credentials(error));
            assert!(matches!(halt, Halt::Later(trouble) if trouble.kind == kind));
        }
    }

    #[test]
    fn what_proves_nothing_comes_again() {
        let (call, detail) = ("DELETE /x".to_owned(), "a page".to_owned());
        let still_there = ExecuteError::StillThere("u is a member".to_owned());
        for halt in [
            Halt::from(VendorError::Foreign {
                call: call.clone(),
                status: 404,
                detail: detail.clone(),
            }),
            Halt::from(VendorError::Foreign { call, status: 400, detail }),
            Halt::from(still_there),
        ] {
            let is_vendors = |trouble: &Trouble| trouble.kind == TroubleKind::Vendor;
            assert!(matches!(&halt, Halt::Later(trouble) if is_vendors(trouble)), "{halt:?}");
        }
    }
}
