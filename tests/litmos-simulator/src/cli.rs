//! The command line: a file of options, and flags for those that are set by hand.

use std::path::PathBuf;

use clap::Parser;
use serde::Serialize;
use simulator_kit::{CliError, LimitFlags};

use crate::options::{Options, RateLimit};

/// A simulated Litmos on 127.0.0.1. Prints one line of JSON when it is ready.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    /// A JSON file with any of the options, faults and quirks too; flags go before it
    #[arg(long)]
    options: Option<PathBuf>,
    /// End when standard input does
    #[arg(long)]
    pub exit_with_stdin: bool,
    #[command(flatten)]
    flags: Flags,
    #[command(flatten)]
    limit: LimitFlags<60_000>,
    /// No page is longer than this
    #[arg(long)]
    page_cap: Option<u32>,
}

#[derive(Debug, clap::Args, Serialize)]
struct Flags {
    /// Port; 0 takes a free one
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    /// What everything is derived from
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    /// The key that is accepted
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key: Option<String>,
    /// A source for callers to send
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// Accounts
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    users: Option<u32>,
    /// How many accounts in a hundred are inactive
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    inactive_percent: Option<u32>,
    /// Teams
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    teams: Option<u32>,
    /// Active members of each team
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    members_per_team: Option<u32>,
    /// How many teams in a hundred have leaders of their own
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    leaders_percent: Option<u32>,
    /// Courses
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    courses: Option<u32>,
    /// Learners of each course
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    learners_per_course: Option<u32>,
    /// Learning paths
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    learning_paths: Option<u32>,
    /// Every answer takes at least this long
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_ms: Option<u64>,
}

impl Cli {
    /// The options: the defaults, then the file, then the flags.
    ///
    /// # Errors
    /// The file cannot be read or does not hold options.
    pub fn options(&self) -> Result<Options, CliError> {
        let mut options: Options = simulator_kit::options(self.options.as_deref(), &self.flags)?;
        if let Some(requests) = self.limit.rate_limit {
            options.rate_limit = Some(RateLimit {
                requests,
                window_ms: self.limit.rate_window_ms,
                sliding: self.limit.rate_sliding,
                count_refused: self.limit.rate_count_refused,
            });
        }
        options.quirks.page_cap = self.page_cap.or(options.quirks.page_cap);
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(flags: &[&str]) -> Options {
        let words = ["litmos-simulator"].iter().chain(flags);
        Cli::try_parse_from(words).unwrap().options().unwrap()
    }

    #[test]
    fn flags_change_what_they_name_and_nothing_else() {
        let plain = options(&[]);
        assert_eq!((plain.users, plain.rate_limit), (200, None));
        let set = options(&["--users", "7", "--rate-limit", "5", "--rate-sliding", "--page-cap=9"]);
        let limit = set.rate_limit.unwrap();
        assert_eq!((set.users, set.teams, set.quirks.page_cap), (7, 10, Some(9)));
        assert_eq!((limit.requests, limit.window_ms, limit.sliding), (5, 60_000, true));
    }
}
