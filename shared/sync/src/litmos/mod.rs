//! The walks over Litmos' lists: over everything, and over what has changed.

mod courses;
mod lists;
mod teams;
#[cfg(test)]
mod tests;
mod users;
mod windows;

use rollcall_roster::Table;
use rollcall_snapshot::Findings;
use rollcall_vendor_client::litmos::Settings;

pub use courses::{CourseTask, CoursesWalk};
pub use teams::{PlainLearners, TeamTask, TeamsWalk};
pub use users::{UserTask, UsersWalk};
pub use windows::Window;

/// A connection to Litmos.
pub type Connection = crate::Connection<Settings>;

/// What it means that something was listed, but what belongs to it is not found: gone, if it is not
/// found itself any more.
fn missing<T>(table: Table, id: String, itself: Option<T>) -> Findings {
    let mut findings = Findings::default();
    let list = match itself {
        None => &mut findings.vanished,
        Some(_) => &mut findings.unreadable,
    };
    list.entry(table).or_default().insert(id);
    findings
}
