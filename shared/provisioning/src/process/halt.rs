//! Why a request goes no further.

use rollcall_vendor_client::VendorError;

use crate::{Rejection, ledger::LedgerError, plan::Unplannable, vendor::ExecuteError};

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
    /// The vendor refuses the credentials: nothing else will go through either.
    pub credentials: bool,
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
    /// Something that may pass.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), credentials: false }
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
                Self::Later(Trouble { reason: message, credentials: true })
            }
            // What is not the vendor's word proves nothing: the next attempt looks anew.
            VendorError::Foreign { .. }
            | VendorError::Ambiguous { .. }
            | VendorError::Unavailable { .. }
            | VendorError::Unexpected { .. } => Self::later(message),
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
            ExecuteError::NotApplied(_) | ExecuteError::NotAdded(_) => refused("not_applied"),
            // The vendor may show it later: the next attempt plans from what is there then.
            ExecuteError::StillThere(_) => Self::later(message),
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
        for (error, credentials) in [(no_answer().passing(), false), (no_answer(), true)] {
            let halt = Halt::from(VendorError::Credentials(error));
            assert!(matches!(halt, Halt::Later(trouble) if trouble.credentials == credentials));
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
            assert!(matches!(&halt, Halt::Later(trouble) if !trouble.credentials), "{halt:?}");
        }
    }
}
