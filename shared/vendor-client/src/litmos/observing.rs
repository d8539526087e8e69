//! What is read before something is changed.

use reqwest::Method;
use rollcall_roster::Team;

use super::assignments::{self, LearningPath, UserCourse, UserLearningPath};
use super::lookup::{UserLookup, UserRef};
use super::{Litmos, TeamRecord, UserRecord, teams};
use crate::{Page, VendorError};

/// The longest `search` that is documented (Litmos reference 2).
const LONGEST_SEARCH: usize = 50;

impl Litmos {
    /// One account, as it stands, or why there is none to be had.
    pub async fn user(&self, user: &UserRef) -> Result<UserLookup, VendorError> {
        let read = async {
            let call = self.call(Method::GET, &["users", user.text()], &[])?;
            let dates = self.settings.json_dates;
            self.run(&call, |body| UserRecord::read(body, dates)).await
        };
        match read.await {
            Ok(record) => Ok(user.judge(record)),
            Err(VendorError::NotFound { .. }) => Ok(UserLookup::Missing),
            Err(error) => Err(error),
        }
    }

    /// A page of a user's teams.
    pub async fn user_teams(&self, user_id: &str, start: u64) -> Result<Page<Team>, VendorError> {
        self.page(&["users", user_id, "teams"], start, teams::team).await
    }

    /// A page of the courses assigned to a user, directly or otherwise.
    pub async fn user_courses(
        &self,
        user_id: &str,
        start: u64,
    ) -> Result<Page<UserCourse>, VendorError> {
        self.page(&["users", user_id, "courses"], start, assignments::user_course).await
    }

    /// A page of the learning paths assigned to a user.
    pub async fn user_learning_paths(
        &self,
        user_id: &str,
        start: u64,
    ) -> Result<Page<UserLearningPath>, VendorError> {
        let segments = ["users", user_id, "learningpaths"];
        self.page(&segments, start, assignments::user_learning_path).await
    }

    /// One learning path.
    pub async fn learning_path(&self, id: &str) -> Result<LearningPath, VendorError> {
        self.one(&["learningpaths", id], assignments::learning_path).await
    }

    /// One team, as it stands.
    pub async fn team_record(&self, id: &str) -> Result<TeamRecord, VendorError> {
        let call = self.call(Method::GET, &["teams", id], &[])?;
        self.run(&call, TeamRecord::read).await
    }

    /// A page of the teams whose name holds the first 50 characters of a text: to see whether a
    /// team of a name is there, compare.
    pub async fn search_teams(&self, text: &str, start: u64) -> Result<Page<Team>, VendorError> {
        let text: String = text.chars().take(LONGEST_SEARCH).collect();
        self.page_of(&["teams"], &[("search", &text)], start, teams::team).await
    }
}
