//! Why a slice failed.

use rollcall_snapshot::{
    CheckpointError, CurrentRunError, Mode, RowsError, SegmentError, StoreError, Superseded,
    TeamOrCourse, UnusableObject, WriteError,
};
use rollcall_vendor_client::VendorError;

/// Why a slice failed. Whatever it is, what was staged before is kept.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The vendor did not give what was asked for.
    #[error(transparent)]
    Vendor(#[from] VendorError),
    /// Another run is under way.
    #[error(transparent)]
    Current(#[from] CurrentRunError),
    /// The checkpoint is damaged, or another instance has changed it.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A staged segment cannot be read back.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// Rows of the base, or what was told of them, cannot be read.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// A part cannot be written or read.
    #[error(transparent)]
    Parts(#[from] WriteError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A function that must run before has not finished.
    #[error("{needs} must finish run {run_id} before {function} can begin")]
    TooEarly {
        /// This function.
        function: &'static str,
        /// The function that it builds on.
        needs: &'static str,
        /// The run.
        run_id: String,
    },
    /// The slice ended as it began.
    #[error("no request was answered within the slice; {0}")]
    NoProgress(String),
    /// The function is configured for something else than the run is about.
    #[error(
        "run {run_id} was begun with another configuration: {differs}; start a new run, which goes by \
         the present one"
    )]
    SubjectChanged {
        /// The run.
        run_id: String,
        /// What is configured, and what the run is about.
        differs: String,
    },
    /// Readers have gone on to a run that this one does not follow.
    #[error(transparent)]
    Superseded(#[from] Superseded),
    /// A part of the published run is gone, or a document of the connection makes no sense: nothing
    /// can follow it.
    #[error(transparent)]
    Unusable(#[from] UnusableObject),
    /// The run is of the other kind than was asked for.
    #[error(
        "run {run_id} was begun as a {} run, and goes on as one; begin another one with an id of its \
         own",
        .began_as.name()
    )]
    OtherMode {
        /// The run.
        run_id: String,
        /// What was asked for when it was begun.
        began_as: Mode,
    },
    /// A delta run has nothing sure to follow.
    #[error(
        "run {0}, which read everything, is quarantined: accept it or let another full run be \
         published; until then no delta run follows the one before"
    )]
    Quarantined(String),
    /// The vendor knows none of the configured courses.
    #[error("LimitedCourses (ROLLCALL_LIMITED_COURSES) names no course that the vendor knows: {0}")]
    EmptyScope(String),
    /// It is there, but what belongs to it is not found.
    #[error("the vendor has {0}, but answers 404 when it is asked for what belongs to it")]
    NotGiven(TeamOrCourse),
    /// The vendor answers others, but says nothing about this one.
    #[error("the vendor gave no answer about {0} until the slice ended, but answered others")]
    Silent(TeamOrCourse),
    /// Too much of what was listed could not be read.
    #[error(
        "{count} teams or courses were listed but could not be read when their turn came, and more \
         than {allowed} are no coincidence: {ids}; start a new run"
    )]
    TooManyMissing {
        /// How many.
        count: usize,
        /// How many are let pass.
        allowed: usize,
        /// Which.
        ids: String,
    },
    /// The vendor does not make the report.
    #[error("the learning-activity report failed twice: {0}; start a new run")]
    ReportFailed(String),
}

impl SyncError {
    /// Whether the run is over: calling again would end the same, so that others may begin. Trouble
    /// that passes and a call that does not fit the run leave it under way.
    #[must_use]
    pub fn ends_run(&self) -> bool {
        match self {
            Self::Vendor(VendorError::Unavailable { .. }) => false,
            Self::Vendor(VendorError::Credentials(error)) => !error.is_passing(),
            Self::Vendor(_) => true,
            Self::Current(_)
            | Self::Store(_)
            | Self::TooEarly { .. }
            | Self::NoProgress(_)
            | Self::Silent(_)
            | Self::OtherMode { .. } => false,
            Self::Checkpoint(error) => error.is_final(),
            Self::Segment(error) => error.is_final(),
            Self::Rows(error) => error.is_final(),
            Self::Parts(error) => error.is_final(),
            Self::SubjectChanged { .. }
            | Self::Superseded(_)
            | Self::Unusable(_)
            | Self::Quarantined(_)
            | Self::EmptyScope(_)
            | Self::NotGiven(_)
            | Self::TooManyMissing { .. }
            | Self::ReportFailed(_) => true,
        }
    }
}
