//! Why a run was not judged or published.

use super::CatalogueError;
use crate::{
    CheckpointError, CurrentRunError, RowsError, RunId, StoreError, Superseded, UnusableObject,
    WriteError,
};

/// Why a run was not judged or published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// It is not finished.
    #[error("run {run_id} is not complete: {what}")]
    Incomplete {
        /// The run.
        run_id: RunId,
        /// What is missing.
        what: String,
    },
    /// Readers have gone on to a run that this one was not compared with.
    #[error(transparent)]
    Superseded(#[from] Superseded),
    /// Another run is under way.
    #[error(transparent)]
    Current(#[from] CurrentRunError),
    /// A checkpoint makes no sense.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A part is missing or damaged.
    #[error(transparent)]
    Parts(#[from] WriteError),
    /// Rows of the run or of what was told about it cannot be read.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// A document of an earlier run or of this one is missing or makes no sense.
    #[error(transparent)]
    Unusable(#[from] UnusableObject),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Readers are led to the run, but query engines do not know of it yet.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
}

impl PublishError {
    /// Whether the run is over: asking again would end the same, so that others may begin.
    #[must_use]
    pub const fn ends_run(&self) -> bool {
        match self {
            Self::Superseded(_) | Self::Unusable(_) => true,
            Self::Checkpoint(error) => error.is_final(),
            Self::Parts(error) => error.is_final(),
            Self::Rows(error) => error.is_final(),
            Self::Incomplete { .. } | Self::Current(_) | Self::Store(_) | Self::Catalogue(_) => {
                false
            }
        }
    }
}
