//! The walks against a simulated Percipio: whole tables against what is meant.

mod catalogue;
mod deltas;
mod history;
mod pieces;
mod report;
mod resume;
mod secrets;
mod tables;
mod tenant;
