//! The rate limit as a pure function of time.

use std::{collections::VecDeque, time::Duration};

use crate::options::RateLimit;

/// Counts requests and says which are too many.
#[derive(Debug)]
pub(crate) struct Limiter {
    limit: RateLimit,
    /// The instants that count, in order.
    counted: VecDeque<Duration>,
}

impl Limiter {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self { limit, counted: VecDeque::new() }
    }

    /// Admits a request at this instant (since the start), or says in how long there is room.
    pub(crate) fn admit(&mut self, now: Duration) -> Result<(), Duration> {
        let window = Duration::from_millis(self.limit.window_ms.max(1));
        let begin = match self.limit.sliding {
            // an instant is in the window for as long as the window lasts, and no longer
            true => now.checked_sub(window).map(|begin| begin + Duration::from_nanos(1)),
            false => Some(now - Duration::from_nanos((now.as_nanos() % window.as_nanos()) as u64)),
        };
        let begin = begin.unwrap_or_default();
        while self.counted.front().is_some_and(|instant| *instant < begin) {
            self.counted.pop_front();
        }
        let most = self.limit.requests as usize;
        let admitted = self.counted.len() < most;
        if admitted || self.limit.count_refused {
            self.counted.push_back(now);
        }
        if admitted {
            return Ok(());
        }
        // the one that has to leave first, so that there is room for one
        let leaves = self.counted.get(self.counted.len() - most.max(1)).copied();
        Err(match self.limit.sliding {
            true => (leaves.unwrap_or(now) + window).saturating_sub(now),
            false => begin + window - now,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(limit: RateLimit, instants: &[u64]) -> Vec<bool> {
        let mut limiter = Limiter::new(limit);
        instants.iter().map(|ms| limiter.admit(Duration::from_millis(*ms)).is_ok()).collect()
    }

    fn limit() -> RateLimit {
        RateLimit { requests: 2, window_ms: 1000, ..RateLimit::default() }
    }

    #[test]
    fn fixed_windows_let_twice_as_many_through_around_their_border() {
        let seen = admitted(limit(), &[900, 950, 990, 1000, 1010, 1020, 1999, 2000]);
        assert_eq!(seen, [true, true, false, true, true, false, false, true]);
    }

    #[test]
    fn a_sliding_window_does_not() {
        let sliding = RateLimit { sliding: true, ..limit() };
        let seen = admitted(sliding, &[900, 950, 990, 1000, 1899, 1900, 1949, 1950]);
        assert_eq!(seen, [true, true, false, false, false, true, false, true]);
    }

    #[test]
    fn who_keeps_knocking_stays_outside_if_refusals_count() {
        let instants = [0, 10, 500, 1100, 1400];
        let lenient = RateLimit { sliding: true, ..limit() };
        assert_eq!(admitted(lenient, &instants), [true, true, false, true, true]);
        let strict = RateLimit { count_refused: true, ..lenient };
        assert_eq!(admitted(strict, &instants), [true, true, false, true, false]);
    }

    #[test]
    fn a_refusal_knows_exactly_when_there_is_room_again() {
        for sliding in [false, true] {
            for count_refused in [false, true] {
                let limit = RateLimit { sliding, count_refused, ..limit() };
                let mut limiter = Limiter::new(limit);
                let at = Duration::from_millis;
                for instant in [100, 250, 300, 310] {
                    let Err(wait) = limiter.admit(at(instant)) else { continue };
                    let mut early = Limiter { limit, counted: limiter.counted.clone() };
                    let mut late = Limiter { limit, counted: limiter.counted.clone() };
                    assert!(early.admit(at(instant) + wait - at(1)).is_err(), "{limit:?}");
                    assert!(late.admit(at(instant) + wait).is_ok(), "{limit:?}");
                }
            }
        }
    }
}
