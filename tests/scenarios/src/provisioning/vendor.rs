//! What the simulated vendor has, and what it was told.

use std::collections::BTreeMap;

use litmos_simulator::{Membership, Simulator};
use serde_json::Value;

use super::Provisioning;

/// A request that would change something.
#[derive(Debug, Clone, PartialEq)]
pub struct VendorWrite {
    /// Such as `POST /teams/{id}/users?sendmessage=false`: the method, the path below the base URL,
    /// and the query but for what every request has.
    pub line: String,
    /// The body: JSON, a text if it is not JSON, or null.
    pub body: Value,
}

impl VendorWrite {
    /// A write with a body.
    #[must_use]
    pub fn new(line: impl Into<String>, body: impl Into<Value>) -> Self {
        Self { line: line.into(), body: body.into() }
    }

    /// A write without a body.
    #[must_use]
    pub fn bare(line: impl Into<String>) -> Self {
        Self::new(line, Value::Null)
    }
}

impl Provisioning {
    /// The vendor.
    #[must_use]
    pub fn vendor(&self) -> &Simulator {
        &self.scenario.simulator
    }

    /// What was written since the start or the last [`Simulator::reset_log`].
    #[must_use]
    pub fn writes(&self) -> Vec<VendorWrite> {
        let write = |write: litmos_simulator::Write| {
            let path = write.path.trim_start_matches("/v1.svc");
            let query = write.query.split('&').filter(|part| {
                !part.is_empty() && !part.starts_with("source=") && !part.starts_with("format=")
            });
            let query = query.collect::<Vec<_>>().join("&");
            let mark = if query.is_empty() { "" } else { "?" };
            VendorWrite::new(format!("{} {path}{mark}{query}", write.method), write.body)
        };
        self.vendor().writes().into_iter().map(write).collect()
    }

    /// Somebody's standing in a team, active or not: nothing for who is no member.
    #[must_use]
    pub fn membership(&self, team_id: &str, user_id: &str) -> Option<Membership> {
        let all = self.vendor().truth().memberships();
        all.into_iter().find(|member| member.team_id == team_id && member.user_id == user_id)
    }

    /// The ids of a team's members, active or not.
    #[must_use]
    pub fn members(&self, team_id: &str) -> Vec<String> {
        let all = self.vendor().truth().memberships().into_iter();
        all.filter(|member| member.team_id == team_id).map(|member| member.user_id).collect()
    }

    /// Every field of an account, as meant.
    ///
    /// # Panics
    /// If there is no such account.
    #[must_use]
    pub fn account(&self, user_id: &str) -> BTreeMap<String, Value> {
        self.vendor().truth().user_record(user_id).expect("an account of that id")
    }

    /// Somebody's role.
    #[must_use]
    pub fn role(&self, user_id: &str) -> String {
        crate::text(&self.account(user_id)["AccessLevel"])
    }

    /// Whether somebody holds a course in any way.
    #[must_use]
    pub fn has_course(&self, course_id: &str, user_id: &str) -> bool {
        self.vendor().truth().courses_of(user_id).iter().any(|(id, _)| id == course_id)
    }

    /// Whether somebody holds a learning path.
    #[must_use]
    pub fn has_path(&self, path_id: &str, user_id: &str) -> bool {
        self.vendor().truth().learning_paths_of(user_id).iter().any(|(id, _)| id == path_id)
    }
}
