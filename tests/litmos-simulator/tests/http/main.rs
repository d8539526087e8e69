//! The simulator as its callers see it: over HTTP.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod binary;
mod client;
mod control;
mod deltas;
mod faults;
mod lists;
mod strictness;
mod truth;
mod wire;
mod writes;
