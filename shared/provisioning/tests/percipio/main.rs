//! Requests from their message to the simulated Percipio and back.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod accounts;
mod attributes;
mod kills;
mod races;
mod roles;
mod stage;
mod taken;
mod unsupported;
