//! One attempt: send, read, sort the outcome.

use reqwest::header::HeaderName;
use reqwest::{Response, StatusCode};

use crate::call::Call;
use crate::errors::VendorError;
use crate::http::Http;
use crate::keys::{Key, KeyRing};
use crate::meter::Meter;
use crate::pacer::Pacer;
use crate::problem::{beginning, problem};

/// Largest body that is read, decompressed: far above a page of 1,000 rows, far below what a
/// function has in memory.
const LARGEST_BODY: usize = 64 << 20;

/// A vendor's endpoint with everything that is needed to talk to it.
pub(crate) struct Transport {
    pub(crate) http: Http,
    pub(crate) keys: KeyRing,
    pub(crate) pacer: Pacer,
    pub(crate) meter: Meter,
    /// The header that carries the key.
    pub(crate) key_header: HeaderName,
    /// What a person should check when the key is refused.
    pub(crate) unauthorized_hint: &'static str,
}

/// How an attempt failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Too many requests, or says so.
    Refused(Trouble),
    /// Worth repeating.
    Transient(Trouble),
    /// The key was refused.
    Unauthorized(String),
    /// For good.
    Final(VendorError),
}

/// What was wrong with an attempt.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) status: Option<u16>,
    pub(crate) text: String,
    /// The vendor has certainly not carried the request out.
    pub(crate) nothing_done: bool,
    pub(crate) source: Option<reqwest::Error>,
}

/// Why a body could not be decoded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Undecodable {
    /// Not what the vendor meant to send: cut off, or another server's page. Worth repeating.
    Garbled(String),
    /// Meant so, and not understood.
    Unexpected(String),
}

impl Transport {
    /// Sends a request once, now.
    pub(crate) async fn send<T>(
        &self,
        call: &Call,
        key: &Key,
        decode: impl Fn(&[u8]) -> Result<T, Undecodable>,
    ) -> Result<T, Failure> {
        let request = self.http.client.request(call.method().clone(), call.url().clone());
        let request = call.body().put_on(request.header(&self.key_header, key.header()));
        let response = request.send().await;
        let mut response = response.map_err(no_answer)?;
        let status = response.status();
        // A proxy that echoes the request must not carry the key into a message.
        let shown = |text: &str| beginning(&key.hidden_in(text));
        let body = match read(&mut response).await {
            Ok(Some(body)) => body,
            Ok(None) => return Err(unexpected(call, status, "larger than 64 MiB".to_owned())),
            // Of an error the status says enough.
            Err(_) if !status.is_success() => Vec::new(),
            Err(error) => {
                let text = if error.is_timeout() { "timed out" } else { "cut off" };
                let text = format!("the answer was {text}");
                return Err(Failure::Transient(Trouble::new(Some(status), text, Some(error))));
            }
        };
        if status.is_success() {
            return decode(&body).map_err(|undecodable| match undecodable {
                Undecodable::Garbled(text) => {
                    Failure::Transient(Trouble::new(Some(status), shown(&text), None))
                }
                Undecodable::Unexpected(text) => unexpected(call, status, shown(&text)),
            });
        }
        let reason = response.extensions().get::<hyper::ext::ReasonPhrase>();
        let reason = reason.and_then(|reason| std::str::from_utf8(reason.as_bytes()).ok());
        let detail = problem(&body, reason.or(status.canonical_reason()));
        Err(sort(call, status, shown(&detail)))
    }
}

/// What a status other than success means.
fn sort(call: &Call, status: StatusCode, detail: String) -> Failure {
    let named = call.to_string();
    match status {
        StatusCode::TOO_MANY_REQUESTS => {
            Failure::Refused(Trouble::without_effect(Some(status), detail, None))
        }
        StatusCode::SERVICE_UNAVAILABLE if is_rate_limit(&detail) => {
            Failure::Refused(Trouble::without_effect(Some(status), detail, None))
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            Failure::Refused(Trouble::new(Some(status), detail, None))
        }
        status if status.is_server_error() => {
            Failure::Transient(Trouble::new(Some(status), detail, None))
        }
        StatusCode::UNAUTHORIZED => Failure::Unauthorized(detail),
        StatusCode::FORBIDDEN => Failure::Final(VendorError::Forbidden { call: named, detail }),
        StatusCode::NOT_FOUND => Failure::Final(VendorError::NotFound { call: named, detail }),
        StatusCode::CONFLICT => Failure::Final(VendorError::Conflict { call: named, detail }),
        StatusCode::NOT_ACCEPTABLE => Failure::Final(VendorError::Refused { call: named, detail }),
        status if status.is_redirection() => {
            let detail = "a redirect, which is not followed: check the base URL".to_owned();
            unexpected(call, status, detail)
        }
        status => unexpected(call, status, detail),
    }
}

/// Whether a 503 is the rate limit's and not an outage's: the vendor says "The API rating limit has
/// been exceeded." (Litmos reference 4.1).
fn is_rate_limit(detail: &str) -> bool {
    let detail = detail.to_ascii_lowercase();
    ["rating limit", "rate limit"].iter().any(|words| detail.contains(words))
}

fn unexpected(call: &Call, status: StatusCode, detail: String) -> Failure {
    let call = call.to_string();
    Failure::Final(VendorError::Unexpected { call, status: status.as_u16(), detail })
}

fn no_answer(error: reqwest::Error) -> Failure {
    let text = match () {
        () if error.is_connect() => "no connection",
        () if error.is_timeout() => "no answer in time",
        () => "the connection broke",
    };
    let text = text.to_owned();
    let never_left = error.is_connect() || error.is_builder();
    let trouble = if never_left { Trouble::without_effect } else { Trouble::new };
    Failure::Transient(trouble(None, text, Some(error)))
}

/// The whole body; `None` if it is too large.
async fn read(response: &mut Response) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

impl Trouble {
    fn new(status: Option<StatusCode>, text: String, source: Option<reqwest::Error>) -> Self {
        let source = source.map(reqwest::Error::without_url);
        let status = status.map(|status| status.as_u16());
        Self { status, text, nothing_done: false, source }
    }

    fn without_effect(
        status: Option<StatusCode>,
        text: String,
        source: Option<reqwest::Error>,
    ) -> Self {
        Self { nothing_done: true, ..Self::new(status, text, source) }
    }
}
