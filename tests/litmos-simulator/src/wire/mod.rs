//! How records look on the wire: JSON or XML, and odd in the known ways.

pub(crate) mod cell;
pub(crate) mod content;
mod date;
pub(crate) mod dress;
mod json;
pub(crate) mod xml;
