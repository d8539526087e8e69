//! Which account at which vendor a run reads: two accounts never mix under one connection's name.

use serde::{Deserialize, Serialize};

/// The account that a run reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunAccount {
    /// The vendor, `litmos` or `percipio`.
    pub vendor: String,
    /// The vendor's data centre, as `ROLLCALL_REGION` names it.
    pub region: String,
    /// Litmos' source or Percipio's organization id.
    pub account: String,
    /// The address that is asked.
    pub base_url: String,
}

impl RunAccount {
    /// Whether it is the same account of the same vendor, at whatever address.
    #[must_use]
    pub fn is_same_account(&self, other: &Self) -> bool {
        let names =
            |one: &Self| [&one.vendor, &one.region, &one.account].map(|name| name.to_lowercase());
        names(self) == names(other)
    }

    /// What is otherwise here than in `other`, in words for a person; `None` if nothing is.
    #[must_use]
    pub fn differences_from(&self, other: &Self) -> Option<String> {
        let pairs = [
            ("vendor", &self.vendor, &other.vendor),
            ("region", &self.region, &other.region),
            ("account", &self.account, &other.account),
            ("base URL", &self.base_url, &other.base_url),
        ];
        let differ = pairs.into_iter().filter(|(_, here, there)| !here.eq_ignore_ascii_case(there));
        let told = differ.map(|(name, here, there)| format!("{name} {here} instead of {there}"));
        Some(told.collect::<Vec<_>>().join(", ")).filter(|told| !told.is_empty())
    }
}

/// How the account of a run stands to that of an earlier one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum AccountChange {
    /// The same account, asked at the same address.
    #[default]
    Same,
    /// The same account at another address: what differs.
    OtherAddress(String),
    /// Another account: what differs.
    OtherAccount(String),
}

impl AccountChange {
    /// Compares a run's account with what an earlier run tells of its own. Runs of releases that knew
    /// no account tell their vendor only, and count as runs of the same account of it.
    #[must_use]
    pub fn since(vendor: &str, account: Option<&RunAccount>, now: &RunAccount) -> Self {
        let Some(before) = account else {
            return if vendor == now.vendor {
                Self::Same
            } else {
                Self::OtherAccount(format!("vendor {} instead of {vendor}", now.vendor))
            };
        };
        match now.differences_from(before) {
            None => Self::Same,
            Some(told) if now.is_same_account(before) => Self::OtherAddress(told),
            Some(told) => Self::OtherAccount(told),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(change: impl FnOnce(&mut RunAccount)) -> RunAccount {
        let mut account = RunAccount {
            vendor: "litmos".into(),
            region: "us".into(),
            account: "acme".into(),
            base_url: "https://api.litmos.com/v1.svc".into(),
        };
        change(&mut account);
        account
    }

    #[test]
    fn another_account_is_told_from_another_address() {
        let before = account(|_| ());
        let change = |now: &RunAccount| AccountChange::since("litmos", Some(&before), now);
        assert_eq!(change(&before), AccountChange::Same);
        assert_eq!(change(&account(|a| a.account = "ACME".into())), AccountChange::Same);
        let moved = account(|a| a.base_url = "https://proxy.example/v1.svc".into());
        assert!(matches!(change(&moved), AccountChange::OtherAddress(_)));
        for (name, other) in [
            ("vendor", account(|a| a.vendor = "percipio".into())),
            ("region", account(|a| a.region = "eu".into())),
            ("account", account(|a| a.account = "acme-test".into())),
        ] {
            let AccountChange::OtherAccount(told) = change(&other) else { panic!("{name}") };
            assert!(told.starts_with(name), "{told}");
        }
    }

    #[test]
    fn who_told_no_account_counts_as_the_same_of_its_vendor() {
        let now = account(|_| ());
        assert_eq!(AccountChange::since("litmos", None, &now), AccountChange::Same);
        let other = AccountChange::since("percipio", None, &now);
        assert_eq!(other, AccountChange::OtherAccount("vendor litmos instead of percipio".into()));
    }
}
