//! A simulated Litmos for tests, benchmarks and the demo: as odd and as strict as the real one.
//!
//! ```
//! use litmos_simulator::{Fault, Options, Rule, Simulator};
//!
//! let simulator = Simulator::start(Options { users: 50, ..Options::default() })?;
//! simulator.faults().add(Rule::new(Fault::Unavailable).on("/users/details").times(2));
//! // … let something read simulator.base_url() with simulator.api_key() …
//! assert_eq!(simulator.truth().users().len(), 50);
//! assert_eq!(simulator.log().count(), 0);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! The organisation is derived from a seed and changes by [`Organisation`]'s functions and by what
//! callers write, which [`Simulator::writes`] lists. Its [`Truth`] is made from what is meant; what
//! goes over the wire is then made odd.

mod admission;
mod answer;
mod body;
mod call;
mod cli;
mod deltas;
mod faults;
mod options;
mod organisation;
mod paging;
mod reply;
mod routes;
mod simulator;
mod state;
mod tamper;
mod truth;
mod vendor;
mod window;
mod wire;
mod world;
mod writes;

pub use cli::Cli;
pub use deltas::Deltas;
pub use faults::{BadRow, Fault, Foreign, Form, OddBytes};
pub use options::{Options, Quirks, RateLimit, Repeats};
pub use organisation::Organisation;
pub use simulator::Simulator;
pub use simulator_kit::{CliError, Entry, Log, Loss};
pub use truth::{Membership, Truth};
pub use world::{Change, Churned, Possession};
pub use writes::Write;

/// When something goes wrong.
pub type Rule = simulator_kit::Rule<Fault>;
/// The rules of what goes wrong in a running simulator.
pub type FaultRules<'a> = simulator_kit::FaultRules<'a, Fault>;
