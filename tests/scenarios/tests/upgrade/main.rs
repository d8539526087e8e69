//! A stack is updated in the middle of its work: what the release before has begun is finished by
//! this one.
//!
//! `recorded/` has what each release left behind; `src/situations.rs` says how that came about.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod requests;
mod runs;
