//! Percipio's roles, and what it needs of a new account.

use crate::rules::{Roles, VendorRules};

/// The role that everybody has at least, and gets if none is told (Percipio reference 4.4).
const LEAST_ROLE: &str = "LEARNER";

/// What is Percipio's own. There are no teams, and no role that there must be somebody with: site
/// admins are as many as the customer wants, and the vendor's own staff can make one. A new account
/// needs nothing but its user name (4.2).
pub static RULES: VendorRules = VendorRules {
    roles: Roles { least: LEAST_ROLE, of_teams: None, owner: None, raises },
    fault_of_new_account: |_| None,
};

/// Learners may do least. Which of the others may do more than another is not documented, and a site
/// can have roles of its own.
fn raises(from: &str, to: &str) -> bool {
    from == LEAST_ROLE && to != LEAST_ROLE
}
