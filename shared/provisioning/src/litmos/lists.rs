//! What has to be looked up in lists.

use std::collections::BTreeMap;

use rollcall_roster::Team;
use rollcall_vendor_client::{
    Page, VendorError,
    litmos::{DEFAULT_LIMIT, Member, UserCourse, UserLearningPath},
};

use super::LitmosVendor;
use crate::observed::ObservedTeam;

/// Walks a list until something is found or the list ends. A page with fewer rows than the vendor
/// gives by default is the last one, whatever limit it heeds (Litmos reference 2). What is not found
/// may be in a row that could not be read: then it is not known to be absent.
async fn find<T, U, P: Future<Output = Result<Page<T>, VendorError>>>(
    page: impl Fn(u64) -> P,
    found: impl Fn(&T) -> Option<U>,
    doubts: impl Fn(&Page<T>) -> u64,
) -> Result<Option<U>, VendorError> {
    let (mut start, mut doubtful) = (0, 0);
    loop {
        let page = page(start).await?;
        if let Some(found) = page.rows.iter().find_map(&found) {
            return Ok(Some(found));
        }
        (start, doubtful) = (start + page.received, doubtful + doubts(&page));
        if page.received < DEFAULT_LIMIT {
            return if doubtful == 0 { Ok(None) } else { Err(unreadable(doubtful)) };
        }
    }
}

/// How many rows of a page could not be read: enough to know where ids are looked for.
fn unread<T>(page: &Page<T>) -> u64 {
    page.received.saturating_sub(page.rows.len() as u64)
}

/// How many rows have a value that could not be read: what is looked for may be one of them.
fn faulty<T>(page: &Page<T>) -> u64 {
    page.faulty_rows
}

fn unreadable(rows: u64) -> VendorError {
    VendorError::Unexpected {
        call: "GET of a list".to_owned(),
        status: 200,
        detail: format!("{rows} of its rows cannot be read, so nobody can be told to be absent"),
    }
}

pub(super) fn team(team: &Team) -> ObservedTeam {
    ObservedTeam {
        team_id: team.team_id.clone(),
        name: team.name.clone(),
        parent_team_id: team.parent_team_id.clone(),
    }
}

fn is(user_id: &str) -> impl Fn(&Member) -> Option<()> {
    move |member| (member.user_id == user_id).then_some(())
}

impl LitmosVendor {
    /// The user's own list, since a team's leaves out inactive members (7.2).
    pub(super) async fn is_member(
        &self,
        team_id: &str,
        user_id: &str,
    ) -> Result<bool, VendorError> {
        let found = |team: &Team| (team.team_id == team_id).then_some(());
        Ok(find(|start| self.litmos.user_teams(user_id, start), found, unread).await?.is_some())
    }

    pub(super) async fn leads(&self, team_id: &str, user_id: &str) -> Result<bool, VendorError> {
        Ok(find(|start| self.litmos.team_leaders(team_id, start), is(user_id), unread)
            .await?
            .is_some())
    }

    pub(super) async fn administers(
        &self,
        team_id: &str,
        user_id: &str,
    ) -> Result<bool, VendorError> {
        Ok(find(|start| self.litmos.team_admins(team_id, start), is(user_id), unread)
            .await?
            .is_some())
    }

    pub(super) async fn has_course(
        &self,
        user_id: &str,
        course_id: &str,
    ) -> Result<bool, VendorError> {
        let found = |course: &UserCourse| (course.course_id == course_id).then_some(());
        Ok(find(|start| self.litmos.user_courses(user_id, start), found, unread).await?.is_some())
    }

    pub(super) async fn has_learning_path(
        &self,
        user_id: &str,
        id: &str,
    ) -> Result<bool, VendorError> {
        let found = |path: &UserLearningPath| (path.learning_path_id == id).then_some(());
        Ok(find(|start| self.litmos.user_learning_paths(user_id, start), found, unread)
            .await?
            .is_some())
    }

    /// Names are compared as the vendor's database does: neither case nor trailing blanks count.
    pub(super) async fn find_team(&self, name: &str) -> Result<Option<ObservedTeam>, VendorError> {
        let folded = |text: &str| text.trim().to_lowercase();
        let found = |row: &Team| {
            let same = row.name.as_deref().is_some_and(|found| folded(found) == folded(name));
            same.then(|| team(row))
        };
        find(|start| self.litmos.search_teams(name, start), found, faulty).await
    }

    pub(super) async fn is_a_parent(&self, team_id: &str) -> Result<bool, VendorError> {
        let found = |row: &Team| (row.parent_team_id.as_deref() == Some(team_id)).then_some(());
        Ok(find(|start| self.litmos.teams(start), found, faulty).await?.is_some())
    }

    pub(super) async fn members_of(
        &self,
        team_id: &str,
    ) -> Result<BTreeMap<String, String>, VendorError> {
        let mut members = BTreeMap::new();
        let mut start = 0;
        loop {
            let page = self.litmos.team_members(team_id, start).await?;
            if unread(&page) > 0 {
                return Err(unreadable(unread(&page)));
            }
            start += page.received;
            for Member { user_id, user_name, .. } in page.rows {
                members.insert(user_id, user_name.unwrap_or_default());
            }
            if page.received < DEFAULT_LIMIT {
                return Ok(members);
            }
        }
    }
}
