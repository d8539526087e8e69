//! Copies users.
fn main() {}
