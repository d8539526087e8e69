//! What is measured, one module a case.

mod day;
mod delta;
mod drain;
mod expiry;
mod first_write;
mod footprint;
mod grants;
mod kill;
mod large;
mod limited;
mod memory;
mod percipio;
mod replay;
mod requests;
mod runs;
mod shared_allowance;
mod speed;
mod start;

use clap::ValueEnum;

use crate::{Trouble, options::Arguments, report::Report};

/// A case of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Case {
    /// How many requests a sync takes
    Requests,
    /// A vendor that answers at once
    AtOnce,
    /// A vendor that takes 50 ms
    Latency,
    /// A vendor that refuses more than 100 requests in a window
    Limit,
    /// The largest organisation and half of it
    Large,
    /// A delta run over what has changed, and over the largest organisation
    Delta,
    /// A day of one full run and delta runs each hour
    Day,
    /// What a run leaves in the bucket, asks of AWS and takes of a processor
    Footprint,
    /// Functions that are killed half way
    Kill,
    /// How many requests a grant takes
    Grants,
    /// From a message to the first write at the vendor
    FirstWrite,
    /// Many grants at a vendor that refuses more than 100 requests in a window
    Drain,
    /// Grants during a sync at the vendor's true pace: each has what the other does not need
    SharedAllowance,
    /// The memory of a batch, and of looking for another account owner
    Memory,
    /// A message that is settled already
    Replay,
    /// Many grants that are due
    Expiry,
    /// A run over Percipio: requests, wall, memory, the vendor's limit
    Percipio,
    /// A Percipio that takes three minutes to make a report
    PercipioReport,
    /// A Percipio with a million rows in its report
    PercipioLarge,
    /// Start and size of the programs
    Start,
}

impl Case {
    /// Every case, in the table's order.
    pub(crate) const ALL: &[Self] = &[
        Self::Requests,
        Self::AtOnce,
        Self::Latency,
        Self::Limit,
        Self::Large,
        Self::Delta,
        Self::Day,
        Self::Footprint,
        Self::Kill,
        Self::Grants,
        Self::FirstWrite,
        Self::Drain,
        Self::SharedAllowance,
        Self::Memory,
        Self::Replay,
        Self::Expiry,
        Self::Percipio,
        Self::PercipioReport,
        Self::PercipioLarge,
        Self::Start,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::AtOnce => "at-once",
            Self::Latency => "latency",
            Self::Limit => "limit",
            Self::Large => "large",
            Self::Delta => "delta",
            Self::Day => "day",
            Self::Footprint => "footprint",
            Self::Kill => "kill",
            Self::Grants => "grants",
            Self::FirstWrite => "first-write",
            Self::Drain => "drain",
            Self::SharedAllowance => "shared-allowance",
            Self::Memory => "memory",
            Self::Replay => "replay",
            Self::Expiry => "expiry",
            Self::Percipio => "percipio",
            Self::PercipioReport => "percipio-report",
            Self::PercipioLarge => "percipio-large",
            Self::Start => "start",
        }
    }

    pub(crate) fn measure(self, with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
        match self {
            Self::Requests => requests::measure(with, report),
            Self::AtOnce => speed::at_once(with, report),
            Self::Latency => speed::with_latency(with, report),
            Self::Limit => limited::measure(with, report),
            Self::Large => large::measure(with, report),
            Self::Delta => delta::measure(with, report),
            Self::Day => day::measure(with, report),
            Self::Footprint => footprint::measure(with, report),
            Self::Kill => kill::measure(with, report),
            Self::Grants => grants::measure(with, report),
            Self::FirstWrite => first_write::measure(with, report),
            Self::Drain => drain::measure(with, report),
            Self::SharedAllowance => shared_allowance::measure(with, report),
            Self::Memory => memory::measure(with, report),
            Self::Replay => replay::measure(with, report),
            Self::Expiry => expiry::measure(with, report),
            Self::Percipio => percipio::measure(with, report),
            Self::PercipioReport => percipio::with_slow_report(with, report),
            Self::PercipioLarge => percipio::large(with, report),
            Self::Start => start::measure(with, report),
        }
    }
}
