//! Resumable walks over a vendor's lists.
//!
//! A [`Walk`] says which pieces of work there are and does one of them; [`Sync`] keeps a few in
//! flight, stages what they give, keeps the checkpoint, stops when the time slice is over, and
//! writes the tables once everything is staged.

mod answer;
mod clock;
mod connection;
mod error;
pub mod litmos;
mod paging;
pub mod percipio;
mod reading;
#[cfg(test)]
mod resume_tests;
mod run;
mod staging;
mod walk;
mod writing;

pub use answer::{Answer, Status, TableRows};
pub use clock::Slice;
pub use connection::Connection;
pub use error::SyncError;
pub use run::Sync;
pub use walk::{Meter, Step, TableColumns, Walk};
