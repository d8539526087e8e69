//! A simulated Percipio for tests, benchmarks and the demo: as odd and as strict as the real one.
//!
//! ```
//! use percipio_simulator::{Fault, Options, Rule, Simulator};
//!
//! let simulator = Simulator::start(Options { users: 50, ..Options::default() })?;
//! simulator.faults().add(Rule::new(Fault::Unavailable).on("/users").times(2));
//! // … let something read simulator.base_url() with simulator.api_token() …
//! assert_eq!(simulator.truth().users().len(), 50);
//! assert_eq!(simulator.log().count(), 0);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! The organisation is derived from a seed and changes by [`Organisation`]'s functions and by what
//! callers write, which [`Simulator::writes`] lists. Its [`Truth`] is made from what is meant.
//!
//! Of the vendor's operations these are not there and answer 404: users in batches, compliance
//! content, catalogue structure, academies, share links, and every report but learning activity.
//! A report is JSON only, and of its sort orders only the default one is carried out.

mod admission;
mod answer;
mod body;
mod call;
mod cli;
mod data_sets;
mod faults;
mod options;
mod organisation;
mod paging;
mod quirks;
mod refusal;
mod reply;
mod reports;
mod routes;
mod simulator;
mod spelling;
mod state;
mod tamper;
mod token;
mod truth;
mod vendor;
mod wire;
mod world;
mod writes;

pub use cli::Cli;
pub use faults::{BadRow, Fault};
pub use options::{Options, Permissions, RateLimit, ReportTime, RetryAfter};
pub use organisation::Organisation;
pub use quirks::{
    ErrorBodies, IdsOf, Link, Moving, PagingId, PollKey, Quirks, SearchLocale, Total, Way,
    WindowStatus, WithoutId,
};
pub use reports::Report;
pub use simulator::Simulator;
pub use simulator_kit::{CliError, Entry, Log, Loss};
pub use truth::{Activity, Truth};
pub use wire::item::LAUNCH_SECRET;
pub use world::Change;
pub use writes::Write;

/// When something goes wrong.
pub type Rule = simulator_kit::Rule<Fault>;
/// The rules of what goes wrong in a running simulator.
pub type FaultRules<'a> = simulator_kit::FaultRules<'a, Fault>;
