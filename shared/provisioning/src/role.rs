//! Litmos' roles and which is more (reference 5.1.4).

/// The role that everybody has at least.
pub const LEAST_ROLE: &str = "Learner";
/// Comes from leading or administering a team, and goes with it.
pub const TEAM_ROLE: &str = "Team_Leader";
/// May do everything; there must always be somebody who has it.
pub const OWNER_ROLE: &str = "Account_Owner";

const BY_RANK: [&str; 4] = [LEAST_ROLE, TEAM_ROLE, "Administrator", OWNER_ROLE];

/// Whether one role is certainly more than another. A role that is not known is never certainly
/// less, so that nothing is taken from somebody by a grant.
pub(crate) fn raises(from: &str, to: &str) -> bool {
    let rank = |role: &str| BY_RANK.iter().position(|known| *known == role);
    match (rank(from), rank(to)) {
        (Some(from), Some(to)) => from < to,
        _ => false,
    }
}
