//! Provisioning: what may be asked for, and what is to be done about it.
//!
//! A [`Request`] is read from a message; [`plan`] says from what was [`observed`] at the vendor
//! which [`Effect`]s make it so, and what a grant adds that its end will take away; the [`Policy`]
//! judges them. All of that is pure. The [`ledger`] records a request, what is intended and what
//! came of it.

mod effect;
mod entitlement;
mod fields;
mod hold;
pub mod ledger;
pub mod observed;
pub mod outcome;
pub mod plan;
mod policy;
mod request;
pub mod role;

pub use effect::{Change, Effect, StandingPart};
pub use entitlement::{Entitlement, EntitlementError, TeamLevel};
pub use fields::Invalid;
pub use hold::Hold;
pub use policy::{Policy, Rejection};
pub use request::{Account, Operation, Principal, Request, RequestId};
