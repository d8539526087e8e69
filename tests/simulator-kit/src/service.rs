//! One request from its arrival to its answer.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{Request, Response, body::Incoming, http::request};
use jiff::Timestamp;

use crate::{
    delivery::{Body, ResetOnPurpose},
    log::Entry,
    vendor::Vendor,
};

/// A request that has arrived.
#[derive(Debug)]
pub struct Arrived {
    /// Everything but the body.
    pub head: request::Parts,
    /// The query without secrets.
    pub query: Option<String>,
    /// The body; empty if it never came whole.
    pub body: Bytes,
    /// When it arrived, since the start.
    pub at: Duration,
    /// Its number in the log.
    pub(crate) number: usize,
}

/// Answers a request for anything of the vendor's; an error ends the connection without a byte. The
/// flag says whether the connection is to be reset while the answer is sent.
pub(crate) async fn serve<V: Vendor>(
    vendor: &V,
    request: Request<Incoming>,
    reset: &AtomicBool,
) -> Result<Response<Body>, ResetOnPurpose> {
    let (head, body) = request.into_parts();
    let shared = vendor.shared();
    let at = shared.now();
    let query = V::query(&head.uri);
    let number = shared.log.lock().open(Entry {
        at,
        wall: Timestamp::now(),
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: query.clone().unwrap_or_default(),
        status: None,
        refused: false,
        faults: Vec::new(),
    });
    // a body that never comes whole is the caller's doing
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let outcome = vendor.answer(&Arrived { head, query, body, at, number });
    let delay = outcome.delay + Duration::from_millis(shared.latency_ms);
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    reset.store(outcome.silent || outcome.delivery.reset, Ordering::Relaxed);
    if outcome.silent {
        return Err(ResetOnPurpose);
    }
    if let Some(entry) = shared.log.lock().entry_mut(number) {
        entry.status = Some(outcome.reply.status);
    }
    Ok(outcome.reply.into_response(outcome.delivery))
}
