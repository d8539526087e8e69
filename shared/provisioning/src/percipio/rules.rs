//! Percipio's roles, and what it needs of a new account.

use crate::rules::{Roles, VendorRules, same_role};

/// The role that everybody has at least, and gets if none is told (Percipio reference 4.4).
const LEAST_ROLE: &str = "LEARNER";

/// Percipio reference 4.4. A site can have roles of its own.
const DOCUMENTED: [&str; 6] =
    [LEAST_ROLE, "ADMIN", "LEARNING_ADMIN", "MANAGER", "CONTENT_CURATOR", "CONTENT_COORDINATOR"];

/// What is Percipio's own. There are no teams, and no role that there must be somebody with: site
/// admins are as many as the customer wants, and the vendor's own staff can make one. A new account
/// needs nothing but its user name (4.2).
pub static RULES: VendorRules = VendorRules {
    roles: Roles {
        documented: &DOCUMENTED,
        least: LEAST_ROLE,
        of_teams: None,
        owner: None,
        raises,
    },
    fault_of_new_account: |_| None,
};

/// Learners may do least. Which of the others may do more than another is not documented.
fn raises(from: &str, to: &str) -> bool {
    same_role(from, LEAST_ROLE) && !same_role(to, LEAST_ROLE)
}
