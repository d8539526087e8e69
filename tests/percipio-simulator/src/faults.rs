//! What can go wrong.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator_kit::{Cut, Effect, Loss};

/// Something that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// 503.
    Unavailable,
    /// 502.
    BadGateway,
    /// 504.
    GatewayTimeout,
    /// 500 with a page of HTML.
    ServerError,
    /// 429 as the rate limit gives it.
    RateLimited {
        /// The seconds in `Retry-After`; not given, the header is not there.
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// 400.
    BadRequest,
    /// 401, as with an expired token.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// 422; a write is not carried out.
    Unprocessable,
    /// 302 to `/elsewhere` on the same host.
    Redirect,
    /// 200 with a page of HTML, as in maintenance.
    Html,
    /// 200 with a JSON content type and a body that is none.
    NotJson,
    /// 200 without a body.
    Empty,
    /// 204.
    NoContent,
    /// 200 with a list of nothing.
    EmptyList,
    /// 200 with a list of errors that is empty.
    EmptyErrors,
    /// The connection is reset: a read's in the middle of the body, a write's before anything was
    /// done.
    Reset,
    /// A write (or a report's request) is carried out and the answer does not say so.
    AnswerLost {
        /// What comes in its place.
        with: Loss,
    },
    /// 200 with the beginning of the body, ended in an orderly way.
    CutOff {
        /// So many bytes; not given, about half.
        #[serde(default)]
        after_bytes: Option<u64>,
    },
    /// The answer comes so much later; goes together with others.
    Slow {
        /// How much later.
        ms: u64,
    },
    /// The body stops for so long in the middle; goes together with others.
    Stall {
        /// How long.
        ms: u64,
    },
    /// A list's row is bad, in place of the good one; goes together with others.
    BadRow {
        /// In which way.
        kind: BadRow,
        /// Which row of the page or the report; the first is 0.
        #[serde(default)]
        row: usize,
    },
    /// Records have fields nobody knows; goes together with others.
    ExtraFields,
    /// The report that is asked for will fail; goes together with others.
    ReportFails,
    /// Every data set of the catalogue and every report is forgotten before the answer, as if it
    /// was old; goes together with others.
    Forgotten,
}

/// In which way a row is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadRow {
    /// It has no id: `id`, or `userUuid` in a report.
    NoId,
    /// It is a text, not a record.
    Stray,
    /// Booleans are texts and texts of digits are numbers; what they mean is clear.
    WrongTypes,
    /// Its role, its type of content or its status is a word nobody knows.
    UnknownWord,
    /// An item has no title in any language.
    NoTitle,
}

impl Fault {
    /// The name in logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::BadGateway => "bad_gateway",
            Self::GatewayTimeout => "gateway_timeout",
            Self::ServerError => "server_error",
            Self::RateLimited { .. } => "rate_limited",
            Self::BadRequest => "bad_request",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Unprocessable => "unprocessable",
            Self::Redirect => "redirect",
            Self::Html => "html",
            Self::NotJson => "not_json",
            Self::Empty => "empty",
            Self::NoContent => "no_content",
            Self::EmptyList => "empty_list",
            Self::EmptyErrors => "empty_errors",
            Self::Reset => "reset",
            Self::AnswerLost { .. } => "answer_lost",
            Self::CutOff { .. } => "cut_off",
            Self::Slow { .. } => "slow",
            Self::Stall { .. } => "stall",
            Self::BadRow { .. } => "bad_row",
            Self::ExtraFields => "extra_fields",
            Self::ReportFails => "report_fails",
            Self::Forgotten => "forgotten",
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
            Self::Slow { .. }
                | Self::Stall { .. }
                | Self::BadRow { .. }
                | Self::ExtraFields
                | Self::ReportFails
                | Self::Forgotten
        )
    }

    fn effect(self) -> Option<Effect> {
        Some(match self {
            Self::Reset => Effect::Reset,
            Self::AnswerLost { with } => Effect::AnswerLost(with),
            Self::CutOff { after_bytes } => {
                Effect::CutOff(after_bytes.map_or(Cut::Half, Cut::After))
            }
            Self::Slow { ms } => Effect::Slow(Duration::from_millis(ms)),
            Self::Stall { ms } => Effect::Stall(Duration::from_millis(ms)),
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
        let rule = |text: &str| serde_json::from_str::<Rule>(text).unwrap();
        let bad = rule(r#"{"fault":"bad_row","kind":"no_id","times":1}"#);
        assert_eq!(bad.fault, Fault::BadRow { kind: BadRow::NoId, row: 0 });
        assert_eq!((bad.times, bad.percent), (Some(1), 100.0));
        let limited = rule(r#"{"fault":"rate_limited"}"#);
        assert_eq!(limited.fault, Fault::RateLimited { retry_after: None });
        let limited = rule(r#"{"fault":"rate_limited","retry_after":7}"#);
        assert_eq!(limited.fault, Fault::RateLimited { retry_after: Some(7) });
    }
}
