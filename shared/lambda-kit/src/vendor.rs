//! The vendors there are.

use std::{collections::BTreeSet, fmt};

use rollcall_provisioning::{litmos, percipio};

use crate::config::{ConfigError, Variables, wrong};

/// A vendor of learning platforms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vendor {
    /// Litmos.
    Litmos,
    /// Skillsoft Percipio.
    Percipio,
}

impl Vendor {
    /// `ROLLCALL_VENDOR`
    pub(crate) fn read(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        let (variable, form) = ("ROLLCALL_VENDOR", "litmos or percipio");
        match variables.required(variable, form)?.as_str() {
            "litmos" => Ok(Self::Litmos),
            "percipio" => Ok(Self::Percipio),
            other => Err(wrong(variable, form, other)),
        }
    }

    /// The contract's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Litmos => "litmos",
            Self::Percipio => "percipio",
        }
    }

    /// How much of a table may point at nobody or nothing. Percipio erases users and hides content
    /// that its report on learning still names, so there it is told and no reason to quarantine.
    pub(crate) const fn max_dangling_percent(self) -> f64 {
        match self {
            Self::Litmos => 1.0,
            Self::Percipio => 100.0,
        }
    }

    /// Which of these roles it neither documents nor was seen with, by its own way of comparing names.
    #[must_use]
    pub fn unknown_roles<'a>(
        self,
        roles: &'a BTreeSet<String>,
        seen: &BTreeSet<String>,
    ) -> Vec<&'a str> {
        let rules = match self {
            Self::Litmos => &litmos::RULES,
            Self::Percipio => &percipio::RULES,
        };
        let is_known = |role: &str| rules.roles.known(role, seen.iter().map(String::as_str));
        roles.iter().map(String::as_str).filter(|role| is_known(role).is_none()).collect()
    }

    /// The member of the secret that holds the key.
    pub(crate) const fn secret_member(self) -> &'static str {
        match self {
            Self::Litmos => "api_key",
            Self::Percipio => "api_token",
        }
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_known_by_the_vendors_word_or_by_its_users() {
        let set = |roles: &[&str]| roles.iter().map(|role| (*role).to_owned()).collect();
        let (roles, seen) =
            (set(&["Learner", "administrator", "Buyer", "Trainer"]), set(&["buyer"]));
        assert_eq!(Vendor::Litmos.unknown_roles(&roles, &seen), ["Trainer"]);
        let unknown = ["Buyer", "Trainer", "administrator"];
        assert_eq!(Vendor::Percipio.unknown_roles(&roles, &set(&[])), unknown);
    }
}
