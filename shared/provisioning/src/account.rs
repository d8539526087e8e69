//! Accounts: what a request tells of one, and what is there.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;
use serde_json::Value;

/// An account, or what changes in one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// What the person signs in with.
    pub user_name: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// The vendor's name of the role.
    pub role: Option<String>,
    /// Whether the account may be used.
    pub active: Option<bool>,
    /// The manager's user name.
    pub manager: Option<String>,
    /// Custom fields by name; an empty text clears one.
    pub attributes: BTreeMap<String, String>,
}

/// An account as the vendor has it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ObservedAccount {
    /// The vendor's id.
    pub user_id: String,
    /// What the person signs in with.
    pub user_name: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// The vendor's name of the role.
    pub role: Option<String>,
    /// Whether the account may be used.
    pub active: Option<bool>,
    /// The manager's id.
    pub manager_id: Option<String>,
    /// Every attribute that could be set, by the vendor's name, blank ones too. Not recorded: it may
    /// hold a lot that nobody asked about.
    #[serde(skip)]
    pub attributes: BTreeMap<String, Value>,
}

/// A field of an account that a request may change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccountField {
    /// What the person signs in with.
    UserName,
    /// Given name.
    FirstName,
    /// Family name.
    LastName,
    /// Mail address.
    Email,
    /// The manager's id.
    Manager,
    /// An attribute, by the vendor's name.
    Attribute(String),
}

impl fmt::Display for AccountField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserName => f.write_str("user_name"),
            Self::FirstName => f.write_str("first_name"),
            Self::LastName => f.write_str("last_name"),
            Self::Email => f.write_str("email"),
            Self::Manager => f.write_str("manager_id"),
            Self::Attribute(name) => write!(f, "attributes.{name}"),
        }
    }
}
