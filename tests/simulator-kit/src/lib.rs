//! What simulated vendors have in common: the server, the log, the rate limit, the rules of what
//! goes wrong, how an answer is sent, and the control endpoints.
//!
//! A simulator implements [`Vendor`] for its state, which holds a [`Shared`], and starts a
//! [`Server`]. A request is logged, answered by [`Vendor::answer`] (with [`decide`] for the
//! faults) and sent as the [`Outcome`] says.

mod answer;
mod body;
mod cli;
mod control;
mod delivery;
mod dice;
mod faults;
mod limiter;
mod log;
mod program;
mod reply;
mod rules;
mod server;
mod service;
mod shared;
mod socket;
mod vendor;

pub use answer::{Outcome, decide};
pub use body::{harmless, media_type};
pub use cli::{CliError, LimitFlags, options};
pub use control::{ControlError, changed, json_line, json_lines, read};
pub use delivery::{Cut, Piece};
pub use dice::{Dice, mix};
pub use faults::{Effect, Fault, Loss};
pub use limiter::{Allowance, Limiter};
pub use log::{Entry, Log};
pub use program::{stdin_closed, told_to_stop};
pub use reply::Reply;
pub use rules::{FaultRules, Rule};
pub use server::Server;
pub use service::Arrived;
pub use shared::Shared;
pub use vendor::{Pieces, Vendor};
