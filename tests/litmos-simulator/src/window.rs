//! The stretch of time that a caller asks for.

use jiff::{SignedDuration, Timestamp, civil, tz::Offset};

use crate::{call::Call, deltas::Deltas, reply::Refusal};

/// The longest stretch the vendor looks through at once.
const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A stretch of time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    since: Timestamp,
    to: Timestamp,
    exclusive: bool,
}

impl Window {
    /// Reads `since` and `to`, both of which must be there; what is wrong is refused with this.
    ///
    /// That a stretch of more than seven days is 406, and one that ends before it begins is wrong,
    /// is inferred.
    pub(crate) fn new(call: &Call, deltas: &Deltas, wrong: Refusal) -> Result<Self, Refusal> {
        let at = |name| call.parameter(name).and_then(|text| instant(text, deltas.offset_hours));
        let (Some(since), Some(to)) = (at("since"), at("to")) else { return Err(wrong) };
        if to < since {
            return Err(wrong);
        }
        if to.duration_since(since) > LONGEST {
            let detail = "The since and to query string parameters are more than 7 days apart";
            return Err(Refusal::new(406, detail));
        }
        Ok(Self { since, to, exclusive: deltas.bounds_exclusive })
    }

    /// Whether something happened in it.
    pub(crate) fn has(self, at: Timestamp) -> bool {
        match self.exclusive {
            true => self.since < at && at < self.to,
            false => self.since <= at && at <= self.to,
        }
    }

    /// Whether some of it is not after an instant.
    pub(crate) fn reaches_back_to(self, at: Timestamp) -> bool {
        self.since <= at
    }
}

/// A date in one of the three forms that the vendor takes, so many hours ahead of UTC.
pub(crate) fn instant(text: &str, offset_hours: i8) -> Option<Timestamp> {
    let text = text.replacen('T', " ", 1);
    let date = match text.len() {
        10 => civil::Date::strptime("%Y-%m-%d", text).ok()?.to_datetime(civil::Time::midnight()),
        16 => civil::DateTime::strptime("%Y-%m-%d %H:%M", text).ok()?,
        _ => civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?,
    };
    Offset::from_hours(offset_hours).ok()?.to_timestamp(date).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(query: &str, deltas: &Deltas) -> Result<Window, u16> {
        let call = Call::new(&format!("/v1.svc/org/teams?{query}").parse().unwrap());
        Window::new(&call, deltas, Refusal::malformed()).map_err(|refusal| refusal.status)
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_three_forms_of_a_date_are_read_with_either_separator_and_no_other() {
        let read = |text| instant(text, 0);
        assert_eq!(read("2024-02-29"), Some(at("2024-02-29T00:00:00Z")));
        for text in ["2024-02-29 13:05", "2024-02-29T13:05", "2024-02-29T13:05:00"] {
            assert_eq!(read(text), Some(at("2024-02-29T13:05:00Z")), "{text}");
        }
        assert_eq!(read("2024-02-29 13:05:09"), Some(at("2024-02-29T13:05:09Z")));
        for text in ["", "yesterday", "29/02/2024", "2024-02-30", "2024-02-29T13:05:09Z"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(instant("2024-02-29 01:00", 10), Some(at("2024-02-28T15:00:00Z")));
    }

    #[test]
    fn both_ends_are_needed_seven_days_apart_at_most() {
        let status = |query| window(query, &Deltas::default()).err();
        assert_eq!(status("since=2024-01-01&to=2024-01-08"), None);
        assert_eq!(status("since=2024-01-01&to=2024-01-08%2000:00:01"), Some(406));
        for query in ["since=2024-01-01", "to=2024-01-01", "since=2024-01-02&to=2024-01-01", ""] {
            assert_eq!(status(query), Some(400), "{query}");
        }
    }

    #[test]
    fn bounds_belong_to_it_unless_they_are_not_to() {
        let has = |exclusive| {
            let deltas = Deltas { bounds_exclusive: exclusive, ..Deltas::default() };
            let window = window("since=2024-01-01&to=2024-01-02", &deltas).unwrap();
            ["2023-12-31T23:59:59.999Z", "2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"]
                .map(|text| window.has(at(text)))
        };
        assert_eq!((has(false), has(true)), ([false, true, true], [false; 3]));
    }
}
