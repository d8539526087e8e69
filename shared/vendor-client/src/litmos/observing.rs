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

/// Whether something else answers at this address.
fn is_taken(text: &str) -> bool {
    OTHER_ADDRESSES.contains(&folded(text).as_str())
}

/// A list that gives the same rows for another `start`, as a proxy's cache does, has no end. Who was
/// not among them may still be in the rest.
fn repeated() -> VendorError {
    VendorError::Unexpected {
        call: "GET /users".to_owned(),
        status: 200,
        detail: "the search gives the same rows again: is `start` kept by the proxy?".to_owned(),
    }
}

/// Whoever is looked for may be in a row that cannot be read.
fn unreadable(rows: u64) -> VendorError {
    VendorError::Unexpected {
        call: "GET /users".to_owned(),
        status: 200,
        detail: format!("{rows} rows of the search tell no name, so nobody is told to be absent"),
    }
}

/// Whether a name is sure to reach the vendor in a path: IIS refuses some other characters with a page
/// of its own.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._@-".contains(&byte))
}

impl Litmos {
    /// One account, as it stands, or why there is none to be had.
    pub async fn user(&self, user: &UserRef) -> Result<UserLookup, VendorError> {
        match user {
            // The vendor makes no such ids.
            UserRef::Id(id) if is_taken(id) => Ok(UserLookup::Missing),
            UserRef::Id(_) => self.user_by_address(user).await,
            UserRef::Name(name) if is_taken(name) || !is_plain(name) => {
                self.user_by_search(name).await
            }
            UserRef::Name(name) => match self.user_by_address(user).await {
                Err(VendorError::Foreign { .. }) => self.user_by_search(name).await,
                looked => looked,
            },
        }
    }

    /// For names that cannot stand in an address: something else answers there, or nobody the vendor
    /// knows. Blanks at the end of a name do not count, and a search is for a part of it.
    async fn user_by_search(&self, name: &str) -> Result<UserLookup, VendorError> {
        let text: String = name.trim_end().chars().take(LONGEST_SEARCH).collect();
        if text.is_empty() {
            return Ok(UserLookup::Missing);
        }
        let has_name = |user: &&User| user.user_name.is_some();
        let (mut start, mut nameless, mut seen) = (0, 0, BTreeSet::new());
        loop {
            let query = [("search", text.as_str())];
            let page = self.page_of(&["users"], &query, start, users::user).await?;
            let is_the_one =
                |user: &&User| user.user_name.as_deref().map(folded) == Some(folded(name));
            if let Some(user) = page.rows.iter().find(is_the_one) {
                return self.user_by_address(&UserRef::Id(user.user_id.clone())).await;
            }
            start += page.received;
            nameless +=
                page.received.saturating_sub(page.rows.iter().filter(has_name).count() as u64);
            if page.received < DEFAULT_LIMIT {
                return match nameless {
                    0 => Ok(UserLookup::Missing),
                    rows => Err(unreadable(rows)),
                };
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
