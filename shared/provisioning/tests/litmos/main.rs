//! Requests from their message to the simulated Litmos and back.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod added;
mod foreign;
mod managers;
mod stage;
mod taken;
