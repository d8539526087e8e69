//! What differs between vendors in every request and answer.

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue, InvalidHeaderValue};

use crate::spoken::Spoken;

/// A vendor's ways.
#[derive(Debug)]
pub struct Conventions {
    pub(crate) key: KeyHeader,
    /// The kind of answer that is asked for.
    pub(crate) accept: &'static str,
    /// Statuses by which the vendor says that a request contradicts what is there.
    pub(crate) conflicts: &'static [u16],
    /// Whether a 404 or 400 is the vendor's own word, and not that of a server in front of it.
    pub(crate) is_own_word: fn(&Spoken) -> bool,
    /// What a person should check when the key is refused.
    pub(crate) unauthorized_hint: &'static str,
}

/// How a key is presented.
#[derive(Debug, Clone, Copy)]
pub(crate) enum KeyHeader {
    /// Bare, in a header of the vendor's own, whose name is in lower case.
    Named(&'static str),
    /// `Authorization: Bearer …`
    Bearer,
}

impl KeyHeader {
    pub(crate) fn name(self) -> HeaderName {
        match self {
            Self::Named(name) => HeaderName::from_static(name),
            Self::Bearer => AUTHORIZATION,
        }
    }

    /// The value, which `Debug` does not show.
    pub(crate) fn value(self, key: &str) -> Result<HeaderValue, InvalidHeaderValue> {
        let mut value = match self {
            Self::Named(_) => HeaderValue::from_str(key)?,
            Self::Bearer => HeaderValue::try_from(format!("Bearer {key}"))?,
        };
        value.set_sensitive(true);
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_its_header_and_is_not_shown() {
        for (form, name, expected) in [
            (KeyHeader::Named("apikey"), "apikey", "5ecre7"),
            (KeyHeader::Bearer, "authorization", "Bearer 5ecre7"),
        ] {
            let value = form.value("5ecre7").unwrap();
            assert_eq!((form.name().as_str(), &value), (name, &HeaderValue::from_static(expected)));
            assert!(!format!("{value:?}").contains("5ecre7"));
            assert!(form.value("5\necre7").is_err());
        }
    }
}
