//! The client against a server on loopback that answers by script.

mod faults;
mod keys;
mod redaction;
mod requests;
mod server;
mod statuses;
