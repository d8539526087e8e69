//! One request from its arrival to its answer.

use std::time::Duration;

use hyper::{HeaderMap, Method, Response, Uri, header::HeaderValue};
use jiff::Timestamp;

use crate::{
    call::{Call, harmless_query},
    faults::Fault,
    log::Entry,
    reply::{Body, Refusal, Reply},
    routes::{self, Desk},
    state::State,
    tamper::tamper,
};

/// An answer, and whether the connection is to be reset while it is sent.
pub(crate) struct Served {
    pub(crate) response: Response<Body>,
    pub(crate) reset: bool,
}

/// Answers a request for anything under the vendor's base.
pub(crate) async fn serve(
    state: &State,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap<HeaderValue>,
) -> Served {
    let call = Call::new(uri);
    let at = state.started.elapsed();
    let number = arrive(state, method, uri, at);
    let (reply, faults) = match admit(state, headers, &call, number, at) {
        Ok(()) => decide(state, method, uri, &call, number),
        Err(reply) => (reply, Vec::new()),
    };
    let slow: u64 =
        faults.iter().map(|fault| if let Fault::Slow { ms } = fault { *ms } else { 0 }).sum();
    let delay = state.latency_ms + slow;
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    if let Some(entry) = state.log.lock().entry_mut(number) {
        entry.status = Some(reply.status);
    }
    let reset = faults.contains(&Fault::Reset);
    let response = if reset { reply.into_broken_response() } else { reply.into_response() };
    Served { response, reset }
}

fn arrive(state: &State, method: &Method, uri: &Uri, at: Duration) -> usize {
    state.log.lock().open(Entry {
        at,
        wall: Timestamp::now(),
        method: method.to_string(),
        path: uri.path().to_owned(),
        query: harmless_query(uri),
        status: None,
        refused: false,
        faults: Vec::new(),
    })
}

/// First the key, then the limit.
fn admit(
    state: &State,
    headers: &HeaderMap<HeaderValue>,
    call: &Call,
    number: usize,
    at: Duration,
) -> Result<(), Reply> {
    let format = call.format();
    authorise(state, headers, call).map_err(|refusal| Reply::refusal(format, &refusal))?;
    if state.limiter.lock().as_mut().is_none_or(|limiter| limiter.admit(at)) {
        return Ok(());
    }
    if let Some(entry) = state.log.lock().entry_mut(number) {
        entry.refused = true;
    }
    Err(Reply::rate_limited(format))
}

/// Then what goes wrong, then the answer.
fn decide(
    state: &State,
    method: &Method,
    uri: &Uri,
    call: &Call,
    number: usize,
) -> (Reply, Vec<Fault>) {
    let subject = format!("{}?{}", uri.path(), harmless_query(uri));
    let faults = state.faults.lock().strike(&subject);
    if let Some(entry) = state.log.lock().entry_mut(number) {
        entry.faults = faults.iter().map(|fault| fault.name()).collect();
    }
    let failed = faults.iter().find_map(|fault| failure(*fault, call));
    let reply = failed.unwrap_or_else(|| answer(state, method, call, &faults));
    let reply = if faults.contains(&Fault::CutOff) { reply.cut_off() } else { reply };
    (reply, faults)
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

/// The whole answer of a fault that leaves nothing of the real one.
fn failure(fault: Fault, call: &Call) -> Option<Reply> {
    let refuse = |status, detail| Reply::refusal(call.format(), &Refusal::new(status, detail));
    Some(match fault {
        Fault::Unavailable => refuse(503, "Service Unavailable"),
        Fault::RateLimited => Reply::rate_limited(call.format()),
        Fault::GatewayTimeout => refuse(504, "Gateway Timeout"),
        Fault::ServerError => Reply::server_error(),
        Fault::Unauthorized => refuse(401, "The API key has expired."),
        Fault::Forbidden => refuse(403, "You do not have the proper permissions for this call."),
        Fault::NotFound => refuse(404, "Not Found"),
        Fault::Html => Reply::html(),
        _ => return None,
    })
}

fn answer(state: &State, method: &Method, call: &Call, faults: &[Fault]) -> Reply {
    let format = call.format();
    if method != Method::GET {
        return Reply::refusal(format, &Refusal::new(405, "Method not allowed."));
    }
    let (world, quirks) = (state.world.read(), state.quirks.read());
    match routes::read(&Desk { world: &world, quirks: &quirks, call }) {
        Ok(mut content) => {
            faults.iter().for_each(|fault| tamper(&mut content, *fault));
            Reply::ok(format, content.encode(format))
        }
        Err(refusal) => Reply::refusal(format, &refusal),
    }
}
