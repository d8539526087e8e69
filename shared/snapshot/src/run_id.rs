//! The id of a run: the instant it was started for.

use std::fmt;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Serialize};

const FORM: &str = "%Y%m%dT%H%M%SZ";

/// The id of a run, `YYYYMMDDTHHMMSSZ`; ids sort by time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RunId(String);

/// A text that is no run id.
#[derive(Debug, thiserror::Error)]
#[error("run_id must be an instant like 20261121T220000Z, got {0:?}")]
pub struct RunIdError(String);

impl RunId {
    /// The run that was started for this instant.
    #[must_use]
    pub fn at(instant: Timestamp) -> Self {
        Self(instant.strftime(FORM).to_string())
    }

    /// Reads an id.
    ///
    /// # Errors
    /// If the text is no instant in the id's form.
    pub fn parse(text: &str) -> Result<Self, RunIdError> {
        let shown = || RunIdError(text.chars().take(60).collect());
        let instant = DateTime::strptime(FORM, text)
            .and_then(|civil| civil.to_zoned(TimeZone::UTC))
            .map_err(|_| shown())?;
        let id = Self::at(instant.timestamp());
        if id.0 == text { Ok(id) } else { Err(shown()) }
    }

    /// The instant that it names.
    ///
    /// # Panics
    /// Never: every id was made of one.
    #[must_use]
    pub fn instant(&self) -> Timestamp {
        let civil =
            DateTime::strptime(FORM, &self.0).and_then(|civil| civil.to_zoned(TimeZone::UTC));
        civil.expect("an id is an instant").timestamp()
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<RunId> for String {
    fn from(id: RunId) -> Self {
        id.0
    }
}

impl TryFrom<String> for RunId {
    type Error = RunIdError;
    fn try_from(text: String) -> Result<Self, RunIdError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_an_instant_to_the_second() {
        let instant: Timestamp = "2026-11-21T22:00:00.9Z".parse().unwrap();
        assert_eq!(RunId::at(instant).as_str(), "20261121T220000Z");
        assert_eq!(RunId::at(instant).instant(), "2026-11-21T22:00:00Z".parse().unwrap());
        assert!(RunId::parse("20261121T220000Z").is_ok());
        for wrong in [
            "",
            "20261121",
            "20261121T220000",
            "20261321T220000Z",
            "20261121T250000Z",
            "20261121t220000z",
            "20261121T220000Z/..",
            "2026-11-21T22:00:00Z",
            " 20261121T220000Z",
            "20261121T220060Z",
        ] {
            assert!(RunId::parse(wrong).is_err(), "{wrong:?} passed");
        }
    }
}
