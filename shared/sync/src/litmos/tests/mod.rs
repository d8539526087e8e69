//! Runs over a simulated account: everything, and what has changed.

mod deltas;
mod history;
mod interrupted;
mod readings;
mod site;
mod unreadable;
