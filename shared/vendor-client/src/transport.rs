//! One attempt: send, sort the outcome.

use std::sync::Arc;
use std::time::Duration;

use hyper::ext::ReasonPhrase;
use jiff::Timestamp;
use reqwest::header::ACCEPT;
use reqwest::{Response, StatusCode};
use tokio::time::timeout;

use crate::answer::{Incoming, Undecodable, Unread};
use crate::call::{Call, Texts};
use crate::conventions::Conventions;
use crate::credentials::Credentials;
use crate::errors::VendorError;
use crate::http::Http;
use crate::keys::{Key, KeyRing};
use crate::markup::plain_text;
use crate::meter::Meter;
use crate::pacer::Pacer;
use crate::patience::Patience;
use crate::problem::{is_rate_limit, problem};
use crate::retry_after::retry_after;
use crate::spoken::Spoken;

const TOO_LATE: &str = "no answer in time";

/// A vendor's endpoint with everything that is needed to talk to it.
pub(crate) struct Transport {
    pub(crate) http: Http,
    pub(crate) keys: KeyRing,
    pub(crate) pacer: Pacer,
    pub(crate) meter: Meter,
    pub(crate) conventions: &'static Conventions,
}

/// How an attempt failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Too many requests, or says so.
    Refused { trouble: Trouble, retry_after: Option<Duration> },
    /// Worth repeating.
    Transient(Trouble),
    /// The key was refused.
    Unauthorized(String),
    /// For good.
    Final(VendorError),
}

/// What a vendor says with a status other than success.
struct Said {
    detail: String,
    is_rate_limit: bool,
    /// It is not the vendor that says it, as far as that can be told.
    is_foreign: bool,
}

/// What was wrong with an attempt.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) status: Option<u16>,
    pub(crate) text: String,
    /// The vendor has certainly not carried the request out.
    pub(crate) nothing_done: bool,
    /// It is not the vendor that answered, which is no outage: after some repeats it is the answer.
    pub(crate) is_foreign: bool,
    pub(crate) source: Option<reqwest::Error>,
}

impl Transport {
    pub(crate) fn new(
        conventions: &'static Conventions,
        credentials: Arc<dyn Credentials>,
        pacer: Pacer,
        http: Http,
    ) -> Self {
        let keys = KeyRing::new(credentials, conventions.key);
        Self { http, keys, pacer, meter: Meter::default(), conventions }
    }

    /// Sends a request once, now, and takes what comes as told.
    pub(crate) async fn attempt<T, F>(
        &self,
        call: &Call,
        key: &Key,
        patience: Patience,
        take: &impl Fn(Incoming) -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, Unread>>,
    {
        let longest = self.http.timeouts.request.min(patience.answer());
        let response = self.send(call, key, longest).await?;
        let status = response.status();
        let reason = response.extensions().get::<ReasonPhrase>().cloned();
        let incoming = Incoming::new(response, key.clone(), longest);
        let shown = |text: &str| key.shown(&call.without_name(text));
        let retry_after = retry_after(&incoming.headers, Timestamp::now());
        if !status.is_success() {
            // The status says enough where the body cannot be read.
            let body =
                incoming.whole(Texts::Readable).await.map_or(Vec::new(), |answer| answer.body);
            let reason = reason.as_ref().and_then(|reason| str::from_utf8(reason.as_bytes()).ok());
            let detail = problem(status, reason, &body);
            let is_foreign = self.is_foreign(&Spoken { status, reason, body: &body });
            let said =
                [&detail, reason.unwrap_or_default(), &plain_text(&String::from_utf8_lossy(&body))]
                    .iter()
                    .any(|text| is_rate_limit(text));
            return Err(self.sort(
                call,
                status,
                Said { detail: shown(&detail), is_rate_limit: said, is_foreign },
                retry_after,
            ));
        }
        take(incoming).await.map_err(|unread| match unread {
            Unread::Broken { text, source } => {
                let text = format!("the answer was {text}");
                Failure::Transient(Trouble::new(Some(status), text, source))
            }
            Unread::Undecodable(Undecodable::Garbled(text)) => {
                Failure::Transient(Trouble::new(Some(status), shown(&text), None))
            }
            Unread::Undecodable(Undecodable::Foreign(text)) => {
                let trouble = Trouble::new(Some(status), shown(&text), None);
                Failure::Transient(Trouble { is_foreign: true, ..trouble })
            }
            Unread::Undecodable(Undecodable::TooMany(text)) => {
                let trouble = Trouble::without_effect(Some(status), shown(&text), None);
                Failure::Refused { trouble, retry_after }
            }
            Unread::Undecodable(Undecodable::Unexpected(text)) => {
                unexpected(call, status, shown(&text))
            }
        })
    }

    async fn send(&self, call: &Call, key: &Key, longest: Duration) -> Result<Response, Failure> {
        let Self { http, conventions, .. } = self;
        let request = http.client.request(call.method().clone(), call.url().clone());
        let request = request.header(conventions.key.name(), key.header());
        let request = call.body().put_on(request.header(ACCEPT, conventions.accept));
        let request = request.timeout(call.longest().unwrap_or(longest));
        // The head of the answer is waited for as long as ever, however long the body may take.
        match timeout(longest, request.send()).await {
            Ok(response) => response.map_err(no_answer),
            Err(_) => Err(Failure::Transient(Trouble::new(None, TOO_LATE.to_owned(), None))),
        }
    }

    /// A page is always somebody else's. Only of a 404 or 400, which any server has for what it does
    /// not know, the vendor's own word is asked for as well.
    fn is_foreign(&self, spoken: &Spoken) -> bool {
        let is_anybodys = matches!(spoken.status, StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST);
        spoken.is_page() || (is_anybodys && !(self.conventions.is_own_word)(spoken))
    }

    /// What a status other than success means.
    ///
    /// A server that says 408 gave up waiting for the request, but gateways say so too of an answer
    /// that they gave up waiting for: it may have been carried out, as with 500, 502, 503 and 504.
    /// Only the rate limit and 425, which refuses to look at a request so early, have done nothing.
    fn sort(
        &self,
        call: &Call,
        status: StatusCode,
        said: Said,
        retry_after: Option<Duration>,
    ) -> Failure {
        let (named, Said { detail, is_rate_limit, is_foreign }) = (call.to_string(), said);
        let limits = status.is_server_error() || status == StatusCode::FORBIDDEN;
        match status {
            status if status == StatusCode::TOO_MANY_REQUESTS || (limits && is_rate_limit) => {
                let trouble = Trouble::without_effect(Some(status), detail, None);
                Failure::Refused { trouble, retry_after }
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                Failure::Refused { trouble: Trouble::new(Some(status), detail, None), retry_after }
            }
            StatusCode::TOO_EARLY => {
                Failure::Transient(Trouble::without_effect(Some(status), detail, None))
            }
            status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
                Failure::Transient(Trouble::new(Some(status), detail, None))
            }
            StatusCode::UNAUTHORIZED => Failure::Unauthorized(detail),
            status if status.is_client_error() && is_foreign => {
                let status = status.as_u16();
                Failure::Final(VendorError::Foreign { call: named, status, detail })
            }
            StatusCode::FORBIDDEN => Failure::Final(VendorError::Forbidden { call: named, detail }),
            StatusCode::NOT_FOUND => Failure::Final(VendorError::NotFound { call: named, detail }),
            status if self.conventions.conflicts.contains(&status.as_u16()) => {
                Failure::Final(VendorError::Conflict { call: named, detail })
            }
            StatusCode::NOT_ACCEPTABLE => {
                Failure::Final(VendorError::Refused { call: named, detail })
            }
            status if status.is_redirection() => {
                let detail = "a redirect, which is not followed: check the base URL".to_owned();
                unexpected(call, status, detail)
            }
            status => unexpected(call, status, detail),
        }
    }
}

fn unexpected(call: &Call, status: StatusCode, detail: String) -> Failure {
    let call = call.to_string();
    Failure::Final(VendorError::Unexpected { call, status: status.as_u16(), detail })
}

fn no_answer(error: reqwest::Error) -> Failure {
    let text = match () {
        () if error.is_connect() => "no connection",
        () if error.is_timeout() => TOO_LATE,
        () => "the connection broke",
    };
    let text = text.to_owned();
    let never_left = error.is_connect() || error.is_builder();
    let trouble = if never_left { Trouble::without_effect } else { Trouble::new };
    Failure::Transient(trouble(None, text, Some(error)))
}

impl Trouble {
    /// With the status before it, if there is one.
    pub(crate) fn said(&self) -> String {
        self.status.map_or_else(|| self.text.clone(), |status| format!("{status} {}", self.text))
    }

    fn new(status: Option<StatusCode>, text: String, source: Option<reqwest::Error>) -> Self {
        let source = source.map(reqwest::Error::without_url);
        let status = status.map(|status| status.as_u16());
        Self { status, text, nothing_done: false, is_foreign: false, source }
    }

    fn without_effect(
        status: Option<StatusCode>,
        text: String,
        source: Option<reqwest::Error>,
    ) -> Self {
        Self { nothing_done: true, ..Self::new(status, text, source) }
    }
}
