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
async fn find<T: PartialEq, U, P: Future<Output = Result<Page<T>, VendorError>>>(
    page: impl Fn(u64) -> P,
    found: impl Fn(&T) -> Option<U>,
    doubts: impl Fn(&Page<T>) -> u64,
) -> Result<Option<U>, VendorError> {
    let (mut start, mut doubtful, mut before) = (0, 0, Vec::new());
    loop {
        let page = page_of_list(&page, start).await?;
        if let Some(found) = page.rows.iter().find_map(&found) {
            return Ok(Some(found));
        }
        (start, doubtful) = (start + page.received, doubtful + doubts(&page));
        if page.received < DEFAULT_LIMIT {
            return if doubtful == 0 { Ok(None) } else { Err(unreadable(doubtful)) };
        }
        before = next_page(before, page.rows)?;
    }
}

/// A page of a list. A list without a row is asked for twice: one that is empty in error would let Rollcall
/// think that it gives what others gave.
async fn page_of_list<T, P: Future<Output = Result<Page<T>, VendorError>>>(
    page: impl Fn(u64) -> P,
    start: u64,
) -> Result<Page<T>, VendorError> {
    let read = page(start).await?;
    if start + read.received == 0 { page(start).await } else { Ok(read) }
}

/// The rows of a page, unless they are those of the page before: the list would never end.
pub(super) fn next_page<T: PartialEq>(before: Vec<T>, rows: Vec<T>) -> Result<Vec<T>, VendorError> {
    if before.is_empty() || before != rows { Ok(rows) } else { Err(repeated()) }
}

fn repeated() -> VendorError {
    VendorError::Unexpected {
        call: "GET of a list".to_owned(),
        status: 200,
        detail: "a page holds what the page before it held: the vendor does not heed `start`"
            .to_owned(),
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

    /// Whether somebody has a course by itself, and not through a learning path only, which no removal of
    /// the course ends.
    pub(super) async fn has_course_by_itself(
        &self,
        user_id: &str,
        course_id: &str,
    ) -> Result<bool, VendorError> {
        let found = |course: &UserCourse| {
            let by_itself = course.is_learning_path != Some(true);
            (course.course_id == course_id).then_some(by_itself)
        };
        let found = find(|start| self.litmos.user_courses(user_id, start), found, unread).await?;
        Ok(found.unwrap_or(false))
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
        let (mut start, mut before) = (0, Vec::new());
        loop {
            let page =
                page_of_list(|start| self.litmos.team_members(team_id, start), start).await?;
            if unread(&page) > 0 {
                return Err(unreadable(unread(&page)));
            }
            start += page.received;
            before = next_page(before, page.rows)?;
            for Member { user_id, user_name, .. } in &before {
                members.insert(user_id.clone(), user_name.clone().unwrap_or_default());
            }
            if page.received < DEFAULT_LIMIT {
                return Ok(members);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use rollcall_vendor_client::RowFault;

    use super::*;

    /// Looks for a row in a list of so many, cut into pages of the default length; `heeds_start`: the
    /// vendor gives the page that is asked for, and not the first one each time.
    async fn look_for(
        wanted: u64,
        rows: u64,
        heeds_start: bool,
        faulty_rows: u64,
    ) -> (Result<Option<u64>, VendorError>, u32) {
        let requests = Cell::new(0);
        let page = async |start: u64| {
            requests.set(requests.get() + 1);
            let first = if heeds_start { start } else { 0 };
            let rows: Vec<_> = (first..rows).take(DEFAULT_LIMIT.try_into().unwrap()).collect();
            let (received, faults) = (rows.len() as u64, Vec::<RowFault>::new());
            Ok(Page { rows, received, faults, fault_count: faulty_rows, faulty_rows })
        };
        let found = |row: &u64| (*row == wanted).then_some(*row);
        (find(page, found, faulty).await, requests.get())
    }

    #[tokio::test]
    async fn a_list_is_walked_until_it_is_found_or_ends() {
        for (wanted, rows, found, pages) in [
            (99, 250, Some(99), 1),
            (100, 250, Some(100), 2),
            (250, 250, None, 3),
            (200, 200, None, 3),
            (0, 0, None, 2),
        ] {
            let (looked, requests) = look_for(wanted, rows, true, 0).await;
            assert_eq!((looked.unwrap(), requests), (found, pages), "{wanted} of {rows}");
        }
    }

    #[tokio::test]
    async fn what_may_be_in_a_row_that_cannot_be_read_is_not_absent() {
        assert_eq!(look_for(7, 250, true, 1).await.0.unwrap(), Some(7));
        let Err(VendorError::Unexpected { detail, .. }) = look_for(250, 250, true, 1).await.0
        else {
            panic!("absent")
        };
        assert!(detail.starts_with("3 of its rows cannot be read"), "{detail}");
    }

    #[tokio::test]
    async fn a_list_that_ignores_start_has_an_end() {
        let (looked, requests) = look_for(250, 250, false, 0).await;
        assert!(matches!(looked, Err(VendorError::Unexpected { .. })), "{looked:?}");
        assert_eq!(requests, 2);
    }
}
