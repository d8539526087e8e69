//! A failure as Lambda reports it: a short stable type and a message that says what to fix.

use std::error::Error;

use lambda_runtime::Diagnostic;
use rollcall_provisioning::ledger::LedgerError;
use rollcall_snapshot::{
    CheckpointError, CurrentRunError, Mode, RowsError, SegmentError, StoreError, WriteError,
    publish::PublishError,
};
use rollcall_sync::SyncError;
use rollcall_vendor_client::VendorError;

use crate::ConfigError;

/// Why an invocation failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    error_type: &'static str,
    message: String,
}

impl Failure {
    /// A failure of one of the contract's types.
    #[must_use]
    pub fn new(error_type: &'static str, message: &str) -> Self {
        Self { error_type, message: message.to_owned() }
    }

    /// With an error and all its causes as the message.
    fn of(error_type: &'static str, error: &dyn Error) -> Self {
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // A transparent error says what its cause says.
            if !message.ends_with(&text) {
                message = format!("{message}: {text}");
            }
            cause = error.source();
        }
        Self { error_type, message }
    }

    /// The contract's name for it.
    #[must_use]
    pub fn error_type(&self) -> &'static str {
        self.error_type
    }

    /// What to fix.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        Self { error_type: failure.error_type.to_owned(), error_message: failure.message }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::of("InvalidConfiguration", &error)
    }
}

impl From<VendorError> for Failure {
    fn from(error: VendorError) -> Self {
        Self::of(vendor(&error), &error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::of(store(&error), &error)
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        Self::of(parts(&error), &error)
    }
}

impl From<SyncError> for Failure {
    fn from(error: SyncError) -> Self {
        let error_type = match &error {
            SyncError::Vendor(error) => vendor(error),
            SyncError::Current(error) => current(error),
            SyncError::Checkpoint(error) => checkpoint(error),
            SyncError::Segment(error) => segment(error),
            SyncError::Rows(error) => rows(error),
            SyncError::Store(error) => store(error),
            SyncError::Parts(error) => parts(error),
            // The one steps aside, the other is a mistake.
            SyncError::OtherMode { began_as: Mode::Full, .. } | SyncError::Quarantined(_) => {
                "RunConflict"
            }
            SyncError::OtherMode { began_as: Mode::Delta, .. } => "InvalidEvent",
            SyncError::TooEarly { .. } => "RunIncomplete",
            SyncError::NoProgress(_) | SyncError::Silent(_) => "VendorUnavailable",
            SyncError::ScopeChanged(_) | SyncError::EmptyScope(_) => "InvalidConfiguration",
            SyncError::NotGiven(_)
            | SyncError::TooManyMissing { .. }
            | SyncError::ReportFailed(_) => "VendorUnexpected",
        };
        Self::of(error_type, &error)
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        let error_type = match &error {
            LedgerError::Damaged { .. } => "CheckpointCorrupt",
            LedgerError::Store(error) => store(error),
        };
        Self::of(error_type, &error)
    }
}

impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Self {
        let error_type = match &error {
            PublishError::Incomplete { .. } => "RunIncomplete",
            PublishError::Superseded { .. } => "RunSuperseded",
            PublishError::Current(error) => current(error),
            PublishError::Checkpoint(error) => checkpoint(error),
            PublishError::Parts(error) => parts(error),
            PublishError::Rows(error) => rows(error),
            PublishError::Damaged { .. } => "CheckpointCorrupt",
            PublishError::Store(error) => store(error),
            // Where snapshots are found is a part of where they are kept: it passes, or is repeated.
            PublishError::Catalogue(_) => "StoreUnavailable",
        };
        Self::of(error_type, &error)
    }
}

const fn vendor(error: &VendorError) -> &'static str {
    match error {
        VendorError::Unauthorized { .. } => "VendorUnauthorized",
        VendorError::Forbidden { .. } => "VendorForbidden",
        VendorError::Unavailable { .. } => "VendorUnavailable",
        VendorError::NotFound { .. }
        | VendorError::Conflict { .. }
        | VendorError::Refused { .. }
        | VendorError::Ambiguous { .. }
        | VendorError::Unexpected { .. } => "VendorUnexpected",
        VendorError::Credentials(_) => "SecretUnavailable",
    }
}

const fn store(error: &StoreError) -> &'static str {
    match error {
        StoreError::Conflict { .. } => "RunConflict",
        StoreError::Unavailable { .. } => "StoreUnavailable",
    }
}

const fn current(error: &CurrentRunError) -> &'static str {
    match error {
        CurrentRunError::Busy { .. } | CurrentRunError::Raced => "RunConflict",
        CurrentRunError::Store(error) => store(error),
    }
}

const fn checkpoint(error: &CheckpointError) -> &'static str {
    match error {
        CheckpointError::Corrupt { .. } => "CheckpointCorrupt",
        CheckpointError::Conflict(_) => "RunConflict",
        CheckpointError::Store(error) => store(error),
    }
}

const fn segment(error: &SegmentError) -> &'static str {
    match error {
        SegmentError::Store(error) => store(error),
        SegmentError::Missing(_) | SegmentError::Damaged { .. } => "CheckpointCorrupt",
    }
}

const fn rows(error: &RowsError) -> &'static str {
    match error {
        RowsError::Segment(error) => segment(error),
        RowsError::Parts(error) => parts(error),
    }
}

const fn parts(error: &WriteError) -> &'static str {
    match error {
        WriteError::Store(error) => store(error),
        WriteError::Format { .. }
        | WriteError::Missing(_)
        | WriteError::Damaged(_)
        | WriteError::Occupied(_) => "CheckpointCorrupt",
    }
}
