//! Resumable walks over a vendor's lists.
//!
//! A [`Walk`] says which pieces of work there are and does one of them; [`Sync`] keeps a few in
//! flight, stages what they give, keeps the checkpoint, stops when the time slice is over, and
//! writes the tables once everything is staged.

mod answer;
mod base;
mod clock;
mod connection;
mod counting;
mod error;
#[cfg(test)]
mod histories;
pub mod litmos;
mod neighbour;
mod paging;
pub mod percipio;
mod planning;
mod reading;
#[cfg(test)]
mod resume_tests;
mod run;
mod set_aside;
mod shares;
mod staging;
#[cfg(test)]
mod test_runs;
mod walk;
mod writing;

pub use answer::{Answer, Status, TableRows};
pub use base::Standing;
pub use clock::Slice;
pub use connection::Connection;
pub use error::SyncError;
pub use neighbour::Neighbour;
pub use run::Sync;
pub use shares::{Shares, Work};
pub use walk::{Brief, Meter, Step, TableColumns, Walk};

/// The limits of tests.
#[cfg(test)]
const DELTA_LIMITS: rollcall_snapshot::DeltaLimits = rollcall_snapshot::DeltaLimits {
    overlap: jiff::SignedDuration::from_hours(24),
    max_age: jiff::SignedDuration::from_hours(30 * 24),
};
