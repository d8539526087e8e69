//! Requests from their message to the simulated Percipio and back.

mod accounts;
mod attributes;
mod kills;
mod races;
mod roles;
mod stage;
mod unsupported;
