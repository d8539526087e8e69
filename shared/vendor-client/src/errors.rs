//! What can go wrong with a vendor, sorted by what the caller can do about it.

use crate::credentials::CredentialError;

/// Why a vendor did not give what was asked for.
///
/// No variant carries a secret, a query string or more of a body than its message.
#[derive(Debug, thiserror::Error)]
pub enum VendorError {
    /// The vendor refuses the credentials, freshly read ones too. Somebody has to act.
    #[error("{call}: the vendor refuses the credentials ({detail}); check {hint}")]
    Unauthorized {
        /// Method and path.
        call: String,
        /// What the vendor said.
        detail: String,
        /// What a person should look at.
        hint: String,
    },
    /// The credentials are good, but may not do this.
    #[error("{call}: the vendor forbids this call ({detail})")]
    Forbidden {
        /// Method and path.
        call: String,
        /// What the vendor said.
        detail: String,
    },
    /// There is no such record.
    #[error("{call}: not found ({detail})")]
    NotFound {
        /// Method and path.
        call: String,
        /// What the vendor said.
        detail: String,
    },
    /// A "not found" or "bad request" that is not the vendor's own word, or a page with another 4xx: a
    /// server in front of it says so. It proves nothing, neither that something is there nor that it is
    /// gone or not allowed. Look another way, or later.
    #[error("{call}: status {status}, which the vendor itself did not say ({detail})")]
    Foreign {
        /// Method and path.
        call: String,
        /// The status of the answer: 4xx.
        status: u16,
        /// What it said.
        detail: String,
    },
    /// It contradicts what is there: a name is taken, a value is not allowed (409, with some
    /// vendors 422). For good.
    #[error("{call}: a conflict with what is there ({detail})")]
    Conflict {
        /// Method and path.
        call: String,
        /// What the vendor said.
        detail: String,
    },
    /// The vendor will not do this to this record, for example take away what comes from
    /// elsewhere (406). For good.
    #[error("{call}: the vendor refuses ({detail})")]
    Refused {
        /// Method and path.
        call: String,
        /// What the vendor said.
        detail: String,
    },
    /// Something that must not be done twice was sent and may have been done. Look before trying
    /// again.
    #[error("{call}: it is not known whether this was done: {trouble}")]
    Ambiguous {
        /// Method and path.
        call: String,
        /// The status of the answer, if there was one.
        status: Option<u16>,
        /// Why it is not known.
        trouble: String,
        /// The network error, if it was one.
        source: Option<reqwest::Error>,
    },
    /// No usable answer in as many attempts as are allowed. It may work later.
    ///
    /// A creation was certainly not carried out; any other write may have been, and is safe to
    /// repeat.
    #[error("{call}: no usable answer in {attempts} attempts; the last: {trouble}")]
    Unavailable {
        /// Method and path.
        call: String,
        /// How often the request was sent.
        attempts: u32,
        /// The status of the last answer, if there was one.
        status: Option<u16>,
        /// What was wrong with the last attempt.
        trouble: String,
        /// The network error of the last attempt, if it was one.
        source: Option<reqwest::Error>,
    },
    /// An answer that makes no sense, or another server's page in each of as many attempts as are
    /// allowed. Repeating will not help: it is systematic.
    #[error("{call}: unexpected answer, status {status}: {detail}")]
    Unexpected {
        /// Method and path.
        call: String,
        /// The status of the answer.
        status: u16,
        /// What is wrong with it.
        detail: String,
    },
    /// There are no credentials to send.
    #[error("the vendor's credentials could not be had")]
    Credentials(#[from] CredentialError),
}
