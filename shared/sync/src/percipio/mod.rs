//! The walks over Percipio's lists: over everything, and over what has changed.

mod catalogue;
mod courses;
mod lists;
mod pile;
mod ranges;
mod readings;
mod report;
mod run_users;
mod stash;
mod teams;
#[cfg(test)]
mod tests;
mod users;

use rollcall_vendor_client::{VendorError, percipio::Settings};

pub use courses::{CourseTask, CoursesWalk};
pub use lists::List;
pub use readings::Part;
pub use run_users::RunUsers;
pub use stash::Stash;
pub use teams::{NoTask, NoTeamsWalk};
pub use users::{UserTask, UsersWalk};

/// A connection to Percipio.
pub type Connection = crate::Connection<Settings>;

/// A list that cannot be as it is told.
fn odd(call: &str, detail: &str) -> VendorError {
    let (call, detail) = (call.to_owned(), detail.to_owned());
    VendorError::Unexpected { call, status: 200, detail }
}
