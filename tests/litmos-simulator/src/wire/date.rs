//! Dates: Microsoft's form in JSON, a zoneless text in XML.

use jiff::Timestamp;

/// `/Date(ms±zzzz)/`: the milliseconds are UTC, the offset is the server's and says nothing.
pub(super) fn microsoft(at: Timestamp) -> String {
    let milliseconds = at.as_millisecond();
    format!("/Date({milliseconds}{})/", offset(milliseconds))
}

/// `/Date(ms±zzzz)/`: the milliseconds plus the offset are UTC.
pub(super) fn wall_clock(at: Timestamp) -> String {
    let milliseconds = at.as_millisecond();
    let offset = offset(milliseconds);
    let hours: i64 = offset[..3].parse().unwrap_or_default();
    format!("/Date({}{offset})/", milliseconds - hours * 3_600_000)
}

fn offset(milliseconds: i64) -> &'static str {
    // Pacific time, summer and winter; some of a server elsewhere, so that both signs occur.
    let day_of_year = milliseconds.div_euclid(86_400_000).rem_euclid(365);
    match (milliseconds.div_euclid(1000).rem_euclid(8), day_of_year) {
        (0, _) => "+1000",
        (_, 74..308) => "-0700",
        _ => "-0800",
    }
}

/// `YYYY-MM-DDTHH:MM:SS[.fff]`.
pub(super) fn zoneless(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.f").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_offset_follows_the_season_and_not_the_milliseconds() {
        assert_eq!(microsoft(at("2024-07-01T00:00:01.12Z")), "/Date(1719792001120-0700)/");
        assert_eq!(microsoft(at("2024-01-01T00:00:01Z")), "/Date(1704067201000-0800)/");
        assert_eq!(microsoft(at("2024-01-01T00:00:00Z")), "/Date(1704067200000+1000)/");
    }

    #[test]
    fn a_wall_clock_and_its_offset_are_the_instant() {
        assert_eq!(wall_clock(at("2024-01-01T00:00:01Z")), "/Date(1704096001000-0800)/");
        assert_eq!(wall_clock(at("2024-01-01T00:00:00Z")), "/Date(1704031200000+1000)/");
    }

    #[test]
    fn xml_has_no_zone_and_a_fraction_only_if_there_is_one() {
        assert_eq!(zoneless(at("2024-07-01T00:00:01.12Z")), "2024-07-01T00:00:01.12");
        assert_eq!(zoneless(at("2024-07-01T00:00:01Z")), "2024-07-01T00:00:01");
    }
}
