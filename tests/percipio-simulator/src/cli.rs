//! The command line: a file of options, and flags for those that are set by hand.

use std::path::PathBuf;

use clap::{ArgAction, Parser};
use serde::Serialize;
use simulator_kit::{CliError, LimitFlags};

use crate::options::{Options, RateLimit, RetryAfter};

/// A simulated Percipio on 127.0.0.1. Prints one line of JSON when it is ready.
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
    limit: LimitFlags<20_000>,
    #[command(flatten)]
    other: OtherFlags,
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
    /// The token that is accepted
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    api_token: Option<String>,
    /// The organisation that every path must name
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_id: Option<String>,
    /// Accounts in the list
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    users: Option<u32>,
    /// How many accounts in a hundred are inactive
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    inactive_percent: Option<u32>,
    /// Accounts that were erased
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    erased_users: Option<u32>,
    /// Custom attributes
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_attributes: Option<u32>,
    /// Audiences beyond "All Users"
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    audiences: Option<u32>,
    /// Items in the catalogue
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<u32>,
    /// How many items in a hundred are courses or assessments
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    course_percent: Option<u32>,
    /// Items that are not in the catalogue
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    hidden_items: Option<u32>,
    /// Pairs of user and item with activity
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    activities: Option<u32>,
    /// How many of these in a hundred are about courses and assessments
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    course_activity_percent: Option<u32>,
    /// Every answer takes at least this long
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_ms: Option<u64>,
}

#[derive(Debug, clap::Args)]
struct OtherFlags {
    /// A refusal says in how many seconds to come back
    #[arg(long, requires = "rate_limit", action = ArgAction::SetTrue)]
    rate_retry_after: bool,
    /// No page is longer than this
    #[arg(long)]
    page_cap: Option<u32>,
    /// A report is not ready for so many questions
    #[arg(long)]
    report_polls: Option<u32>,
    /// A report is not ready for so long
    #[arg(long)]
    report_ms: Option<u64>,
}

impl Cli {
    /// The options: the defaults, then the file, then the flags.
    ///
    /// # Errors
    /// The file cannot be read or does not hold options.
    pub fn options(&self) -> Result<Options, CliError> {
        let mut options: Options = simulator_kit::options(self.options.as_deref(), &self.flags)?;
        if let Some(requests) = self.limit.rate_limit {
            let hint = self.other.rate_retry_after;
            options.rate_limit = Some(RateLimit {
                requests,
                window_ms: self.limit.rate_window_ms,
                sliding: self.limit.rate_sliding,
                count_refused: self.limit.rate_count_refused,
                per_service: false,
                retry_after: if hint { RetryAfter::Seconds } else { RetryAfter::Absent },
            });
        }
        options.quirks.page_cap = self.other.page_cap.or(options.quirks.page_cap);
        options.report.polls = self.other.report_polls.unwrap_or(options.report.polls);
        options.report.ms = self.other.report_ms.unwrap_or(options.report.ms);
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(flags: &[&str]) -> Options {
        let words = ["percipio-simulator"].iter().chain(flags);
        Cli::try_parse_from(words).unwrap().options().unwrap()
    }

    #[test]
    fn flags_change_what_they_name_and_nothing_else() {
        let plain = options(&[]);
        assert_eq!((plain.users, plain.rate_limit), (200, None));
        let limit = ["--rate-limit=5", "--rate-sliding", "--rate-retry-after"];
        let other = ["--users=7", "--page-cap=9", "--report-polls=3"];
        let set = options(&[&limit[..], &other].concat());
        let limit = set.rate_limit.unwrap();
        assert_eq!((set.users, set.items, set.quirks.page_cap), (7, 120, Some(9)));
        assert_eq!((set.report.polls, set.report.ms), (3, 0));
        assert_eq!((limit.requests, limit.window_ms, limit.sliding), (5, 20_000, true));
        assert_eq!(limit.retry_after, RetryAfter::Seconds);
    }
}
