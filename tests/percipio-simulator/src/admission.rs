//! Who may ask, and how often.

use std::time::Duration;

use hyper::{
    HeaderMap,
    header::{AUTHORIZATION, HeaderValue},
};
use jiff::Timestamp;
use simulator_kit::{Arrived, Limiter, Reply};

use crate::{
    call::Call,
    options::RetryAfter,
    refusal::Refusal,
    reply::{self, with_retry_after},
    state::State,
};

/// First the token, then the limit.
pub(crate) fn admit(state: &State, request: &Arrived, call: &Call) -> Result<(), Reply> {
    let bodies = state.quirks.read().error_bodies;
    let refuse = |refusal: &Refusal| reply::refusal(refusal, bodies);
    authorise(state, &request.head.headers).map_err(|refusal| refuse(&refusal))?;
    let Some(limit) = state.rate_limit else { return Ok(()) };
    let whose = call.service().filter(|_| limit.per_service);
    let mut limiters = state.limiters.lock();
    let limiter = limiters.entry(whose).or_insert_with(|| Limiter::new(limit.into()));
    let Err(wait) = limiter.admit(request.at) else { return Ok(()) };
    state.shared.refuse(request);
    let hint = hint(limit.retry_after, wait, Timestamp::now());
    Err(with_retry_after(refuse(&too_many()), hint.as_deref()))
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
