#![doc = include_str!("../README.md")]

mod body;
mod call;
mod credentials;
mod errors;
mod http;
mod keys;
pub mod litmos;
mod meter;
mod pace;
mod pacer;
mod page;
mod patience;
mod problem;
mod retry;
mod transport;

pub use credentials::{CredentialError, Credentials};
pub use errors::VendorError;
pub use http::{Http, HttpSetupError, Timeouts};
pub use meter::Requests;
pub use pace::Slot;
pub use pacer::Pacer;
pub use page::{Page, RowFault};
pub use patience::Patience;
pub use secrecy::SecretString;
