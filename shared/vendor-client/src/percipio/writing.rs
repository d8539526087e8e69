//! What creates and changes accounts, and what is read before.

use reqwest::Method;

use super::calls::Service;
use super::uuid::is_uuid;
use super::{Percipio, UserFields, UserLookup, UserRecord, UserRef};
use crate::VendorError;
use crate::body::Body;
use crate::written::{done, unclear};

/// Accounts are found by any of their keys, and changed by their UUID only: the vendor's changes by
/// other keys create an account when they find none (Percipio reference 4.1).
impl Percipio {
    /// One account, as it stands, or why there is none to be had.
    pub async fn user(&self, user: &UserRef) -> Result<UserLookup, VendorError> {
        let Some(segments) = user.segments() else { return Ok(UserLookup::Missing) };
        let read = async {
            let call = self.short_call(Method::GET, Service::Users, &segments)?;
            let call = match user {
                UserRef::Id(_) => call,
                UserRef::ExternalId(name) | UserRef::LoginName(name) => call.about(name),
            };
            self.run(&call.with_texts_as_written(), UserRecord::read).await
        };
        match read.await {
            Ok(record) => Ok(user.judge(record)),
            Err(VendorError::NotFound { .. }) => Ok(UserLookup::Missing),
            Err(error) => Err(error),
        }
    }

    /// Creates an account with the customer's key; active unless the fields say otherwise. `notify`
    /// says whether the vendor may mail the person.
    ///
    /// A creation must not happen twice. If it is sent and not clearly answered, the error is
    /// [`Ambiguous`](VendorError::Ambiguous); a key that is taken, or a field that the vendor does
    /// not take, is a [`Conflict`](VendorError::Conflict). Either way: look.
    pub async fn create_user(
        &self,
        external_user_id: &str,
        fields: &UserFields,
        notify: bool,
    ) -> Result<UserRecord, VendorError> {
        let body = Body::Json(fields.new_user(external_user_id, notify));
        let call = self.short_call(Method::POST, Service::Users, &["users"])?;
        let call = call.with_body(body).with_harmful_repeats();
        self.run(&call, |answer| UserRecord::read(answer).map_err(unclear)).await
    }

    /// Writes these fields of an account; with none, nothing is sent. May be repeated, and is.
    ///
    /// Whether the vendor keeps custom attributes that are not among the fields is not documented
    /// (Percipio reference 11, 7).
    pub async fn patch_user(&self, user_id: &str, fields: &UserFields) -> Result<(), VendorError> {
        if !is_uuid(user_id) {
            let call = "PATCH /users/{id}".to_owned();
            return Err(VendorError::NotFound { call, detail: "not a UUID".to_owned() });
        }
        if fields.is_empty() {
            return Ok(());
        }
        let call = self.short_call(Method::PATCH, Service::Users, &["users", user_id])?;
        let call = call.with_body(Body::Json(fields.changes()));
        self.run(&call, |answer| done(&answer.body)).await
    }
}
