//! The client against a server on loopback that answers by script.

mod faults;
mod keys;
mod observing;
mod percipio;
mod redaction;
mod repeats;
mod requests;
mod server;
mod simulated;
mod statuses;
mod writes;
