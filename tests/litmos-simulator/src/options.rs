//! What a simulated Litmos is like: how big, how odd, how strict.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use simulator_kit::Allowance;

use crate::{Rule, deltas::Deltas};

/// Everything a simulator is started with.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// What the whole world, its oddness and the chance of faults are derived from.
    pub seed: u64,
    /// The key that is accepted.
    pub api_key: String,
    /// A `source` for callers to send; any of 1 to 50 characters is accepted.
    pub source: String,
    /// Accounts, active or not; at most 100,000 are meant.
    pub users: u32,
    /// How many accounts in a hundred are inactive.
    pub inactive_percent: u32,
    /// Teams.
    pub teams: u32,
    /// Active members of each team; not given, teams differ and some are empty.
    pub members_per_team: Option<u32>,
    /// How many teams in a hundred have leaders and administrators of their own. With 0, every
    /// member of a team is a plain learner.
    pub leaders_percent: u32,
    /// Courses.
    pub courses: u32,
    /// Learners of each course, active or not; not given, courses differ and some are empty.
    pub learners_per_course: Option<u32>,
    /// Learning paths; some of their courses' learners hold them through one.
    pub learning_paths: u32,
    /// How answers are odd.
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
            api_key: "00000000-1111-2222-3333-444444444444".to_owned(),
            source: "rollcall-tests".to_owned(),
            users: 200,
            inactive_percent: 8,
            teams: 10,
            members_per_team: None,
            leaders_percent: 10,
            courses: 20,
            learners_per_course: None,
            learning_paths: 4,
            quirks: Quirks::default(),
            rate_limit: None,
            latency_ms: 0,
            faults: Vec::new(),
        }
    }
}

/// How answers are odd without being wrong.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quirks {
    /// Half of the records have HTML entities in their texts.
    pub entities: bool,
    /// Some texts end in blanks.
    pub trailing_blanks: bool,
    /// A text that is not there is null here and "" there.
    pub nulls: bool,
    /// How many rows in a hundred of a team's lists have no access level.
    pub nil_access_level_percent: u32,
    /// Every so many pages one holds one to three rows more than asked for.
    pub long_page_every: Option<u32>,
    /// No page is longer than this, whatever was asked for, and nothing says so.
    pub page_cap: Option<u32>,
    /// No page of these lists is longer than this: by path, such as `/teams/*/users`.
    pub page_caps: BTreeMap<String, u32>,
    /// Lists that give their first page whatever `start` was asked for, by path.
    pub start_ignored: Vec<String>,
    /// Lists begin with what was added last.
    pub newest_first: bool,
    /// So many users at the end of their list are counted, but not listed.
    pub users_hidden: u32,
    /// Pages repeat rows of the page before.
    pub repeats: Option<Repeats>,
    /// The learners of an unknown course are 404; else an empty list.
    pub unknown_course_is_404: bool,
    /// The learners of a course include inactive accounts.
    pub inactive_learners: bool,
    /// Text written with HTML entities in it means what they stand for, as it does when read;
    /// else it is taken to the letter.
    pub entities_in_writes: bool,
    /// Every write has to have a `Content-Type`, also one without a body, as is documented; else it
    /// does without, as was recorded.
    pub content_type_on_writes: bool,
    /// `/Date(…)/` is the wall clock of UTC, taken for the local time of the offset: the instant is
    /// the milliseconds plus the offset. Else the offset is decoration.
    pub wall_clock_dates: bool,
    /// Who is promoted in a team has no level of their own any more.
    pub promotion_lowers: bool,
    /// How the lists of what has changed are.
    pub deltas: Deltas,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            entities: true,
            trailing_blanks: true,
            nulls: true,
            nil_access_level_percent: 0,
            long_page_every: None,
            page_cap: None,
            page_caps: BTreeMap::new(),
            start_ignored: Vec::new(),
            newest_first: false,
            users_hidden: 0,
            repeats: None,
            unknown_course_is_404: false,
            inactive_learners: true,
            entities_in_writes: true,
            content_type_on_writes: false,
            wall_clock_dates: false,
            promotion_lowers: false,
            deltas: Deltas::default(),
        }
    }
}

/// Rows that come twice because the list shifted: nothing is left out, the walk gets longer.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeats {
    /// Every so many pages.
    pub every_pages: u32,
    /// This many rows.
    pub rows: u32,
}

/// How many requests are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateLimit {
    /// This many requests.
    pub requests: u32,
    /// In a window this long.
    pub window_ms: u64,
    /// Whether the window slides or windows follow each other.
    pub sliding: bool,
    /// Whether refused requests count as well.
    pub count_refused: bool,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { requests: 100, window_ms: 60_000, sliding: false, count_refused: false }
    }
}

impl From<RateLimit> for Allowance {
    fn from(limit: RateLimit) -> Self {
        let RateLimit { requests, window_ms, sliding, count_refused } = limit;
        Self { requests, window_ms, sliding, count_refused }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_with_defaults_and_mistakes_are_named() {
        let options: Options =
            serde_json::from_str(r#"{"users": 5, "rate_limit": {"requests": 3}}"#).unwrap();
        assert_eq!((options.users, options.teams), (5, 10));
        assert_eq!(options.rate_limit.unwrap().window_ms, 60_000);
        let error = serde_json::from_str::<Options>(r#"{"usres": 5}"#).unwrap_err();
        assert!(error.to_string().contains("usres"));
    }
}
