//! Lists of what changed in a window of time, `/org/…` (Litmos reference 3).
//!
//! A row is there if it was created or updated within the window, and tells the present state. A link
//! that was removed has `Active` false (3.2, inferred). What was deleted is in none of them.

use jiff::Timestamp;
use reqwest::Method;
use rollcall_roster::{Course, Enrolment, Extent, Row, Source, Team, TeamMember, Told, User};

use super::record::Record;
use super::{LIMIT, Litmos, courses, list, teams, users};
use crate::{Page, VendorError, rows};

/// From when to when changes are asked for. The vendor takes seven days at most (reference 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeWindow {
    /// Its beginning, to the second below.
    pub since: Timestamp,
    /// Its end, which may lie in the future; to the second above.
    pub to: Timestamp,
}

/// Every call fails with a [`VendorError`], and pages as the other lists do.
impl Litmos {
    /// Accounts, inactive ones included.
    pub async fn changed_users(
        &self,
        window: ChangeWindow,
        start: u64,
    ) -> Result<Page<Told<User>>, VendorError> {
        self.changes(&["org", "users", "details"], window, start, |row| Ok(user(row))).await
    }

    /// Teams.
    pub async fn changed_teams(
        &self,
        window: ChangeWindow,
        start: u64,
    ) -> Result<Page<Told<Team>>, VendorError> {
        self.changes(&["org", "teams"], window, start, |row| Ok(team(row))).await
    }

    /// Memberships, those of inactive accounts included.
    pub async fn changed_members(
        &self,
        window: ChangeWindow,
        start: u64,
    ) -> Result<Page<Told<TeamMember>>, VendorError> {
        self.changes(&["org", "teams", "users"], window, start, member).await
    }

    /// Courses.
    pub async fn changed_courses(
        &self,
        window: ChangeWindow,
        start: u64,
    ) -> Result<Page<Told<Course>>, VendorError> {
        self.changes(&["org", "courses"], window, start, |row| Ok(course(row))).await
    }

    /// Courses that were assigned to users or taken from them. Whether those are listed that come
    /// through a team or learning path is not known (reference 8 #8).
    pub async fn changed_assignments(
        &self,
        window: ChangeWindow,
        start: u64,
    ) -> Result<Page<Told<Enrolment>>, VendorError> {
        self.changes(&["org", "users", "courses"], window, start, assignment).await
    }

    /// How far users are with courses.
    pub async fn changed_results(
        &self,
        window: ChangeWindow,
        start: u64,
    ) -> Result<Page<Told<Enrolment>>, VendorError> {
        self.changes(&["org", "results", "details"], window, start, result).await
    }

    async fn changes<T>(
        &self,
        segments: &[&str],
        window: ChangeWindow,
        start: u64,
        row: impl Fn(&mut Record) -> Result<T, &'static str>,
    ) -> Result<Page<T>, VendorError> {
        let second = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M:%S").to_string();
        let to = window.to.checked_add(jiff::SignedDuration::from_millis(999));
        let (since, to) = (second(window.since), second(to.unwrap_or(window.to)));
        let (limit, start) = (LIMIT.to_string(), start.to_string());
        let query = [("since", &*since), ("to", &*to), ("limit", &*limit), ("start", &*start)];
        let call = self.call(Method::GET, segments, &query)?;
        let dates = self.settings.json_dates;
        self.run(&call, |body| Ok(rows::page(list::rows(body)?, dates, &row))).await
    }
}

/// What only lists of changes tell; in a snapshot it would come and go with the kind of run.
const UNTOLD_ELSEWHERE: [&str; 3] = ["CreatedBy", "UpdatedBy", "UpdatedDate"];
/// The same of courses.
const UNTOLD_OF_COURSES: [&str; 7] = [
    "CreatedDate",
    "CompliantTillDays",
    "TimeLimitDate",
    "TimeLimitDays",
    "DisplayOrder",
    "IncludeInLibrary",
    "CourseImageURL",
];

fn user(record: &mut Record) -> Told<User> {
    let known = [&users::COLUMNS[..], &UNTOLD_ELSEWHERE].concat();
    let attributes = record.told_others(&known, ("OriginalUserId", "OriginalId"));
    told(User { attributes, ..users::user(record) }, Extent::Columns, record)
}

fn team(record: &mut Record) -> Told<Team> {
    told_link(teams::team(record), Extent::Whole, record)
}

fn member(record: &mut Record) -> Result<Told<TeamMember>, &'static str> {
    let member = TeamMember {
        team_id: record.reference(&["TeamId"]).ok_or("no TeamId")?,
        user_id: record.id(),
        is_leader: record.flag(&["IsTeamLeader"]),
        is_admin: record.flag(&["IsTeamAdmin"]),
    };
    Ok(told_link(member, Extent::Whole, record))
}

fn course(record: &mut Record) -> Told<Course> {
    let known = [&courses::COLUMNS[..], &UNTOLD_ELSEWHERE, &UNTOLD_OF_COURSES].concat();
    let attributes = record.told_others(&known, ("OriginalCourseId", "OriginalId"));
    told(Course { attributes, ..courses::course(record) }, Extent::Columns, record)
}

fn assignment(record: &mut Record) -> Result<Told<Enrolment>, &'static str> {
    let enrolment = Enrolment {
        course_id: record.id(),
        user_id: record.reference(&["UserId"]).ok_or("no UserId")?,
        assigned_at: record.instant(&["CreatedDate"]),
        ..Enrolment::default()
    };
    Ok(told_link(enrolment, Extent::Link, record))
}

/// A result is created together with the assignment (reference 3.2).
fn result(record: &mut Record) -> Result<Told<Enrolment>, &'static str> {
    let (status, percent_complete) = courses::progress(record);
    let enrolment = Enrolment {
        course_id: record.id(),
        user_id: record.reference(&["UserId"]).ok_or("no UserId")?,
        status,
        percent_complete,
        assigned_at: record.instant(&["CreatedDate"]),
        started_at: record.instant(&["StartedDate"]),
        due_at: record.instant(&["DueDate"]),
        completed_at: record.instant(&["CompletedDate"]),
        compliant_till: record.instant(&["CompliantTillDate", "ComplaintTillDate"]),
        source: source(record),
    };
    Ok(told_link(enrolment, Extent::Whole, record))
}

fn source(record: &mut Record) -> Option<Source> {
    let by_path = record.flag(&["LearningPathAssignment"]);
    let by_team = record.flag(&["TeamAssignment"]);
    match (by_path, by_team) {
        (Some(true), _) => Some(Source::LearningPath),
        (_, Some(true)) => Some(Source::Team),
        (Some(false), Some(false)) => Some(Source::Direct),
        _ => None,
    }
}

/// A row whose `Active` is a column of its own.
fn told<R: Row>(row: R, extent: Extent, record: &mut Record) -> Told<R> {
    Told::new(row, extent, changed_at(record), false)
}

/// A row whose `Active` says whether it is there.
fn told_link<R: Row>(row: R, extent: Extent, record: &mut Record) -> Told<R> {
    let gone = record.flag(&["Active"]) == Some(false);
    Told::new(row, extent, changed_at(record), gone)
}

/// `UpdatedDate` may be absent of what was never updated (reference 3.2).
fn changed_at(record: &mut Record) -> Option<Timestamp> {
    let (updated, created) = (record.instant(&["UpdatedDate"]), record.instant(&["CreatedDate"]));
    updated.max(created)
}

#[cfg(test)]
mod tests;
