//! One request from its arrival to its answer.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{
    HeaderMap, Method, Request, Response, Uri, body::Incoming, header::HeaderValue, http::request,
};
use jiff::Timestamp;

use crate::{
    answer::decide,
    body,
    call::{Call, harmless_query},
    faults::Fault,
    log::Entry,
    reply::{Body, Refusal, Reply},
    state::State,
    writes::Write,
};

/// An answer if there is one, and whether the connection is to be reset while it is sent.
pub(crate) struct Served {
    pub(crate) response: Option<Response<Body>>,
    pub(crate) reset: bool,
}

/// A request that has arrived.
pub(crate) struct Arrived<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) call: &'a Call,
    pub(crate) body: &'a body::Body,
    /// Its number in the log.
    pub(crate) number: usize,
}

/// What becomes of a request.
pub(crate) struct Decision {
    pub(crate) reply: Reply,
    pub(crate) faults: Vec<Fault>,
    /// Whether a write was carried out.
    pub(crate) applied: bool,
    /// Whether mail was sent for it.
    pub(crate) mail: bool,
    /// Whether the reply is not even begun.
    pub(crate) silent: bool,
}

impl Decision {
    /// Nothing but an answer.
    pub(crate) fn plain(reply: Reply) -> Self {
        Self { reply, faults: Vec::new(), applied: false, mail: false, silent: false }
    }
}

/// Answers a request for anything under the vendor's base.
pub(crate) async fn serve(state: &State, request: Request<Incoming>) -> Served {
    let (head, body) = request.into_parts();
    let call = Call::new(&head.uri);
    let at = state.started.elapsed();
    let number = arrive(state, &head, at);
    // a body that never comes whole is the caller's doing
    let bytes = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let decision = settle(state, &head, &call, bytes, number, at);
    let slow = decision.faults.iter().map(|fault| match fault {
        Fault::Slow { ms } => *ms,
        _ => 0,
    });
    let delay = state.latency_ms + slow.sum::<u64>();
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    if decision.silent {
        return Served { response: None, reset: true };
    }
    if let Some(entry) = state.log.lock().entry_mut(number) {
        entry.status = Some(decision.reply.status);
    }
    let reset = decision.faults.contains(&Fault::Reset);
    let reply = decision.reply;
    let response = if reset { reply.into_broken_response() } else { reply.into_response() };
    Served { response: Some(response), reset }
}

/// Decides at one moment; a write is noted at that moment too.
fn settle(
    state: &State,
    head: &request::Parts,
    call: &Call,
    bytes: Bytes,
    number: usize,
    at: Duration,
) -> Decision {
    let body = body::Body::new(&head.headers, bytes);
    let (method, uri) = (&head.method, &head.uri);
    let decision = match admit(state, head, call, number, at) {
        Ok(()) => decide(state, &Arrived { method, uri, call, body: &body, number }),
        Err(reply) => Decision::plain(reply),
    };
    if *method != Method::GET {
        state.writes.lock().push(Write {
            method: method.to_string(),
            path: uri.path().to_owned(),
            query: harmless_query(uri),
            body: body.harmless(),
            applied: decision.applied,
            mail: decision.mail,
        });
    }
    decision
}

fn arrive(state: &State, head: &request::Parts, at: Duration) -> usize {
    state.log.lock().open(Entry {
        at,
        wall: Timestamp::now(),
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: harmless_query(&head.uri),
        status: None,
        refused: false,
        faults: Vec::new(),
    })
}

/// First the length, which the web server asks for itself, then the key, then the limit.
fn admit(
    state: &State,
    head: &request::Parts,
    call: &Call,
    number: usize,
    at: Duration,
) -> Result<(), Reply> {
    let sends = matches!(head.method, Method::POST | Method::PUT);
    let has = |name: &str| head.headers.contains_key(name);
    if sends && !has("content-length") && !has("transfer-encoding") {
        return Err(Reply::length_required());
    }
    let format = call.format();
    authorise(state, &head.headers, call).map_err(|refusal| Reply::refusal(format, &refusal))?;
    if state.limiter.lock().as_mut().is_none_or(|limiter| limiter.admit(at)) {
        return Ok(());
    }
    if let Some(entry) = state.log.lock().entry_mut(number) {
        entry.refused = true;
    }
    Err(Reply::rate_limited(format))
}

fn authorise(state: &State, headers: &HeaderMap<HeaderValue>, call: &Call) -> Result<(), Refusal> {
    let key = headers.get("apikey").map(HeaderValue::as_bytes);
    if key != Some(state.api_key.read().as_bytes()) {
        return Err(Refusal::new(401, "The API key is not valid or the account is not enabled."));
    }
    match call.parameter("source") {
        Some(source) if !source.is_empty() => Ok(()),
        _ => Err(Refusal::new(401, "The source parameter is missing.")),
    }
}
