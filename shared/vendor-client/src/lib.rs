#![doc = include_str!("../README.md")]

mod answer;
mod attribute_error;
mod body;
mod call;
mod client;
mod conventions;
mod credentials;
mod dates;
mod errors;
mod http;
mod keys;
pub mod litmos;
mod meter;
mod pace;
mod pacer;
mod page;
mod patience;
pub mod percipio;
mod problem;
mod record;
mod retry;
mod retry_after;
mod rows;
mod transport;
mod written;

pub use attribute_error::AttributeError;
pub use client::{Client, VendorSettings};
pub use credentials::{CredentialError, Credentials};
pub use errors::VendorError;
pub use http::{Http, HttpSetupError, Timeouts};
pub use meter::Requests;
pub use pace::Slot;
pub use pacer::Pacer;
pub use page::{Page, RowFault};
pub use patience::Patience;
pub use secrecy::SecretString;
