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
/// gives by default is the last one, whatever limit it heeds (Litmos reference 2).
async fn find<T, U, P: Future<Output = Result<Page<T>, VendorError>>>(
    page: impl Fn(u64) -> P,
    found: impl Fn(&T) -> Option<U>,
) -> Result<Option<U>, VendorError> {
    let mut start = 0;
    loop {
        let page = page(start).await?;
        if let Some(found) = page.rows.iter().find_map(&found) {
            return Ok(Some(found));
        }
        start += page.received;
        if page.received < DEFAULT_LIMIT {
            return Ok(None);
        }
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
        Ok(find(|start| self.litmos.user_teams(user_id, start), found).await?.is_some())
    }

    pub(super) async fn leads(&self, team_id: &str, user_id: &str) -> Result<bool, VendorError> {
        Ok(find(|start| self.litmos.team_leaders(team_id, start), is(user_id)).await?.is_some())
    }

    pub(super) async fn administers(
        &self,
        team_id: &str,
        user_id: &str,
    ) -> Result<bool, VendorError> {
        Ok(find(|start| self.litmos.team_admins(team_id, start), is(user_id)).await?.is_some())
    }

    pub(super) async fn has_course(
        &self,
        user_id: &str,
        course_id: &str,
    ) -> Result<bool, VendorError> {
        let found = |course: &UserCourse| (course.course_id == course_id).then_some(());
        Ok(find(|start| self.litmos.user_courses(user_id, start), found).await?.is_some())
    }

    pub(super) async fn has_learning_path(
        &self,
        user_id: &str,
        id: &str,
    ) -> Result<bool, VendorError> {
        let found = |path: &UserLearningPath| (path.learning_path_id == id).then_some(());
        Ok(find(|start| self.litmos.user_learning_paths(user_id, start), found).await?.is_some())
    }

    /// Names are compared as the vendor's database does: neither case nor trailing blanks count.
    pub(super) async fn find_team(&self, name: &str) -> Result<Option<ObservedTeam>, VendorError> {
        let folded = |text: &str| text.trim().to_lowercase();
        let found = |row: &Team| {
            let same = row.name.as_deref().is_some_and(|found| folded(found) == folded(name));
            same.then(|| team(row))
        };
        find(|start| self.litmos.search_teams(name, start), found).await
    }

    pub(super) async fn is_a_parent(&self, team_id: &str) -> Result<bool, VendorError> {
        let found = |row: &Team| (row.parent_team_id.as_deref() == Some(team_id)).then_some(());
        Ok(find(|start| self.litmos.teams(start), found).await?.is_some())
    }

    pub(super) async fn members_of(
        &self,
        team_id: &str,
    ) -> Result<BTreeMap<String, String>, VendorError> {
        let mut members = BTreeMap::new();
        let mut start = 0;
        loop {
            let page = self.litmos.team_members(team_id, start).await?;
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
