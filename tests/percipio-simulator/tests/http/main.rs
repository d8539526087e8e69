//! The simulator as its callers see it: over HTTP.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod binary;
mod bodies;
mod catalog;
mod client;
mod common;
mod control;
mod faults;
mod limits;
mod reports;
mod rows;
mod search;
mod strictness;
mod truth;
mod upserts;
mod users;
mod windows;
mod writes;
