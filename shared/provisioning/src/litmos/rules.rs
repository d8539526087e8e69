//! Litmos' roles, and what it needs of a new account.

use crate::{
    account::Account,
    rules::{Roles, VendorRules, same_role},
};

/// The role that everybody has at least.
pub(super) const LEAST_ROLE: &str = "Learner";
/// Comes from leading or administering a team, and goes with it (Litmos reference 5.1.4).
pub(crate) const TEAM_ROLE: &str = "Team_Leader";
/// May do everything.
pub(crate) const OWNER_ROLE: &str = "Account_Owner";

/// Litmos reference 5.1.4.
const BY_RANK: [&str; 4] = [LEAST_ROLE, TEAM_ROLE, "Administrator", OWNER_ROLE];

/// What is Litmos' own.
pub static RULES: VendorRules = VendorRules {
    roles: Roles {
        documented: &BY_RANK,
        least: LEAST_ROLE,
        of_teams: Some(TEAM_ROLE),
        owner: Some(OWNER_ROLE),
        raises,
    },
    fault_of_new_account,
};

fn raises(from: &str, to: &str) -> bool {
    let rank = |role: &str| BY_RANK.iter().position(|known| same_role(known, role));
    match (rank(from), rank(to)) {
        (Some(from), Some(to)) => from < to,
        _ => false,
    }
}

/// Litmos reference 5.1.2.
fn fault_of_new_account(account: &Account) -> Option<&'static str> {
    let user_name = account.user_name.as_deref().unwrap_or_default();
    if user_name.chars().count() <= 3 {
        return Some("user_name must have more than 3 characters");
    }
    if account.last_name.is_none() {
        return Some("last_name is missing: the vendor needs one");
    }
    if account.email.is_none() && user_name.contains('@') {
        return Some(
            "email is missing: the vendor needs one where the user name is a mail address",
        );
    }
    None
}
