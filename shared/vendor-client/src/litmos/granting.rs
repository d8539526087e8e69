//! What gives and takes access: memberships, leadership, assignments.

use reqwest::Method;

use super::Litmos;
use super::ids::{is_id, json_list, xml_list};
use super::writing::sendmessage;
use crate::VendorError;
use crate::body::Body;
use crate::written::done;

/// All of these may be repeated (Litmos reference 7.4), and are, unless the person may be mailed: then
/// an unclear answer is [`Ambiguous`](VendorError::Ambiguous), and the caller looks. With an empty list of ids nothing
/// is sent.
///
/// A removal of what is not there may be [`NotFound`](VendorError::NotFound); after an attempt that
/// may have done it, that is success.
impl Litmos {
    /// Adds members to a team: at most 500 at once. Members and unknown ids are ignored by the
    /// vendor: look afterwards.
    pub async fn add_team_members(
        &self,
        team_id: &str,
        user_ids: &[impl AsRef<str> + Sync],
        notify: bool,
    ) -> Result<(), VendorError> {
        self.add(&["teams", team_id, "users"], user_ids, json_list(user_ids), notify).await
    }

    /// Ends a membership.
    pub async fn remove_team_member(
        &self,
        team_id: &str,
        user_id: &str,
    ) -> Result<(), VendorError> {
        self.plain(Method::DELETE, &["teams", team_id, "users", user_id]).await
    }

    /// Makes a member a leader of the team. Not found if not a member.
    pub async fn promote_leader(&self, team_id: &str, user_id: &str) -> Result<(), VendorError> {
        self.plain(Method::PUT, &["teams", team_id, "leaders", user_id]).await
    }

    /// Makes a leader a plain member.
    pub async fn demote_leader(&self, team_id: &str, user_id: &str) -> Result<(), VendorError> {
        self.plain(Method::DELETE, &["teams", team_id, "leaders", user_id]).await
    }

    /// Makes a member an administrator of the team. Not found if not a member.
    pub async fn promote_admin(&self, team_id: &str, user_id: &str) -> Result<(), VendorError> {
        self.plain(Method::PUT, &["teams", team_id, "admins", user_id]).await
    }

    /// Makes an administrator a plain member.
    pub async fn demote_admin(&self, team_id: &str, user_id: &str) -> Result<(), VendorError> {
        self.plain(Method::DELETE, &["teams", team_id, "admins", user_id]).await
    }

    /// Assigns courses to a user: at most 100 at once. Assigned and unknown ones are ignored by the
    /// vendor: look afterwards.
    pub async fn assign_courses(
        &self,
        user_id: &str,
        course_ids: &[impl AsRef<str> + Sync],
        notify: bool,
    ) -> Result<(), VendorError> {
        let body = xml_list("Courses", "Course", course_ids);
        self.add(&["users", user_id, "courses"], course_ids, body, notify).await
    }

    /// Takes a course from a user; [`Refused`](VendorError::Refused) if it is held through a
    /// learning path.
    pub async fn unassign_course(&self, user_id: &str, id: &str) -> Result<(), VendorError> {
        self.plain(Method::DELETE, &["users", user_id, "courses", id]).await
    }

    /// Assigns learning paths to a user: at most 100 at once. That this call heeds `notify` is not
    /// documented.
    pub async fn assign_learning_paths(
        &self,
        user_id: &str,
        learning_path_ids: &[impl AsRef<str> + Sync],
        notify: bool,
    ) -> Result<(), VendorError> {
        let body = xml_list("LearningPaths", "LearningPath", learning_path_ids);
        let segments = ["users", user_id, "learningpaths"];
        self.add(&segments, learning_path_ids, body, notify).await
    }

    /// Takes a learning path from a user; [`Refused`](VendorError::Refused) if it is held through
    /// a team.
    pub async fn unassign_learning_path(&self, user_id: &str, id: &str) -> Result<(), VendorError> {
        self.plain(Method::DELETE, &["users", user_id, "learningpaths", id]).await
    }

    async fn plain(&self, method: Method, segments: &[&str]) -> Result<(), VendorError> {
        self.write(method, segments, &[], Body::Empty).await
    }

    async fn add(
        &self,
        segments: &[&str],
        ids: &[impl AsRef<str> + Sync],
        body: Body,
        notify: bool,
    ) -> Result<(), VendorError> {
        if ids.is_empty() {
            return Ok(());
        }
        if !ids.iter().all(|id| is_id(id.as_ref())) {
            let call = format!("POST /{}", segments.join("/"));
            return Err(VendorError::NotFound { call, detail: "not an id".to_owned() });
        }
        let call = self.call(Method::POST, segments, &[sendmessage(notify)])?.with_body(body);
        // Repeated, it does nothing more; but nobody shall be mailed twice.
        let call = if notify { call.with_harmful_repeats() } else { call };
        self.run(&call, done).await
    }
}
