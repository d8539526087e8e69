//! The vendors there are.

use std::fmt;

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
