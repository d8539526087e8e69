//! What is read before something is changed.

use std::collections::BTreeSet;

use reqwest::Method;
use rollcall_roster::{Team, User};

use super::assignments::{self, LearningPath, UserCourse, UserLearningPath};
use super::lookup::{UserLookup, UserRef, folded};
use super::{DEFAULT_LIMIT, Litmos, TeamRecord, UserRecord, teams, users};
use crate::{Page, VendorError};

/// The longest `search` that is documented (Litmos reference 2).
const LONGEST_SEARCH: usize = 50;
/// What stands below `/users/` and is no user (appendix A).
const OTHER_ADDRESSES: [&str; 3] = ["details", "paginated", "courses"];

/// A list that gives the same rows for another `start`, as a proxy's cache does, has no end. Who was
/// not among them may still be in the rest.
fn repeated() -> VendorError {
    VendorError::Unexpected {
        call: "GET /users".to_owned(),
        status: 200,
        detail: "the search gives the same rows again: is `start` kept by the proxy?".to_owned(),
    }
}

impl Litmos {
    /// One account, as it stands, or why there is none to be had.
    pub async fn user(&self, user: &UserRef) -> Result<UserLookup, VendorError> {
        if !OTHER_ADDRESSES.contains(&folded(user.text()).as_str()) {
            return self.user_by_address(user).await;
        }
        match user {
            UserRef::Name(name) => self.user_by_search(name).await,
            // The vendor makes no such ids.
            UserRef::Id(_) => Ok(UserLookup::Missing),
        }
    }

    /// For names that cannot stand in an address: something else answers there.
    async fn user_by_search(&self, name: &str) -> Result<UserLookup, VendorError> {
        let (mut start, mut seen) = (0, BTreeSet::new());
        loop {
            let query = [("search", name)];
            let page = self.page_of(&["users"], &query, start, users::user).await?;
            let is_the_one =
                |user: &&User| user.user_name.as_deref().map(folded) == Some(folded(name));
            if let Some(user) = page.rows.iter().find(is_the_one) {
                return self.user_by_address(&UserRef::Id(user.user_id.clone())).await;
            }
            start += page.received;
            if page.received < DEFAULT_LIMIT {
                return Ok(UserLookup::Missing);
            }
            let known = seen.len();
            seen.extend(page.rows.into_iter().map(|user| user.user_id));
            if seen.len() == known {
                return Err(repeated());
            }
        }
    }

    async fn user_by_address(&self, user: &UserRef) -> Result<UserLookup, VendorError> {
        let read = async {
            let call = self.call(Method::GET, &["users", user.text()], &[])?;
            let call = match user {
                UserRef::Id(_) => call,
                UserRef::Name(name) => call.about(name),
            };
            let dates = self.settings.json_dates;
            self.run(&call.with_texts_as_written(), |body| UserRecord::read(body, dates)).await
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
        let call = self.call(Method::GET, &["teams", id], &[])?.with_texts_as_written();
        self.run(&call, TeamRecord::read).await
    }

    /// A page of the teams whose name holds the first 50 characters of a text: to see whether a
    /// team of a name is there, compare.
    pub async fn search_teams(&self, text: &str, start: u64) -> Result<Page<Team>, VendorError> {
        let text: String = text.chars().take(LONGEST_SEARCH).collect();
        self.page_of(&["teams"], &[("search", &text)], start, teams::team).await
    }
}
