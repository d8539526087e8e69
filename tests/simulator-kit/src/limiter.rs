//! The rate limit as a pure function of time.

use std::{collections::VecDeque, time::Duration};

/// How many requests are allowed.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// This many requests.
    pub requests: u32,
    /// In a window this long.
    pub window_ms: u64,
    /// Whether the window slides or windows follow each other.
    pub sliding: bool,
    /// Whether refused requests count as well.
    pub count_refused: bool,
}

/// Counts requests and says which are too many.
#[derive(Debug)]
pub struct Limiter {
    limit: Allowance,
    /// The instants that count, in order.
    counted: VecDeque<Duration>,
}

impl Limiter {
    /// One that has counted nothing.
    #[must_use]
    pub fn new(limit: Allowance) -> Self {
        Self { limit, counted: VecDeque::new() }
    }

    /// Admits a request at this instant (since the start).
    ///
    /// # Errors
    /// It is one too many; in so long there is room.
    pub fn admit(&mut self, now: Duration) -> Result<(), Duration> {
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

    fn admitted(limit: Allowance, instants: &[u64]) -> Vec<bool> {
        let mut limiter = Limiter::new(limit);
        instants.iter().map(|ms| limiter.admit(Duration::from_millis(*ms)).is_ok()).collect()
    }

    const LIMIT: Allowance =
        Allowance { requests: 2, window_ms: 1000, sliding: false, count_refused: false };

    #[test]
    fn fixed_windows_let_twice_as_many_through_around_their_border() {
        let seen = admitted(LIMIT, &[900, 950, 990, 1000, 1010, 1020, 1999, 2000]);
        assert_eq!(seen, [true, true, false, true, true, false, false, true]);
    }

    #[test]
    fn a_sliding_window_does_not() {
        let sliding = Allowance { sliding: true, ..LIMIT };
        let seen = admitted(sliding, &[900, 950, 990, 1000, 1899, 1900, 1949, 1950]);
        assert_eq!(seen, [true, true, false, false, false, true, false, true]);
    }

    #[test]
    fn who_keeps_knocking_stays_outside_if_refusals_count() {
        let instants = [0, 10, 500, 1100, 1400];
        let lenient = Allowance { sliding: true, ..LIMIT };
        assert_eq!(admitted(lenient, &instants), [true, true, false, true, true]);
        let strict = Allowance { count_refused: true, ..lenient };
        assert_eq!(admitted(strict, &instants), [true, true, false, true, false]);
    }

    #[test]
    fn a_refusal_knows_exactly_when_there_is_room_again() {
        for sliding in [false, true] {
            for count_refused in [false, true] {
                let limit = Allowance { sliding, count_refused, ..LIMIT };
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
