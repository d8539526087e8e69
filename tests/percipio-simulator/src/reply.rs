//! What the vendor's answers look like.

use hyper::header::{HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use serde_json::Value;
use simulator_kit::{Piece, Reply};

use crate::{
    quirks::{ErrorBodies, Total},
    refusal::Refusal,
};

const JSON: &str = "application/json; charset=utf-8";

/// A status and JSON.
pub(crate) fn json(status: u16, value: &Value) -> Reply {
    Reply::text(status, JSON, value.to_string())
}

/// The rows of a report, made while they are sent.
pub(crate) fn rows(rows: impl Iterator<Item = Piece> + Send + 'static) -> Reply {
    Reply::pieces(200, JSON, rows)
}

pub(crate) fn refusal(refusal: &Refusal, bodies: ErrorBodies) -> Reply {
    match refusal.body(bodies) {
        Some((kind, text)) => Reply::text(refusal.status, kind, text),
        None => Reply::empty(refusal.status),
    }
}

/// A page that the server shows when it stumbles.
pub(crate) fn server_error() -> Reply {
    page(500, "Internal Server Error")
}

/// A page for people where data belongs.
pub(crate) fn html() -> Reply {
    page(200, "Percipio is currently unavailable due to scheduled maintenance")
}

/// What is labelled as JSON and is none.
pub(crate) fn not_json() -> Reply {
    Reply::text(200, "application/json", "upstream request timeout")
}

pub(crate) fn redirect() -> Reply {
    Reply::empty(302).with(LOCATION, HeaderValue::from_static("/elsewhere"))
}

fn page(status: u16, title: &str) -> Reply {
    let page = format!("<!DOCTYPE html><html><body><h1>{title}</h1></body></html>");
    Reply::text(status, "text/html; charset=utf-8", page)
}

/// The same with a header of the vendor's own, whose value must be visible ASCII.
pub(crate) fn with_text(reply: Reply, name: &'static str, text: &str) -> Reply {
    let value = HeaderValue::from_str(text).expect("ids, numbers and paths are visible ASCII");
    reply.with(HeaderName::from_static(name), value)
}

/// The same with a number of records, if the switch has it.
pub(crate) fn with_total(reply: Reply, count: usize, total: Total) -> Reply {
    let said = match total {
        Total::Absent => return reply,
        Total::Exact => count as i64,
        Total::OffBy(more) => (count as i64 + more).max(0),
    };
    with_text(reply, "x-total-count", &said.to_string())
}

/// The same with a word on when to come back.
pub(crate) fn with_retry_after(reply: Reply, text: Option<&str>) -> Reply {
    match text.and_then(|text| HeaderValue::from_str(text).ok()) {
        Some(value) => reply.with(RETRY_AFTER, value),
        None => reply,
    }
}
