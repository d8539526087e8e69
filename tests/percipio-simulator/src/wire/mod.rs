//! What things look like in JSON.

pub(crate) mod item;
pub(crate) mod user;
