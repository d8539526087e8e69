//! What is read by the page, and single teams and courses.

use reqwest::Method;
use rollcall_roster::{Course, Enrolment, Team, User};

use super::{Litmos, Member};
use super::{courses, custom_fields, teams, users};
use crate::{Page, VendorError};

/// Every call fails with a [`VendorError`]: no usable answer, no permission, or no sense.
///
/// `start` is a row offset from 0. A page may hold more rows than asked for; the next one starts
/// [`received`](Page::received) rows further. An empty page ends a list; a short one may not.
impl Litmos {
    /// How many accounts there are, inactive ones included.
    pub async fn count_users(&self) -> Result<u64, VendorError> {
        let call =
            self.call(Method::GET, &["users", "paginated"], &[("limit", "1"), ("start", "0")])?;
        self.run(&call, users::total).await
    }

    /// A page of accounts, inactive ones included.
    pub async fn users(&self, start: u64) -> Result<Page<User>, VendorError> {
        self.page(&["users", "details"], start, users::user).await
    }

    /// A page of teams, all levels in one list.
    pub async fn teams(&self, start: u64) -> Result<Page<Team>, VendorError> {
        self.page(&["teams"], start, teams::team).await
    }

    /// One team.
    pub async fn team(&self, id: &str) -> Result<Team, VendorError> {
        self.one(&["teams", id], teams::team).await
    }

    /// A page of a team's members. The vendor leaves out inactive accounts.
    pub async fn team_members(&self, id: &str, start: u64) -> Result<Page<Member>, VendorError> {
        self.page(&["teams", id, "users"], start, teams::member).await
    }

    /// A page of a team's leaders.
    pub async fn team_leaders(&self, id: &str, start: u64) -> Result<Page<Member>, VendorError> {
        self.page(&["teams", id, "leaders"], start, teams::member).await
    }

    /// A page of a team's administrators.
    pub async fn team_admins(&self, id: &str, start: u64) -> Result<Page<Member>, VendorError> {
        self.page(&["teams", id, "admins"], start, teams::member).await
    }

    /// A page of courses.
    pub async fn courses(&self, start: u64) -> Result<Page<Course>, VendorError> {
        self.page(&["courses"], start, courses::course).await
    }

    /// One course.
    pub async fn course(&self, id: &str) -> Result<Course, VendorError> {
        self.one(&["courses", id], courses::course).await
    }

    /// A page of the users that a course is assigned to.
    pub async fn course_users(&self, id: &str, start: u64) -> Result<Page<Enrolment>, VendorError> {
        self.page(&["courses", id, "users"], start, |row| courses::enrolment(id, row)).await
    }

    /// The names of the account's advanced custom fields, as any of its users shows them.
    pub async fn user_custom_fields(&self, user_id: &str) -> Result<Vec<String>, VendorError> {
        let call = self.call(Method::GET, &["users", user_id, "usercustomfields"], &[])?;
        self.run(&call, custom_fields::names).await
    }

    /// The labels of the account's course custom fields.
    pub async fn course_custom_fields(&self) -> Result<Vec<String>, VendorError> {
        let call = self.call(Method::GET, &["coursecustomfields"], &[])?;
        self.run(&call, custom_fields::names).await
    }
}
