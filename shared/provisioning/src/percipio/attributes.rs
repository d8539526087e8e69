//! Which attributes an account can have.

use std::collections::BTreeMap;

use rollcall_vendor_client::{VendorError, percipio::UserFields};
use serde_json::Value;

use super::PercipioVendor;
use crate::{Principal, vendor::Vendor};

impl PercipioVendor {
    /// The attributes that an account can have, blank.
    ///
    /// A service of its own tells the names; the token may lack the permission for it, and nobody
    /// knows how its answer looks (Percipio reference 5). But every account tells them all (4.5).
    pub(super) async fn attributes_of_accounts(
        &mut self,
    ) -> Result<BTreeMap<String, Value>, VendorError> {
        match self.percipio.custom_attributes().await {
            Ok(names) => Ok(UserFields::blank_attributes(names)),
            // Accounts could be read with this token, so a 401 is about the service (3.2).
            Err(
                VendorError::Forbidden { .. }
                | VendorError::Unauthorized { .. }
                | VendorError::NotFound { .. }
                | VendorError::Foreign { .. }
                | VendorError::Unexpected { .. },
            ) => self.attributes_of_one().await,
            Err(error) => Err(error),
        }
    }

    async fn attributes_of_one(&mut self) -> Result<BTreeMap<String, Value>, VendorError> {
        if self.records.is_empty() {
            let listed = self.percipio.users(0, None).await?.page.rows;
            if let Some(user) = listed.into_iter().next() {
                self.account(&Principal::UserId(user.user_id)).await?;
            }
        }
        let names = self.records.values().flat_map(|record| record.attributes().keys().cloned());
        Ok(UserFields::blank_attributes(names))
    }
}
