//! What a simulated Percipio is like: how big, how strict, and what goes wrong.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use simulator_kit::Allowance;

use crate::{Rule, quirks::Quirks};

/// Everything a simulator is started with.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// What the whole world, its oddness and the chance of faults are derived from.
    pub seed: u64,
    /// The organisation that every path must name.
    pub organization_id: String,
    /// The token that is accepted; not given, one that looks like the vendor's is made.
    pub api_token: Option<String>,
    /// Accounts in the list, active or not; at most 100,000 are meant.
    pub users: u32,
    /// How many accounts in a hundred are inactive.
    pub inactive_percent: u32,
    /// Accounts beyond these that were erased: their activity stays, without a name.
    pub erased_users: u32,
    /// Custom attributes of the organisation; every account lists each of them.
    pub custom_attributes: u32,
    /// Roles beyond the six known ones.
    pub custom_roles: Vec<String>,
    /// Audiences beyond "All Users".
    pub audiences: u32,
    /// Items in the catalogue.
    pub items: u32,
    /// How many items in a hundred are courses or assessments.
    pub course_percent: u32,
    /// How many items in a hundred are inactive.
    pub inactive_items_percent: u32,
    /// Items beyond these that content rules keep out of the catalogue: their activity stays.
    pub hidden_items: u32,
    /// Pairs of user and item with activity: the rows of a report without filters. There are never
    /// more than pairs.
    pub activities: u32,
    /// How many of these in a hundred are about courses and assessments.
    pub course_activity_percent: u32,
    /// No activity is later, but for what a change of the world adds.
    pub activity_until: Timestamp,
    /// Over how many days activity is spread.
    pub activity_days: u32,
    /// How long a report takes.
    pub report: ReportTime,
    /// What the service account may use.
    pub permissions: Permissions,
    /// How answers are odd, and how strict the vendor is where nobody knows.
    pub quirks: Quirks,
    /// The rate limit, if any.
    pub rate_limit: Option<RateLimit>,
    /// Every answer takes at least this long.
    pub latency_ms: u64,
    /// What goes wrong.
    pub faults: Vec<Rule>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            seed: 1,
            organization_id: "5e9d3b62-0c1f-4d57-9a6e-2f4b8c7d1e30".to_owned(),
            api_token: None,
            users: 200,
            inactive_percent: 8,
            erased_users: 3,
            custom_attributes: 6,
            custom_roles: vec!["REGIONAL_TRAINING_ADMIN".to_owned()],
            audiences: 6,
            items: 120,
            course_percent: 40,
            inactive_items_percent: 8,
            hidden_items: 5,
            activities: 600,
            course_activity_percent: 50,
            activity_until: Timestamp::constant(1_767_225_600, 0),
            activity_days: 1460,
            report: ReportTime::default(),
            permissions: Permissions::default(),
            quirks: Quirks::default(),
            rate_limit: None,
            latency_ms: 0,
            faults: Vec::new(),
        }
    }
}

/// How long a report is being built: until all of these have passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportTime {
    /// So many questions are answered by "not yet".
    pub polls: u32,
    /// This long after the request.
    pub ms: u64,
    /// And this much longer for every thousand pairs with activity.
    pub ms_per_1000: u64,
}

impl Default for ReportTime {
    fn default() -> Self {
        Self { polls: 1, ms: 0, ms_per_1000: 0 }
    }
}

/// What the service account may use; what it may not is refused (inferred: 403).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Permissions {
    /// `/user-management`.
    pub user_management: bool,
    /// `/content-discovery`.
    pub content_discovery: bool,
    /// `/reporting`.
    pub reporting: bool,
    /// `/common`.
    pub common: bool,
}

impl Default for Permissions {
    fn default() -> Self {
        Self { user_management: true, content_discovery: true, reporting: true, common: true }
    }
}

/// How many requests are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateLimit {
    /// This many requests.
    pub requests: u32,
    /// In a window this long; a shorter one scales everything that waits for it.
    pub window_ms: u64,
    /// Whether the window slides or windows follow each other.
    pub sliding: bool,
    /// Whether refused requests count as well.
    pub count_refused: bool,
    /// Whether each service has an allowance of its own.
    pub per_service: bool,
    /// What a refusal says of when to come back.
    pub retry_after: RetryAfter,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self {
            requests: 100,
            window_ms: 20_000,
            sliding: false,
            count_refused: false,
            per_service: false,
            retry_after: RetryAfter::Absent,
        }
    }
}

impl From<RateLimit> for Allowance {
    fn from(limit: RateLimit) -> Self {
        let RateLimit { requests, window_ms, sliding, count_refused, .. } = limit;
        Self { requests, window_ms, sliding, count_refused }
    }
}

/// What a refusal by the rate limit says of when to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// Nothing.
    Absent,
    /// Whole seconds, rounded up.
    Seconds,
    /// A date in HTTP's form, rounded up to whole seconds.
    Date,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_with_defaults_and_mistakes_are_named() {
        let options: Options =
            serde_json::from_str(r#"{"users": 5, "rate_limit": {"requests": 3}}"#).unwrap();
        assert_eq!((options.users, options.items), (5, 120));
        assert_eq!(options.rate_limit.unwrap().window_ms, 20_000);
        assert_eq!(options.activity_until.to_string(), "2026-01-01T00:00:00Z");
        let error = serde_json::from_str::<Options>(r#"{"usres": 5}"#).unwrap_err();
        assert!(error.to_string().contains("usres"));
    }
}
