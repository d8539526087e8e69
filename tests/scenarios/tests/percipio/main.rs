//! Percipio with real functions: what is its own, beside what [every vendor holds](../conformance).

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod check_connection;
mod misconfigured;
mod provisioning;
mod runs;
mod secrets;
