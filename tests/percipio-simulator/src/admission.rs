//! One request from its arrival to its answer.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{
    HeaderMap, Method, Request, Response, Uri,
    body::Incoming,
    header::{AUTHORIZATION, HeaderValue},
    http::request,
};
use jiff::Timestamp;

use crate::{
    answer::decide,
    body,
    call::{Call, Service},
    delivery::{Body, Delivery},
    faults::Fault,
    log::Entry,
    options::RetryAfter,
    refusal::Refusal,
    reply::Reply,
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
    /// When it arrived, since the start.
    pub(crate) at: Duration,
}

/// What becomes of a request.
pub(crate) struct Decision {
    pub(crate) reply: Reply,
    pub(crate) faults: Vec<Fault>,
    /// Whether it was carried out.
    pub(crate) applied: bool,
    /// The account that it created.
    pub(crate) created: Option<String>,
    /// Whether mail was sent for it.
    pub(crate) mail: bool,
    /// Whether the reply is not even begun.
    pub(crate) silent: bool,
    /// How the reply is sent.
    pub(crate) delivery: Delivery,
}

impl Decision {
    /// Nothing but an answer.
    pub(crate) fn plain(reply: Reply) -> Self {
        Self {
            reply,
            faults: Vec::new(),
            applied: false,
            created: None,
            mail: false,
            silent: false,
            delivery: Delivery::default(),
        }
    }
}

/// Answers a request for anything of the vendor's.
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
    let response = decision.reply.into_response(decision.delivery);
    Served { response: Some(response), reset: decision.delivery.reset }
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
        Ok(()) => decide(state, &Arrived { method, uri, call, body: &body, number, at }),
        Err(reply) => Decision::plain(reply),
    };
    if *method != Method::GET && call.service() == Some(Service::UserManagement) {
        state.writes.lock().push(Write {
            method: method.to_string(),
            path: uri.path().to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            body: body.harmless(),
            applied: decision.applied,
            created: decision.created.clone(),
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
        query: head.uri.query().unwrap_or_default().to_owned(),
        status: None,
        refused: false,
        faults: Vec::new(),
    })
}

/// First the token, then the limit.
fn admit(
    state: &State,
    head: &request::Parts,
    call: &Call,
    number: usize,
    at: Duration,
) -> Result<(), Reply> {
    let bodies = state.quirks.read().error_bodies;
    let refuse = |refusal: &Refusal| Reply::refusal(refusal, bodies);
    authorise(state, &head.headers).map_err(|refusal| refuse(&refusal))?;
    let Some(limit) = state.rate_limit else { return Ok(()) };
    let whose = call.service().filter(|_| limit.per_service);
    let mut limiters = state.limiters.lock();
    let limiter = limiters.entry(whose).or_insert_with(|| crate::limiter::Limiter::new(limit));
    let Err(wait) = limiter.admit(at) else { return Ok(()) };
    if let Some(entry) = state.log.lock().entry_mut(number) {
        entry.refused = true;
    }
    let hint = hint(limit.retry_after, wait, Timestamp::now());
    Err(refuse(&too_many()).with_retry_after(hint.as_deref()))
}

/// The words of the rate limit.
pub(crate) fn too_many() -> Refusal {
    Refusal::gateway(429, "Too Many Requests")
}

fn hint(retry_after: RetryAfter, wait: Duration, now: Timestamp) -> Option<String> {
    let seconds = wait.as_millis().div_ceil(1000).max(1) as i64;
    match retry_after {
        RetryAfter::Absent => None,
        RetryAfter::Seconds => Some(seconds.to_string()),
        RetryAfter::Date => {
            let whole = i64::from(now.subsec_nanosecond() > 0);
            let then = Timestamp::from_second(now.as_second() + whole + seconds).ok()?;
            Some(then.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
        }
    }
}

fn authorise(state: &State, headers: &HeaderMap<HeaderValue>) -> Result<(), Refusal> {
    let sent =
        headers.get(AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    match sent == Some(state.api_token.read().as_bytes()) {
        true => Ok(()),
        false => Err(Refusal::gateway(401, "Unauthorized")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_never_sends_anybody_back_too_early() {
        let now = "2026-03-31T23:59:59.5Z".parse().unwrap();
        let hint = |kind| hint(kind, Duration::from_millis(1001), now);
        assert_eq!(hint(RetryAfter::Absent), None);
        assert_eq!(hint(RetryAfter::Seconds).unwrap(), "2");
        assert_eq!(hint(RetryAfter::Date).unwrap(), "Wed, 01 Apr 2026 00:00:02 GMT");
    }
}
