//! Provisioning: what may be asked for, and what is to be done about it.
//!
//! Pure: a [`Request`] is read from a message, and [`plan`] says from what was [`observed`] at the
//! vendor which [`Effect`]s make it so, and what a grant adds that its end will take away.

mod effect;
mod entitlement;
mod fields;
pub mod observed;
pub mod plan;
mod policy;
mod request;
pub mod role;

pub use effect::{Change, Effect, StandingPart};
pub use entitlement::{Entitlement, EntitlementError, TeamLevel};
pub use fields::Invalid;
pub use policy::{Policy, Rejection};
pub use request::{Account, Operation, Principal, Request, RequestId};
