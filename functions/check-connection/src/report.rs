//! The answer.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// The checks, in the order of the answer.
const CHECKS: [&str; 5] =
    ["credentials", "read_users", "read_teams", "read_courses", "snapshot_bucket"];
/// Those that the vendor has to pass.
const VENDOR_CHECKS: &[&str] = CHECKS.split_at(4).0;

/// What was found.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    ok: bool,
    vendor: &'static str,
    pub(crate) checks: Vec<Check>,
    pub(crate) schema: Schema,
    /// Exact numbers only; what takes more than a page to count is left out.
    pub(crate) counts: BTreeMap<&'static str, u64>,
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
    pub(crate) fn new(vendor: &'static str) -> Self {
        let (checks, schema) = (Vec::new(), Schema::default());
        Self { ok: false, vendor, checks, schema, counts: BTreeMap::new() }
    }

    /// Notes that the vendor could not be checked to the end.
    pub(crate) fn vendor_out_of_time(&mut self, trouble: Option<String>) {
        let trouble =
            trouble.map_or(String::new(), |trouble| format!("; the last trouble: {trouble}"));
        self.fail_the_rest(&format!("the vendor did not answer in time{trouble}"));
    }

    pub(crate) fn fail_the_rest(&mut self, message: &str) {
        for &name in VENDOR_CHECKS {
            if !self.checks.iter().any(|check| check.is(name)) {
                self.checks.push(Check::failed(name, message));
            }
        }
    }

    /// Puts the answer in order; tells whether everything is well.
    pub(crate) fn finish(&mut self) -> bool {
        let place = |check: &Check| CHECKS.iter().position(|name| *name == check.name);
        self.checks.sort_by_key(place);
        self.ok = self.checks.len() == CHECKS.len() && self.checks.iter().all(|check| check.ok);
        self.ok
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_well_only_if_every_check_passed() {
        let mut report = Report::new("litmos");
        assert!(!report.finish(), "nothing was checked");
        report.checks.extend(CHECKS.iter().rev().map(|&name| Check::passed(name, "fine")));
        assert!(report.finish());
        assert!(report.checks.iter().map(|check| check.name).eq(CHECKS));
        report.checks.remove(0);
        report.fail_the_rest("no time");
        assert!(!report.finish());
        assert_eq!(report.checks.len(), CHECKS.len());
    }
}
