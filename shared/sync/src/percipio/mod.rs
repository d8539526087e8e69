//! The walks over Percipio's lists that a full run makes.

mod catalogue;
mod courses;
mod pile;
mod ranges;
mod report;
mod stash;
mod teams;
#[cfg(test)]
mod tests;
mod users;

use rollcall_vendor_client::percipio::Settings;

pub use courses::{CourseTask, CoursesWalk};
pub use stash::Stash;
pub use teams::{NoTask, NoTeamsWalk};
pub use users::{UserTask, UsersWalk};

/// A connection to Percipio.
pub type Connection = crate::Connection<Settings>;
