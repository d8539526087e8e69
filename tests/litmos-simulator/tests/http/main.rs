//! The simulator as its callers see it: over HTTP.

mod client;
mod control;
mod faults;
mod lists;
mod strictness;
mod truth;
mod wire;
