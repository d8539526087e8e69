//! Litmos' dates (reference 1.7).

use jiff::Timestamp;

use crate::dates::{iso, milliseconds, to_microsecond};

/// How the milliseconds of `/Date(ms±hhmm)/` are meant. Undocumented; to be checked on a tenant by
/// comparing the XML and JSON forms of one row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum JsonDates {
    /// They count from the epoch in UTC; the offset is decoration.
    #[default]
    MillisAreUtc,
    /// The vendor's writer took a UTC wall clock for local time: the instant is `ms` + offset.
    WallClockAtOffset,
}

/// An instant, to the microsecond below; `None` if it cannot be read.
///
/// Without a zone it is UTC.
pub(super) fn instant(text: &str, reading: JsonDates) -> Option<Timestamp> {
    to_microsecond(json_date(text, reading).or_else(|| iso(text))?)
}

/// `/Date(ms)/` or `/Date(ms±hhmm)/`.
pub(super) fn json_date(text: &str, reading: JsonDates) -> Option<Timestamp> {
    let inner = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    let sign = inner.rfind(['+', '-']).filter(|&place| place > 0);
    let (count, offset) = match sign {
        Some(place) => (&inner[..place], seconds(&inner[place..])?),
        None => (inner, 0),
    };
    let count: i64 = count.parse().ok()?;
    match reading {
        JsonDates::MillisAreUtc => milliseconds(count),
        JsonDates::WallClockAtOffset => milliseconds(count.checked_add(offset * 1000)?),
    }
}

/// `±hhmm` in seconds.
fn seconds(offset: &str) -> Option<i64> {
    let (sign, digits) = offset.split_at(1);
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = digits.split_at(2);
    let seconds = hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60;
    Some(if sign == "-" { -seconds } else { seconds })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::JsonDates::{MillisAreUtc, WallClockAtOffset};
    use super::*;

    fn read(text: &str) -> Option<String> {
        instant(text, MillisAreUtc).map(|time| time.to_string())
    }

    #[test]
    fn iso_text_is_utc_unless_it_says_otherwise() {
        for (text, expected) in [
            ("2016-12-21T12:49:02Z", "2016-12-21T12:49:02Z"),
            ("2024-03-05T09:12:00.31", "2024-03-05T09:12:00.31Z"),
            ("2024-03-05T09:12:00", "2024-03-05T09:12:00Z"),
            ("2024-03-05 09:12:00", "2024-03-05T09:12:00Z"),
            ("2024-03-05", "2024-03-05T00:00:00Z"),
            ("2024-03-05T09:12:00-07:00", "2024-03-05T16:12:00Z"),
            ("2024-03-05T09:12:00+0000", "2024-03-05T09:12:00Z"),
            ("2024-03-05T09:12:00.1234567Z", "2024-03-05T09:12:00.123456Z"),
            ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn json_dates_have_two_readings() {
        let text = "/Date(1557105155990-0700)/";
        let readings = [MillisAreUtc, WallClockAtOffset].map(|reading| instant(text, reading));
        let readings = readings.map(|time| time.unwrap().to_string());
        assert_eq!(readings, ["2019-05-06T01:12:35.99Z", "2019-05-05T18:12:35.99Z"]);
        let text = "/Date(1557105155990+0530)/";
        let time = instant(text, WallClockAtOffset).unwrap().to_string();
        assert_eq!(time, "2019-05-06T06:42:35.99Z");
        for reading in [MillisAreUtc, WallClockAtOffset] {
            let time = instant("/Date(-1500)/", reading).unwrap().to_string();
            assert_eq!(time, "1969-12-31T23:59:58.5Z");
        }
    }

    #[test]
    fn the_year_9999_is_one_far_instant_in_all_its_spellings() {
        for text in [
            "/Date(253402300799999)/",
            "/Date(253402300800000)/",
            "/Date(253402214400000-0800)/",
            "/Date(253402300799999+1400)/",
            "9999-12-31T23:59:59.9999999",
            "9999-12-31T23:59:59.9999999Z",
            "9999-12-31T23:59:59.999-08:00",
            "9999-12-31T00:00:00+14:00",
            "9999-12-31T00:00:00",
            "9999-12-31 23:59:59",
            "9999-12-31",
            "9999-12-30T22:00:00.999999999Z",
            "9999-01-01",
        ] {
            for reading in [MillisAreUtc, WallClockAtOffset] {
                let read = instant(text, reading).map(|time| time.to_string());
                assert_eq!(read.as_deref(), Some("9999-12-30T22:00:00Z"), "{text}");
            }
        }
        assert_eq!(read("9998-12-31T23:59:59Z").as_deref(), Some("9998-12-31T23:59:59Z"));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "never",
            "5/6/2019 1:12:35 AM",
            "/Date()/",
            "/Date(12",
            "/Date(1-07:00)/",
            "/Date(1-07é)/",
            "/Date(99999999999999999)/",
            "/Date(9999999999999999999999)/",
            "2024-13-01T00:00:00Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_instant_reads_back(seconds in -62_000_000_000_i64..250_000_000_000, nanos in 0..1_000_000_000_i32) {
            let time = Timestamp::new(seconds, nanos).unwrap();
            let read = instant(&time.to_string(), MillisAreUtc).unwrap();
            prop_assert_eq!(read.as_nanosecond(), time.as_nanosecond().div_euclid(1000) * 1000);
        }

        #[test]
        fn milliseconds_read_back_in_either_reading(
            milliseconds in -62_000_000_000_000_i64..250_000_000_000_000,
            (hours, minutes, west) in (0_i64..14, 0_i64..60, any::<bool>()),
        ) {
            let sign = if west { '-' } else { '+' };
            let text = format!("/Date({milliseconds}{sign}{hours:02}{minutes:02})/");
            let offset = (hours * 60 + minutes) * 60_000 * if west { -1 } else { 1 };
            let read = |reading| instant(&text, reading).unwrap().as_millisecond();
            prop_assert_eq!(read(MillisAreUtc), milliseconds);
            prop_assert_eq!(read(WallClockAtOffset), milliseconds + offset);
        }

        #[test]
        fn no_text_is_too_odd(text in "(/Date\\()?.{0,20}(\\)/)?") {
            let _ = instant(&text, WallClockAtOffset);
        }
    }
}
