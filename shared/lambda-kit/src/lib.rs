//! What stands between Lambda and Rollcall's shared code: configuration, secrets, telemetry, events.
//!
//! The only crate besides the functions' `main.rs` that reads the environment or knows Lambda.

mod catalogue;
mod config;
mod context;
mod events;
mod expire_grants;
mod failure;
mod freshness;
mod metrics;
mod next_door;
mod parameters;
mod provision;
mod provisioning_config;
mod queues;
mod secret;
mod secrets_manager;
mod serve;
mod sqs_event;
mod sync;
mod vendor;
mod vendor_config;

pub use config::{Config, ConfigError};
pub use context::{Context, Talks};
pub use events::{PublishEvent, RunEvent};
pub use expire_grants::{ExpiryAnswer, expire_grants};
pub use failure::Failure;
pub use metrics::Metrics;
pub use provision::{BatchAnswer, provision};
pub use serve::{Invocation, serve};
pub use sync::{WalkParts, sync_slice};
pub use vendor::Vendor;
pub use vendor_config::Account;
