//! Answers: a status, headers, a body.

use bytes::Bytes;
use hyper::{
    Response, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER},
};
use serde_json::Value;

use crate::{
    delivery::{Body, Delivery, Payload},
    quirks::{ErrorBodies, Total},
    refusal::Refusal,
    reports::rows::Rows,
};

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(HeaderName, HeaderValue)>,
    payload: Payload,
}

impl Reply {
    /// A status and nothing else.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), payload: Payload::Whole(Bytes::new()) }
    }

    /// A status and JSON.
    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self::text(status, "application/json; charset=utf-8", value.to_string())
    }

    /// A status and a text of some kind.
    pub(crate) fn text(status: u16, kind: &'static str, text: String) -> Self {
        let reply = Self { payload: Payload::Whole(text.into()), ..Self::empty(status) };
        reply.with(CONTENT_TYPE, HeaderValue::from_static(kind))
    }

    /// The rows of a report, made while they are sent.
    pub(crate) fn rows(rows: Rows) -> Self {
        let reply = Self { payload: Payload::Rows(Box::new(rows)), ..Self::empty(200) };
        reply.with(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"))
    }

    pub(crate) fn refusal(refusal: &Refusal, bodies: ErrorBodies) -> Self {
        match refusal.body(bodies) {
            Some((kind, text)) => Self::text(refusal.status, kind, text),
            None => Self::empty(refusal.status),
        }
    }

    /// A page that the server shows when it stumbles.
    pub(crate) fn server_error() -> Self {
        Self::page(500, "Internal Server Error")
    }

    /// A page for people where data belongs.
    pub(crate) fn html() -> Self {
        Self::page(200, "Percipio is currently unavailable due to scheduled maintenance")
    }

    /// What is labelled as JSON and is none.
    pub(crate) fn not_json() -> Self {
        Self::text(200, "application/json", "upstream request timeout".to_owned())
    }

    pub(crate) fn redirect() -> Self {
        Self::empty(302).with(LOCATION, HeaderValue::from_static("/elsewhere"))
    }

    fn page(status: u16, title: &str) -> Self {
        let page = format!("<!DOCTYPE html><html><body><h1>{title}</h1></body></html>");
        Self::text(status, "text/html; charset=utf-8", page)
    }

    /// The same with another header.
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The same with a header of the vendor's own, whose value must be visible ASCII.
    pub(crate) fn with_text(self, name: &'static str, text: &str) -> Self {
        let value = HeaderValue::from_str(text).expect("ids, numbers and paths are visible ASCII");
        self.with(HeaderName::from_static(name), value)
    }

    /// The same with a number of records, if the switch has it.
    pub(crate) fn with_total(self, count: usize, total: Total) -> Self {
        let said = match total {
            Total::Absent => return self,
            Total::Exact => count as i64,
            Total::OffBy(more) => (count as i64 + more).max(0),
        };
        self.with_text("x-total-count", &said.to_string())
    }

    /// The same with a word on when to come back.
    pub(crate) fn with_retry_after(self, text: Option<&str>) -> Self {
        let value = text.and_then(|text| HeaderValue::from_str(text).ok());
        match value {
            Some(value) => self.with(RETRY_AFTER, value),
            None => self,
        }
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
        response
    }
}
