//! The answer.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// The check that is not the vendor's.
pub(crate) const BUCKET: &str = "snapshot_bucket";

/// What was found.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    ok: bool,
    vendor: &'static str,
    pub(crate) checks: Vec<Check>,
    pub(crate) schema: Schema,
    /// What the vendor itself counts: the length of a page is no count of a list.
    pub(crate) counts: BTreeMap<&'static str, u64>,
    /// The vendor refuses the credentials as such.
    #[serde(skip)]
    pub(crate) refused_credentials: bool,
    /// The checks there are, in the order of the answer.
    #[serde(skip)]
    names: &'static [&'static str],
}

/// One check.
#[derive(Debug, Serialize)]
pub(crate) struct Check {
    name: &'static str,
    ok: bool,
    message: String,
}

/// What this tenant has, as far as a page of each list shows it.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Schema {
    pub(crate) user_attributes: BTreeSet<String>,
    pub(crate) course_attributes: BTreeSet<String>,
    pub(crate) roles: BTreeSet<String>,
}

impl Check {
    pub(crate) fn passed(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, ok: true, message: message.into() }
    }

    pub(crate) fn failed(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, ok: false, message: message.into() }
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.name == name
    }
}

impl Report {
    pub(crate) fn new(vendor: &'static str, names: &'static [&'static str]) -> Self {
        let (checks, schema) = (Vec::new(), Schema::default());
        let (counts, refused_credentials) = (BTreeMap::new(), false);
        Self { ok: false, vendor, checks, schema, counts, refused_credentials, names }
    }

    /// Notes that the vendor could not be checked to the end.
    pub(crate) fn vendor_out_of_time(&mut self, trouble: Option<String>) {
        let trouble =
            trouble.map_or(String::new(), |trouble| format!("; the last trouble: {trouble}"));
        self.fail_the_rest(&format!("the vendor did not answer in time{trouble}"));
    }

    pub(crate) fn fail_the_rest(&mut self, message: &str) {
        for &name in self.names {
            if name != BUCKET && !self.checks.iter().any(|check| check.is(name)) {
                self.checks.push(Check::failed(name, message));
            }
        }
    }

    /// Notes roles that may be granted and that nobody knows: a request for one is rejected, unless the
    /// snapshot has somebody with it who is not on the first page.
    pub(crate) fn note_unknown_roles(&mut self, roles: &[&str]) {
        let users = self.checks.iter_mut().find(|check| check.is("read_users") && check.ok);
        if let (Some(users), false) = (users, roles.is_empty()) {
            users.message += "; GrantableRoles (ROLLCALL_GRANTABLE_ROLES) names roles that the \
                              vendor does not document and no user read here has: ";
            users.message += &roles.join(", ");
        }
    }

    /// Puts the answer in order; tells whether everything is well.
    pub(crate) fn finish(&mut self) -> bool {
        let place = |check: &Check| self.names.iter().position(|name| *name == check.name);
        self.checks.sort_by_key(place);
        self.ok = self.checks.len() == self.names.len() && self.checks.iter().all(|check| check.ok);
        self.ok
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_well_only_if_every_check_passed() {
        let names = &["credentials", "read_users", BUCKET];
        let mut report = Report::new("litmos", names);
        assert!(!report.finish(), "nothing was checked");
        report.checks.extend(names.iter().rev().map(|&name| Check::passed(name, "fine")));
        assert!(report.finish());
        assert!(report.checks.iter().map(|check| check.name).eq(names.iter().copied()));
        report.checks.remove(0);
        report.fail_the_rest("no time");
        assert!(!report.finish());
        assert_eq!(report.checks.len(), names.len());
    }

    #[test]
    fn a_role_that_nobody_knows_is_a_note() {
        let mut report = Report::new("litmos", &["read_users"]);
        report.checks.push(Check::passed("read_users", "2 users read"));
        report.note_unknown_roles(&[]);
        assert_eq!(report.checks[0].message, "2 users read");
        report.note_unknown_roles(&["Buyer", "Trainer"]);
        assert!(report.checks[0].message.starts_with("2 users read; GrantableRoles "));
        assert!(report.checks[0].message.ends_with("has: Buyer, Trainer"));
        assert!(report.finish(), "a note only");
    }

    #[test]
    fn what_the_vendor_did_not_answer_says_nothing_about_the_bucket() {
        let mut report = Report::new("litmos", &["credentials", BUCKET]);
        report.vendor_out_of_time(Some("503".to_owned()));
        assert!(report.checks.iter().map(|check| check.name).eq(["credentials"]));
        assert!(report.checks[0].message.ends_with("; the last trouble: 503"));
    }
}
