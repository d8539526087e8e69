//! Snapshots: the tables of a run as sorted Parquet parts, the manifest that lists them, the
//! checkpoint that makes a run resumable, and the publication that moves readers to it.
//!
//! Everything goes through [`Store`], so that all of it runs in a plain test.

mod account;
mod changes;
mod checkpoint;
pub mod current_run;
pub mod document;
mod findings;
mod keys;
mod manifest;
mod merge;
mod overlay;
mod pages;
mod pages_read;
mod parquet;
mod parts;
mod plan;
pub mod publish;
mod rows;
mod run_id;
mod segment;
pub mod store;
mod superseded;
mod team_or_course;

pub use account::{AccountChange, RunAccount};
pub use changes::ChangeCounts;
pub use checkpoint::{
    CHECKPOINT_VERSION, Checkpoint, CheckpointError, Held, Phase, RequestCounts, Scope,
};
pub use current_run::CurrentRunError;
pub use document::UnusableObject;
pub use findings::{DataSet, FailedCalls, Findings, ListRead, RowsRead};
pub use keys::Keys;
pub use manifest::{
    FullRun, Latest, MANIFEST_VERSION, Manifest, Part, Quarantined, TableManifest, Unreadable,
    Verdict,
};
pub use merge::Merge;
pub use overlay::{Carried, OneOf, Overlay, Unseen};
pub use pages::{ListReading, PagesSeen, Seam};
pub use pages_read::{COUNTED_UP_TO, PagesRead};
pub use parquet::FormatError;
pub use parts::{PartsWriter, TableReader, WriteError};
pub use plan::{Base, DeltaLimits, Kind, Mode, RunPlan, RunSubject};
pub use rows::{Rows, RowsError};
pub use run_id::{RunId, RunIdError};
pub use segment::{
    EncodedSegment, Segment, SegmentError, StagedRow, encode_segment, encode_tellings,
};
pub use store::{PutMode, Store, StoreError, Version};
pub use superseded::Superseded;
pub use team_or_course::{NeitherTeamNorCourse, TeamOrCourse};
