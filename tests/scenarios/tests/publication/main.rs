//! Publication, on real functions, a simulated vendor and a local S3.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod changes;
mod damage;
mod dangling;
mod history;
mod incomplete;
mod kills;
mod manifest;
mod quarantine;
mod races;
mod scope;
mod supersession;
mod support;
mod vendor_count;
