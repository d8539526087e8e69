//! Dates as most write them.

use jiff::Timestamp;
use jiff::fmt::temporal::Pieces;
use jiff::tz::{Offset, TimeZone};

/// Milliseconds since 1970 in which the year 9999 begins.
const FOR_EVER_FROM: i64 = 253_370_764_800_000;
/// Milliseconds since 1970 that nothing of the year 9999 reaches in any time zone.
const FOR_EVER_TO: i64 = 253_402_300_800_000 + 86_400_000;
/// Seconds since 1970 in which the year 1901 begins.
const NO_DATE_TO: i64 = -2_177_452_800;

/// ISO 8601 with `Z`, an offset, or neither, which is UTC.
pub(crate) fn iso(text: &str) -> Option<Timestamp> {
    let pieces = Pieces::parse(text).ok()?;
    // .NET's last instant lies beyond the last one that there is here.
    if pieces.date().year() == 9999 {
        return Some(for_ever());
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    let time = pieces.date().to_datetime(pieces.time().unwrap_or_default());
    TimeZone::fixed(Offset::UTC).to_timestamp(time).ok()
}

/// An instant of milliseconds since 1970.
pub(crate) fn milliseconds(milliseconds: i64) -> Option<Timestamp> {
    match milliseconds {
        FOR_EVER_FROM..FOR_EVER_TO => Some(for_ever()),
        milliseconds => Timestamp::from_millisecond(milliseconds).ok(),
    }
}

/// What any instant of the year 9999 stands for: "for ever", as .NET's `DateTime.MaxValue`. It is after
/// all other instants.
pub(crate) fn for_ever() -> Timestamp {
    "9999-12-30T22:00:00Z".parse().expect("a constant")
}

/// Whether an instant stands for "no date": .NET's `DateTime.MinValue` and SQL Server's zero (1900)
/// lie before 1901, whatever the time zone, and no learning platform does.
pub(crate) fn is_no_date(instant: Timestamp) -> bool {
    instant.as_second() < NO_DATE_TO
}

/// The microsecond that a time is in, which is what the tables hold.
pub(crate) fn to_microsecond(time: Timestamp) -> Option<Timestamp> {
    let microseconds = time.as_nanosecond().div_euclid(1000);
    Timestamp::from_microsecond(i64::try_from(microseconds).ok()?).ok()
}
