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
            SyncError::SubjectChanged { .. } | SyncError::EmptyScope(_) => "InvalidConfiguration",
            SyncError::Superseded(_) => "RunSuperseded",
            SyncError::Unusable(_) => "CheckpointCorrupt",
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
            PublishError::Superseded(_) => "RunSuperseded",
            PublishError::Current(error) => current(error),
            PublishError::Checkpoint(error) => checkpoint(error),
            PublishError::Parts(error) => parts(error),
            PublishError::Rows(error) => rows(error),
            PublishError::Unusable(_) => "CheckpointCorrupt",
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
        // Nobody has to act: without the key the vendor is out of reach, for now.
        VendorError::Credentials(error) if error.is_passing() => "VendorUnavailable",
        VendorError::NotFound { .. }
        | VendorError::Foreign { .. }
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

#[cfg(test)]
mod tests {
    use rollcall_snapshot::{RunId, Superseded, TeamOrCourse, UnusableObject};
    use rollcall_vendor_client::CredentialError;

    use super::*;

    /// What the state machine repeats: nothing else passes by itself.
    const REPEATED: [&str; 4] =
        ["VendorUnavailable", "StoreUnavailable", "RunConflict", "RunIncomplete"];

    fn away() -> StoreError {
        let (place, reason) = ("s3://b/k".to_owned(), "slow down".to_owned());
        StoreError::Unavailable { action: "write", place, reason, source: None }
    }

    fn text(text: &str) -> String {
        text.to_owned()
    }

    fn superseded() -> Superseded {
        let run_id = RunId::parse("20261121T220000Z").unwrap();
        Superseded { latest: Some(run_id.clone()), base: None, run_id }
    }

    fn vendor_away() -> VendorError {
        let (call, trouble) = (text("GET /users"), text("silence"));
        VendorError::Unavailable { call, attempts: 8, status: None, trouble, source: None }
    }

    /// One of each kind.
    fn errors_of_a_slice() -> Vec<SyncError> {
        let (run_id, key) = (text("20261121T220000Z"), text("k"));
        let forbidden = VendorError::Forbidden { call: text("GET /users"), detail: text("no") };
        let corrupt = CheckpointError::Corrupt { key: key.clone(), reason: text("cut off") };
        let differs = text("region");
        let (function, needs) = ("sync-teams", "sync-users");
        vec![
            vendor_away().into(),
            forbidden.into(),
            VendorError::Credentials(CredentialError::new("no such secret")).into(),
            VendorError::Credentials(CredentialError::new("no answer").passing()).into(),
            CurrentRunError::Raced.into(),
            CurrentRunError::Store(away()).into(),
            corrupt.into(),
            CheckpointError::Conflict(key.clone()).into(),
            CheckpointError::Store(away()).into(),
            SegmentError::Missing(key.clone()).into(),
            SegmentError::Store(away()).into(),
            RowsError::Parts(WriteError::Damaged(key.clone())).into(),
            WriteError::Occupied(key.clone()).into(),
            WriteError::Store(away()).into(),
            away().into(),
            SyncError::TooEarly { function, needs, run_id: run_id.clone() },
            SyncError::NoProgress(text("silence")),
            SyncError::SubjectChanged { run_id: run_id.clone(), differs },
            superseded().into(),
            UnusableObject::Missing(key.clone()).into(),
            SyncError::EmptyScope(text("c")),
            SyncError::NotGiven(TeamOrCourse::Team(text("t"))),
            SyncError::Silent(TeamOrCourse::Team(text("t"))),
            SyncError::TooManyMissing { count: 6, allowed: 5, ids: text("a, b") },
            SyncError::ReportFailed(text("no")),
        ]
    }

    fn errors_of_publication() -> Vec<PublishError> {
        let run_id = RunId::parse("20261121T220000Z").unwrap();
        let what = text("sync-users has not finished");
        vec![
            PublishError::Incomplete { run_id, what },
            superseded().into(),
            CurrentRunError::Raced.into(),
            WriteError::Missing(text("k")).into(),
            UnusableObject::Missing(text("k")).into(),
            away().into(),
        ]
    }

    /// What ends a run in a function, and what the state machine does not repeat, is the same.
    #[test]
    fn an_error_is_repeated_or_ends_the_run() {
        let of_a_slice = errors_of_a_slice().into_iter().map(|error| {
            let ends = error.ends_run();
            (ends, Failure::from(error))
        });
        let of_publication = errors_of_publication().into_iter().map(|error| {
            let ends = error.ends_run();
            (ends, Failure::from(error))
        });
        for (ends, failure) in of_a_slice.chain(of_publication) {
            let repeated = REPEATED.contains(&failure.error_type());
            assert_eq!(ends, !repeated, "{}: {}", failure.error_type(), failure.message());
        }
    }

    /// A call of the other kind does not fit a run that goes on; one that steps aside has ended.
    #[test]
    fn a_delta_run_steps_aside() {
        let other = |began_as| SyncError::OtherMode { run_id: text("r"), began_as };
        for (error, ends, error_type) in [
            (other(Mode::Full), false, "RunConflict"),
            (other(Mode::Delta), false, "InvalidEvent"),
            (SyncError::Quarantined(text("r")), true, "RunConflict"),
        ] {
            assert_eq!(error.ends_run(), ends, "{error}");
            assert_eq!(Failure::from(error).error_type(), error_type);
        }
    }
}
