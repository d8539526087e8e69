//! The walks against a simulated Percipio: whole tables against what is meant.

mod catalogue;
mod deltas;
mod history;
mod odd_answers;
mod pieces;
mod report;
mod resume;
mod secrets;
mod spelling;
mod step_by_step;
mod tables;
mod tenant;
