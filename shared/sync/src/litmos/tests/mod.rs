//! Runs over a simulated account: everything, and what has changed.

mod deltas;
mod history;
mod interrupted;
mod moving;
mod paging;
mod readings;
mod refused;
mod site;
mod unreadable;
