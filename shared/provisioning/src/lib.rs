//! Provisioning: what may be asked for, and what is to be done about it.
//!
//! A [`Request`] is read from a message; [`plan`] says from what was [`observed`] at the vendor
//! which [`Effect`]s make it so, and what a grant adds that its end will take away; the [`Policy`]
//! judges them. All of that is pure. The [`ledger`] records a request, what is intended and what
//! came of it.

pub mod account;
pub mod batch;
mod door;
pub mod due;
mod effect;
mod entitlement;
mod expiry;
#[cfg(test)]
mod fake_vendor;
mod fields;
mod hold;
mod lease;
pub mod ledger;
pub mod litmos;
mod message_body;
mod message_group;
pub mod observed;
pub mod outcome;
pub mod outcome_delivery;
pub mod percipio;
pub mod plan;
mod policy;
pub mod process;
mod published;
mod redact;
mod request;
pub mod rules;
mod seen;
mod subjects;
pub mod vendor;

pub use door::{Door, DoorSenders};
pub use effect::{Change, Effect, NewAccount, StandingPart, TeamField};
pub use entitlement::{Entitlement, EntitlementError, TeamLevel};
pub use expiry::End;
pub use fields::Invalid;
pub use hold::{Hold, Holds};
pub use lease::{BatchTime, Lease, LeaseError, Work};
pub use message_group::{message_group, team_group, user_group};
pub use policy::{Mode, Policy, Rejection};
pub use published::PublishedSnapshot;
pub use request::{Operation, Principal, Remove, Request, RequestId};
pub use subjects::Waiting;
