//! Bad input: a short stable error, a message that names what to fix, and nothing published lost.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod checkpoints;
mod configuration;
mod documents;
mod events;
mod secrets;
mod segments;
mod stores;
mod support;
