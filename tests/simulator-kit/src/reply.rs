//! Answers: a status, a reason, headers, a body.

use bytes::Bytes;
use hyper::{
    Response, StatusCode,
    ext::ReasonPhrase,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue},
};

use crate::delivery::{Body, Delivery, Payload, Piece};

/// An answer.
pub struct Reply {
    pub(crate) status: u16,
    reason: Option<ReasonPhrase>,
    headers: Vec<(HeaderName, HeaderValue)>,
    payload: Payload,
}

impl Reply {
    /// A status and nothing else.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        let payload = Payload::Whole(Bytes::new());
        Self { status, reason: None, headers: Vec::new(), payload }
    }

    /// A status and a body of some content type.
    pub fn text(status: u16, kind: &'static str, body: impl Into<Bytes>) -> Self {
        let reply = Self { payload: Payload::Whole(body.into()), ..Self::empty(status) };
        reply.with(CONTENT_TYPE, HeaderValue::from_static(kind))
    }

    /// A status and a body of some content type, made while it is sent.
    pub fn pieces(
        status: u16,
        kind: &'static str,
        pieces: impl Iterator<Item = Piece> + Send + 'static,
    ) -> Self {
        let reply = Self { payload: Payload::Pieces(Box::new(pieces)), ..Self::empty(status) };
        reply.with(CONTENT_TYPE, HeaderValue::from_static(kind))
    }

    /// The same with another header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The same with a reason phrase, if it can be one.
    #[must_use]
    pub fn with_reason(self, reason: &str) -> Self {
        Self { reason: ReasonPhrase::try_from(reason.as_bytes()).ok(), ..self }
    }

    /// As it is sent.
    pub(crate) fn into_response(self, delivery: Delivery) -> Response<Body> {
        let (length, body) = delivery.deliver(self.payload);
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.headers_mut().extend(self.headers);
        // 204 has no length
        if let Some(length) = length.filter(|_| self.status != 204) {
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        if let Some(reason) = self.reason {
            response.extensions_mut().insert(reason);
        }
        response
    }
}
