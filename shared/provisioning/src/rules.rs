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
    /// Those that the vendor documents, as it spells them.
    pub documented: &'static [&'static str],
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

/// Whether two names mean one role: the vendors' databases compare names without case.
#[must_use]
pub fn same_role(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

impl Roles {
    /// The role that a name means, as the vendor spells it: one that is documented, or one that was
    /// seen.
    pub fn known<'a>(
        &self,
        name: &str,
        mut seen: impl Iterator<Item = &'a str>,
    ) -> Option<&'a str> {
        let documented = self.documented.iter().copied().find(|known| same_role(known, name));
        documented.or_else(|| seen.find(|known| same_role(known, name))).map(str::trim)
    }

    /// Whether it is the role that everybody has at least.
    #[must_use]
    pub fn is_least(&self, role: &str) -> bool {
        same_role(role, self.least)
    }

    /// Whether it is the role that comes from a team.
    #[must_use]
    pub fn is_of_teams(&self, role: &str) -> bool {
        self.of_teams.is_some_and(|of_teams| same_role(role, of_teams))
    }

    /// Whether it is the role that there must always be somebody with.
    #[must_use]
    pub fn is_owners(&self, role: &str) -> bool {
        self.owner.is_some_and(|owner| same_role(role, owner))
    }

    /// Whether it is an owner of the vendor's account who may act.
    #[must_use]
    pub fn is_active_owner(&self, account: &ObservedAccount) -> bool {
        account.role.as_deref().is_some_and(|role| self.is_owners(role))
            && account.active == Some(true)
    }
}

#[cfg(test)]
mod tests {
    use crate::{litmos, percipio, rules::VendorRules};

    /// Litmos reference 5.1.4, Percipio reference 4.4.
    const LITMOS: &[&str] = &["Learner", "Team_Leader", "Administrator", "Account_Owner"];
    const PERCIPIO: &[&str] = &[
        "LEARNER",
        "ADMIN",
        "LEARNING_ADMIN",
        "MANAGER",
        "CONTENT_CURATOR",
        "CONTENT_COORDINATOR",
    ];

    #[test]
    fn a_role_is_known_in_any_spelling_and_called_as_the_vendor_spells_it() {
        let vendors: [(&VendorRules, _); 2] =
            [(&litmos::RULES, LITMOS), (&percipio::RULES, PERCIPIO)];
        for (rules, documented) in vendors {
            let roles = rules.roles;
            assert_eq!(roles.documented, documented);
            let seen = || [documented[1].to_lowercase(), " Buyer ".to_owned()];
            for (name, known) in [
                (documented[1].to_lowercase(), Some(documented[1])),
                (format!(" {}", documented[3].to_uppercase()), Some(documented[3])),
                ("BUYER".to_owned(), Some("Buyer")),
                ("Buyers".to_owned(), None),
                ("Trainer".to_owned(), None),
            ] {
                let seen = seen();
                let told = roles.known(&name, seen.iter().map(String::as_str));
                assert_eq!(told, known, "{name}");
            }
        }
    }

    #[test]
    fn what_is_more_is_more_in_any_spelling() {
        for (rules, less, more) in [
            (&litmos::RULES, "learner", "ADMINISTRATOR"),
            (&litmos::RULES, "administrator", "account_owner"),
            (&percipio::RULES, "Learner", "learning_admin"),
        ] {
            let raises = rules.roles.raises;
            assert!(raises(less, more) && !raises(more, less), "{less}, {more}");
            assert!(!raises(less, &less.to_uppercase()) && !raises(&more.to_lowercase(), more));
        }
    }
}
