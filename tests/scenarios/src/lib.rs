//! What black-box tests and benchmarks stand on: Lambda functions as real processes, a local AWS
//! and a second reader of what was published.
//!
//! Everything here blocks, so that a scenario reads from top to bottom. A fault of the harness
//! itself (a missing binary, an emulator that does not start) panics and says what to do; what a
//! function answers is a value. The vendor must not run on the thread that waits for a function.

mod binaries;
mod blocking;
mod bucket;
mod call_gate;
mod connection;
mod env;
mod event_source;
mod function;
mod kill;
mod local_aws;
mod log;
mod parquet_read;
mod process;
mod provisioning;
mod queue;
mod queue_record;
mod recorded;
mod runtime_api;
mod scenario;
mod secret;
mod server;
pub mod situations;
mod tools;
mod vendor;
mod vendor_says;
mod write_gate;

pub use binaries::Binaries;
pub use bucket::Bucket;
pub use call_gate::{CallGate, GatedCall, Refusal, Side};
pub use connection::Connection;
pub use env::Environment;
pub use event_source::{Delivery, deliver_batch};
pub use function::Function;
pub use local_aws::{Emulator, LocalAws};
pub use log::Log;
pub use parquet_read::{read_parts, read_table};
pub use provisioning::{
    Cast, Expired, PercipioCast, Person, Provisioning, VendorWrite, ending, grant, request, revoke,
    small_world, soon, wait_until,
};
pub use queue::{Depth, Queue};
pub use queue_record::{QueueRecord, sqs_event};
pub use recorded::Recorded;
pub use runtime_api::FunctionError;
pub use scenario::{FUNCTIONS, PLENTY, SYNC_FUNCTIONS, Scenario, TABLES, text};
pub use secret::Secret;
pub use tools::tool;
pub use vendor::Vendor;
pub use vendor_says::vendor_says;
pub use write_gate::WriteGate;
