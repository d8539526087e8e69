//! What changes accounts and teams.

use reqwest::Method;
use rollcall_roster::Team;

use super::record::Record;
use super::{Litmos, NewUser, TeamRecord, UserRecord, list, teams};
use crate::VendorError;
use crate::body::Body;
use crate::written::{done, unclear};

/// Writes. `notify` says whether the vendor may mail the person; it is always sent, since the
/// vendor's own defaults differ from call to call (Litmos reference 7.5).
///
/// A creation must not happen twice. If it is sent and not clearly answered, the error is
/// [`Ambiguous`](VendorError::Ambiguous), and the caller looks. Every other write may be repeated,
/// and is.
impl Litmos {
    /// Creates an account; a user name that is taken is a [`Conflict`](VendorError::Conflict).
    pub async fn create_user(
        &self,
        user: &NewUser,
        notify: bool,
    ) -> Result<UserRecord, VendorError> {
        let call = self.call(Method::POST, &["users"], &[sendmessage(notify)])?;
        let call =
            call.with_body(Body::Json(user.body())).with_harmful_repeats().with_texts_as_written();
        let dates = self.settings.json_dates;
        self.run(&call, |body| UserRecord::read(body, dates).map_err(unclear)).await
    }

    /// Replaces an account's record: read it just before, and change what has to change.
    pub async fn put_user(&self, record: &UserRecord) -> Result<(), VendorError> {
        let body = Body::Json(record.body());
        self.write(Method::PUT, &["users", &record.user().user_id], &[], body).await
    }

    /// Creates a team, at the top or below another; a name that is taken is a
    /// [`Conflict`](VendorError::Conflict).
    pub async fn create_team(
        &self,
        name: &str,
        parent_team_id: Option<&str>,
    ) -> Result<Team, VendorError> {
        let segments = match parent_team_id {
            Some(parent) => &["teams", parent, "teams"][..],
            None => &["teams"],
        };
        let body = serde_json::json!({"Id": "", "Name": name, "Description": ""});
        let call = self.call(Method::POST, segments, &[])?;
        let call = call.with_body(Body::Json(body.to_string())).with_harmful_repeats();
        let dates = self.settings.json_dates;
        let team = |record: &mut Record| teams::team(record);
        self.run(&call, |body| list::one(body, dates, team).map_err(unclear)).await
    }

    /// Replaces a team's record: read it just before, and change what has to change.
    pub async fn put_team(&self, record: &TeamRecord) -> Result<(), VendorError> {
        let body = Body::Json(record.body());
        self.write(Method::PUT, &["teams", &record.team().team_id], &[], body).await
    }

    /// Deletes a team. What becomes of teams below it is not documented (8, 17): delete them first.
    pub async fn delete_team(&self, id: &str) -> Result<(), VendorError> {
        self.write(Method::DELETE, &["teams", id], &[], Body::Empty).await
    }

    pub(super) async fn write(
        &self,
        method: Method,
        segments: &[&str],
        query: &[(&str, &str)],
        body: Body,
    ) -> Result<(), VendorError> {
        let call = self.call(method, segments, query)?.with_body(body);
        self.run(&call, done).await
    }
}

pub(super) fn sendmessage(notify: bool) -> (&'static str, &'static str) {
    ("sendmessage", if notify { "true" } else { "false" })
}
