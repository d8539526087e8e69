//! Many principals at once.

use std::collections::{BTreeMap, HashMap};

use rollcall_vendor_client::{VendorError, litmos::DEFAULT_LIMIT};

use super::{LitmosVendor, lists::next_page};
use crate::{
    Principal,
    vendor::{AccountLookup, Resolved, Vendor},
};

/// More than this are looked up in the list of all users: at a request for each, a long list would
/// not be through before its function has to stop.
const ONE_BY_ONE: usize = 20;
/// The longest list of all users that is read, in pages: more take longer than the function has, and
/// it would begin anew each time.
const MOST_PAGES: u64 = 40;
/// How many are looked up one by one where that list is longer.
const MOST: usize = 40;

impl LitmosVendor {
    pub(super) async fn resolve_all(
        &mut self,
        principals: &[Principal],
        known: &BTreeMap<String, String>,
    ) -> Result<Vec<Resolved>, VendorError> {
        let mut directory = Directory::default();
        for (user_id, user_name) in known {
            // The lists they come from hold active users only.
            directory.add(user_id, user_name, Some(true));
        }
        let unknown = |directory: &Directory| {
            principals.iter().filter(|principal| directory.find(principal).is_none()).count()
        };
        if unknown(&directory) > ONE_BY_ONE
            && !self.read_all_users(&mut directory).await?
            && unknown(&directory) > MOST
        {
            return Ok(vec![Resolved::TooMany { most: MOST }]);
        }
        let mut resolved = Vec::new();
        for principal in principals {
            let one = match directory.find(principal) {
                Some(found) => found,
                None => self.resolve_one(principal).await?,
            };
            let found = matches!(one, Resolved::Found { .. });
            resolved.push(one);
            // The others make no difference any more, and each may be a request.
            if !found {
                break;
            }
        }
        Ok(resolved)
    }

    async fn resolve_one(&mut self, principal: &Principal) -> Result<Resolved, VendorError> {
        Ok(match self.account(principal).await? {
            AccountLookup::Found(account) => Resolved::Found {
                user_id: account.user_id,
                user_name: account.user_name.unwrap_or_default(),
                active: account.active,
            },
            AccountLookup::Missing => Resolved::Missing,
            AccountLookup::Ambiguous { .. } => Resolved::Ambiguous,
        })
    }

    /// Tells whether the list was short enough to be read.
    async fn read_all_users(&self, directory: &mut Directory) -> Result<bool, VendorError> {
        let users = self.litmos.count_users().await?;
        let (mut start, mut before) = (0, Vec::new());
        loop {
            let page = self.litmos.users(start).await?;
            let is_first = start == 0;
            start += page.received;
            before = next_page(before, page.rows)?;
            for user in &before {
                let user_name = user.user_name.as_deref().unwrap_or_default();
                directory.add(&user.user_id, user_name, user.active);
            }
            if page.received < DEFAULT_LIMIT {
                return Ok(true);
            }
            // The vendor may cap its pages: the first one shows.
            if is_first && users.div_ceil(page.received) > MOST_PAGES {
                return Ok(false);
            }
        }
    }
}

/// Accounts by id and by user name.
#[derive(Default)]
struct Directory {
    by_id: HashMap<String, (String, Option<bool>)>,
    ids: HashMap<String, String>,
}

impl Directory {
    fn add(&mut self, user_id: &str, user_name: &str, active: Option<bool>) {
        self.ids.insert(folded(user_name), user_id.to_owned());
        self.by_id.insert(user_id.to_owned(), (user_name.to_owned(), active));
    }

    fn find(&self, principal: &Principal) -> Option<Resolved> {
        let user_id = match principal {
            Principal::UserId(id) => id,
            Principal::UserName(name) => self.ids.get(&folded(name))?,
        };
        let (user_name, active) = self.by_id.get(user_id)?.clone();
        Some(Resolved::Found { user_id: user_id.clone(), user_name, active })
    }
}

/// As the vendor compares user names (Litmos reference 7.2).
fn folded(user_name: &str) -> String {
    user_name.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names compare as the vendor compares them, and whoever is not listed is nobody of the list.
    #[test]
    fn a_name_of_a_list_leads_to_whose_it_is() {
        let mut directory = Directory::default();
        directory.add("u1", "Ana@example.org", Some(true));
        directory.add("u2", "bo@example.org ", Some(false));
        for (name, user_id) in
            [(" ana@example.org", Some("u1")), ("BO@EXAMPLE.ORG", Some("u2")), ("cy", None)]
        {
            let found = match directory.find(&Principal::UserName(name.to_owned())) {
                Some(Resolved::Found { user_id, .. }) => Some(user_id),
                _ => None,
            };
            assert_eq!(found.as_deref(), user_id, "{name:?}");
        }
    }
}
