//! Dates as most write them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// ISO 8601 with `Z`, an offset, or neither, which is UTC.
pub(crate) fn iso(text: &str) -> Option<Timestamp> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    let time: DateTime = text.parse().ok()?;
    TimeZone::fixed(Offset::UTC).to_timestamp(time).ok()
}

/// The microsecond that a time is in, which is what the tables hold.
pub(crate) fn to_microsecond(time: Timestamp) -> Option<Timestamp> {
    let microseconds = time.as_nanosecond().div_euclid(1000);
    Timestamp::from_microsecond(i64::try_from(microseconds).ok()?).ok()
}
