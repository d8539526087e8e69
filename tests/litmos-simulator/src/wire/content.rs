//! What an answer holds, whatever format it is written in.

use bytes::Bytes;

use super::{cell::Record, json, xml};

/// The format of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// The default.
    Xml,
    /// By `format=json`.
    Json,
}

/// A row of a list.
#[derive(Debug, Clone)]
pub(crate) enum Row {
    /// As it should be.
    Record(Record),
    /// A text where a record belongs.
    Stray(&'static str),
}

/// The names of a list and its items in XML.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names {
    /// The root element.
    pub(crate) list: &'static str,
    /// The element of each row.
    pub(crate) item: &'static str,
}

/// Users.
pub(crate) const USERS: Names = Names { list: "Users", item: "User" };
/// Teams.
pub(crate) const TEAMS: Names = Names { list: "Teams", item: "Team" };
/// Courses.
pub(crate) const COURSES: Names = Names { list: "Courses", item: "Course" };
/// Learning paths.
pub(crate) const PATHS: Names = Names { list: "LearningPaths", item: "LearningPath" };
/// Memberships.
pub(crate) const TEAM_USERS: Names = Names { list: "TeamUsers", item: "TeamUser" };
/// Assignments of courses.
pub(crate) const USER_COURSES: Names = Names { list: "UserCourses", item: "UserCourse" };
/// Results of courses.
pub(crate) const USER_RESULTS: Names = Names { list: "UserResults", item: "UserResult" };
/// Course custom fields.
pub(crate) const COURSE_FIELDS: Names =
    Names { list: "CourseCustomFields", item: "CourseCustomField" };

/// What an answer holds.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// A bare list.
    List(Names, Vec<Row>),
    /// One record.
    One(Names, Record),
    /// A list with its pagination.
    Paginated(Names, Record, Vec<Row>),
    /// Pairs of a field's name and its value.
    Parameters(Record),
}

impl Content {
    /// The rows, for those who tamper with them.
    pub(crate) fn rows_mut(&mut self) -> Option<&mut Vec<Row>> {
        match self {
            Self::List(_, rows) | Self::Paginated(_, _, rows) => Some(rows),
            Self::One(..) | Self::Parameters(_) => None,
        }
    }

    /// The bytes of the body.
    pub(crate) fn encode(&self, format: Format) -> Bytes {
        match format {
            Format::Json => json::encode(self),
            Format::Xml => xml::encode(self).into(),
        }
    }
}
