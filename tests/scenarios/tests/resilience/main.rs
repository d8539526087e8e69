//! What a sync function survives: kills, slices, a vendor in trouble, limits, refusals, company.
//!
//! Whatever happened, a finished run must have the parts of an undisturbed one, byte for byte: that
//! is cheap to compare. That these hold the truth is asserted once, where the undisturbed run is.

mod support;

mod credentials;
mod faults;
mod instances;
mod kills;
mod kills_at_writes;
mod limited_courses;
mod logs;
mod missing;
mod odd_rows;
mod outages;
mod rate_limit;
mod request_counts;
mod secrets;
mod shared_allowance;
mod slices;
