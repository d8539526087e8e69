//! What provisioning survives: kills, a vendor in trouble, company, replays, limits, time.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod age;
mod credentials;
mod crowd;
mod due;
mod instance;
mod kills;
mod kinds;
mod lease;
mod order;
mod pacing;
mod pairs;
mod refusals;
mod replay;
mod support;
mod time;
mod troubles;
mod vendor_writes;
