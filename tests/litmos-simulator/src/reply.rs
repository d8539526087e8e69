//! Answers: a status, a reason, a body.

use bytes::Bytes;
use futures::{StreamExt, stream};
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    Response, StatusCode,
    body::Frame,
    ext::ReasonPhrase,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue},
};

use crate::wire::{content::Format, xml};

/// What ends a body before its time.
#[derive(Debug, thiserror::Error)]
#[error("the connection is reset on purpose")]
pub(crate) struct ResetOnPurpose;

/// The body of every answer.
pub(crate) type Body = UnsyncBoxBody<Bytes, ResetOnPurpose>;

/// Why a request is refused: a status and the vendor's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) detail: String,
}

impl Refusal {
    pub(crate) fn new(status: u16, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into() }
    }

    pub(crate) fn malformed() -> Self {
        Self::new(400, "The URI is not well formed.")
    }

    /// For a body that the server's own framework stumbles over; answered by a page of it.
    pub(crate) fn unreadable() -> Self {
        Self::new(500, "InternalServerError")
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    reason: Option<String>,
    content_type: Option<&'static str>,
    body: Bytes,
}

impl Reply {
    /// 200 with a body in a format.
    pub(crate) fn ok(format: Format, body: Bytes) -> Self {
        let content_type = match format {
            Format::Json => "application/json; charset=utf-8",
            Format::Xml => "application/xml; charset=utf-8",
        };
        Self { status: 200, reason: None, content_type: Some(content_type), body }
    }

    /// 201 with a body in a format, and no word of where the new thing is.
    pub(crate) fn created(format: Format, body: Bytes) -> Self {
        Self { status: 201, ..Self::ok(format, body) }
    }

    /// A status and nothing else.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, reason: None, content_type: None, body: Bytes::new() }
    }

    /// What the server says to a POST or PUT that does not say how long it is.
    pub(crate) fn length_required() -> Self {
        let page = "<html><body><h2>Length Required</h2></body></html>";
        Self { status: 411, content_type: Some("text/html"), body: page.into(), reason: None }
    }

    /// An error whose detail is its reason phrase as well.
    pub(crate) fn refusal(format: Format, refusal: &Refusal) -> Self {
        let detail = &refusal.detail;
        let (content_type, body) = match format {
            Format::Json => {
                ("application/json", serde_json::json!({ "Detail": detail }).to_string())
            }
            Format::Xml => ("application/xml; charset=utf-8", xml::error(detail)),
        };
        let reason = Some(detail.clone());
        let content_type = Some(content_type);
        Self { status: refusal.status, reason, content_type, body: body.into() }
    }

    /// The refusal of the rate limit: the reason phrase is the status' own.
    pub(crate) fn rate_limited(format: Format) -> Self {
        let detail = "Service Unavailable. The API rating limit has been exceeded.";
        Self { reason: None, ..Self::refusal(format, &Refusal::new(503, detail)) }
    }

    /// The page that the server's own framework shows.
    pub(crate) fn server_error() -> Self {
        let sentence = "The server encountered an error processing the request. \
                        Please see the server logs for more details.";
        let page = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><html><head><title>Request Error</title>\
             </head><body><p>The server encountered an error, InternalServerError. {sentence}</p>\
             </body></html><!--{}-->",
            "x".repeat(700)
        );
        let content_type = Some("text/html");
        let reason = Some(sentence.to_owned());
        Self { status: 500, reason, content_type, body: page.into() }
    }

    /// A page for people where data belongs.
    pub(crate) fn html() -> Self {
        let page = "<!DOCTYPE html><html><body><h1>Down for maintenance</h1></body></html>";
        Self { status: 200, reason: None, content_type: Some("text/html"), body: page.into() }
    }

    /// Half of the body and nothing that says so.
    pub(crate) fn cut_off(mut self) -> Self {
        self.body.truncate(self.body.len() / 2);
        self
    }

    /// As it is sent.
    pub(crate) fn into_response(self) -> Response<Body> {
        let body = Full::new(self.body.clone());
        self.response(body.map_err(|never| match never {}).boxed_unsync())
    }

    /// As it is sent when the connection breaks in the middle of the body.
    pub(crate) fn into_broken_response(self) -> Response<Body> {
        let half = self.body.slice(..self.body.len() / 2);
        let sent = stream::once(async move { Ok(Frame::data(half)) });
        let broken = stream::once(async {
            // what was sent is to arrive before the reset does
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            Err(ResetOnPurpose)
        });
        let length = HeaderValue::from(self.body.len());
        let mut response = self.response(StreamBody::new(sent.chain(broken)).boxed_unsync());
        response.headers_mut().insert(CONTENT_LENGTH, length);
        response
    }

    fn response(self, body: Body) -> Response<Body> {
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if let Some(kind) = self.content_type {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        let reason = self.reason.and_then(|reason| ReasonPhrase::try_from(reason).ok());
        if let Some(reason) = reason {
            response.extensions_mut().insert(reason);
        }
        response
    }
}
