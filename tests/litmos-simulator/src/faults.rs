//! What can go wrong.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator_kit::{Cut, Effect, Loss};

/// Something that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// 503 as an outage gives it.
    Unavailable,
    /// 503 as the rate limit gives it.
    RateLimited,
    /// 504.
    GatewayTimeout,
    /// 500 with a page of HTML.
    ServerError,
    /// 401, as with an expired key.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// A page of the server in front, such as IIS shows for a path that it does not let through.
    Page {
        /// 404 or 400.
        status: u16,
    },
    /// The connection is reset: a read's in the middle of the body, a write's before anything was
    /// done.
    Reset,
    /// A write is carried out and the answer does not say so.
    AnswerLost {
        /// What comes in its place.
        with: Loss,
    },
    /// 200 with half of the body, whose length is as announced.
    CutOff,
    /// 200 with a page of HTML.
    Html,
    /// 503 of the rate limit, whose words stand in another form than JSON.
    RateLimitedAs {
        /// Which form.
        form: Form,
    },
    /// 200 with something that is neither a list nor a record.
    Instead {
        /// What it is.
        what: Foreign,
    },
    /// The bytes of an answer in JSON are odd; goes together with others.
    OddBytes {
        /// In which way.
        kind: OddBytes,
    },
    /// The answer comes so much later; goes together with others.
    Slow {
        /// How much later.
        ms: u64,
    },
    /// A list's row is bad, in place of the good one; goes together with others.
    BadRow {
        /// In which way.
        kind: BadRow,
        /// Which row of the page; the first is 0.
        #[serde(default)]
        row: usize,
    },
    /// Records have fields nobody knows; goes together with others.
    ExtraFields,
}

/// In which way a row is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadRow {
    /// It has no `Id`.
    NoId,
    /// It is a text, not a record.
    Stray,
    /// Booleans and numbers are texts; what they mean is clear.
    WrongTypes,
    /// Its access level is `Super_Admin`, which no list of levels has.
    UnknownLevel,
}

/// The form of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A page of HTML.
    Html,
    /// Plain text.
    Text,
    /// A JSON text.
    JsonText,
}

/// What stands in place of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Foreign {
    /// A page that asks to sign in.
    SignIn,
    /// A page of XHTML, which begins like XML.
    Xhtml,
    /// A sentence.
    Text,
    /// `{"Errors": []}`.
    Errors,
    /// `null`.
    Null,
    /// Nothing, with status 200.
    Empty,
    /// Nothing, with status 204.
    NoContent,
}

/// In which way bytes are odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OddBytes {
    /// A byte order mark comes first.
    Mark,
    /// The first name begins with half a surrogate pair, as an escape.
    HalfPair,
    /// The first name begins with a byte that is no UTF-8.
    NoUtf8,
}

impl Fault {
    /// The name in logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::RateLimited => "rate_limited",
            Self::GatewayTimeout => "gateway_timeout",
            Self::ServerError => "server_error",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Page { .. } => "page",
            Self::Reset => "reset",
            Self::AnswerLost { .. } => "answer_lost",
            Self::CutOff => "cut_off",
            Self::Html => "html",
            Self::RateLimitedAs { .. } => "rate_limited_as",
            Self::Instead { .. } => "instead",
            Self::OddBytes { .. } => "odd_bytes",
            Self::Slow { .. } => "slow",
            Self::BadRow { .. } => "bad_row",
            Self::ExtraFields => "extra_fields",
        }
    }
}

impl simulator_kit::Fault for Fault {
    const UNAVAILABLE: Self = Self::Unavailable;
    const GATEWAY_TIMEOUT: Self = Self::GatewayTimeout;

    fn name(self) -> &'static str {
        self.name()
    }

    fn mixes(self) -> bool {
        matches!(
            self,
            Self::Slow { .. } | Self::BadRow { .. } | Self::ExtraFields | Self::OddBytes { .. }
        )
    }

    fn effect(self) -> Option<Effect> {
        Some(match self {
            Self::Reset => Effect::Reset,
            Self::AnswerLost { with } => Effect::AnswerLost(with),
            Self::CutOff => Effect::CutOff(Cut::Half),
            Self::Slow { ms } => Effect::Slow(Duration::from_millis(ms)),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rule;

    #[test]
    fn a_rule_is_short_in_json() {
        let rule: Rule =
            serde_json::from_str(r#"{"fault":"bad_row","kind":"no_id","times":1}"#).unwrap();
        assert_eq!(rule.fault, Fault::BadRow { kind: BadRow::NoId, row: 0 });
        assert_eq!((rule.times, rule.percent), (Some(1), 100.0));
    }
}
