//! The domain of Rollcall: users, teams, courses and enrolments, as rows of its tables.
//!
//! Pure: nothing here reads, writes, waits or knows a vendor. A row's fields are its table's
//! columns, in order; a test holds the two together.

mod attributes;
mod carry;
mod rows;
mod table;
mod told;

pub use jiff::Timestamp;
pub use rows::{
    Course, CourseKind, Enrolment, EnrolmentStatus, Row, Source, Team, TeamMember, User,
};
pub use table::{Column, ColumnType, Table};
pub use told::{Extent, There, Told};
