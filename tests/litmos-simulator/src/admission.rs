//! Who may ask, and how often.

use hyper::{
    HeaderMap, Method,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, TRANSFER_ENCODING},
};
use simulator_kit::{Arrived, Reply};

use crate::{
    call::Call,
    reply::{self, Refusal},
    state::State,
};

/// The longest name of a calling application (reference 1.3).
const LONGEST_SOURCE: usize = 50;

/// First the length, which the web server asks for itself, then the key, then the limit.
pub(crate) fn admit(state: &State, request: &Arrived, call: &Call) -> Result<(), Reply> {
    let head = &request.head;
    let sends = matches!(head.method, Method::POST | Method::PUT);
    let has = |name| head.headers.contains_key(name);
    if sends && !has(CONTENT_LENGTH) && !has(TRANSFER_ENCODING) {
        return Err(reply::length_required());
    }
    let format = call.format();
    authorise(state, &head.headers, call).map_err(|refusal| reply::refusal(format, &refusal))?;
    let is_write = head.method != Method::GET;
    if is_write && state.quirks.read().content_type_on_writes && !has(CONTENT_TYPE) {
        return Err(reply::refusal(format, &Refusal::unlabelled()));
    }
    if state.limiter.lock().as_mut().is_none_or(|limiter| limiter.admit(request.at).is_ok()) {
        return Ok(());
    }
    state.shared.refuse(request);
    Err(reply::rate_limited(format))
}

fn authorise(state: &State, headers: &HeaderMap<HeaderValue>, call: &Call) -> Result<(), Refusal> {
    let key = headers.get("apikey").map(HeaderValue::as_bytes);
    if key != Some(state.api_key.read().as_bytes()) {
        return Err(Refusal::new(401, "The API key is not valid or the account is not enabled."));
    }
    match call.parameter("source") {
        Some(source) if source.chars().count() > LONGEST_SOURCE => {
            Err(Refusal::new(401, "The source parameter is longer than 50 characters."))
        }
        Some(source) if !source.is_empty() => Ok(()),
        _ => Err(Refusal::new(401, "The source parameter is missing.")),
    }
}
