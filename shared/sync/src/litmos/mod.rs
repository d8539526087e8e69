//! The walks over Litmos' lists: over everything, and over what has changed.

mod courses;
mod lists;
mod teams;
#[cfg(test)]
mod tests;
mod users;
mod windows;

use rollcall_snapshot::{Findings, TeamOrCourse};
use rollcall_vendor_client::litmos::Settings;

pub use courses::{CourseTask, CoursesWalk};
pub use teams::{PlainLearners, TeamTask, TeamsWalk};
pub use users::{UserTask, UsersWalk};
pub use windows::Window;

use crate::SyncError;

/// A connection to Litmos.
pub type Connection = crate::Connection<Settings>;

/// What it means that something was listed, but what belongs to it is not found: that it is gone, if it
/// is not found itself any more.
fn vanished<T>(of: TeamOrCourse, itself: Option<T>) -> Result<Findings, SyncError> {
    if itself.is_some() {
        return Err(SyncError::NotGiven(of));
    }
    let mut findings = Findings::default();
    findings.vanished.entry(of.table()).or_default().insert(of.id().to_owned());
    Ok(findings)
}
