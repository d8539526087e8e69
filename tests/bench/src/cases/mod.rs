//! What is measured, one module a case.

mod kill;
mod large;
mod limited;
mod requests;
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
    /// Functions that are killed half way
    Kill,
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
        Self::Kill,
        Self::Start,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::AtOnce => "at-once",
            Self::Latency => "latency",
            Self::Limit => "limit",
            Self::Large => "large",
            Self::Kill => "kill",
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
            Self::Kill => kill::measure(with, report),
            Self::Start => start::measure(with, report),
        }
    }
}
