//! What plans and policy have to know of a vendor.

use crate::account::{Account, ObservedAccount};

/// What is a vendor's own in what is planned and judged.
#[derive(Debug, Clone, Copy)]
pub struct VendorRules {
    /// Its roles.
    pub roles: Roles,
    /// What is wrong with a new account, if something is: the field and what it lacks, like
    /// `last_name is missing`. There always is a user name.
    pub fault_of_new_account: fn(&Account) -> Option<&'static str>,
}

/// A vendor's roles. An account has one at a time.
#[derive(Debug, Clone, Copy)]
pub struct Roles {
    /// The role that everybody has at least.
    pub least: &'static str,
    /// The role that comes from leading or administering a team, and goes with it; none where no
    /// role does.
    pub of_teams: Option<&'static str>,
    /// The role that may do everything, and that there must always be somebody with; none where
    /// there is no such role.
    pub owner: Option<&'static str>,
    /// Whether the second role is certainly more than the first. A role that is not known is never
    /// certainly less, so that nothing is taken from somebody by a grant.
    pub raises: fn(&str, &str) -> bool,
}

impl Roles {
    /// Whether it is an owner of the vendor's account who may act.
    #[must_use]
    pub fn is_active_owner(&self, account: &ObservedAccount) -> bool {
        self.owner.is_some()
            && account.role.as_deref() == self.owner
            && account.active == Some(true)
    }
}
