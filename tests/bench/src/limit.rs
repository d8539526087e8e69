//! A vendor that refuses what is too much, and how well a function used its share of it.

use std::time::Duration;

use litmos_simulator::RateLimit;
use simulator_kit::Log;

/// What the vendor allows in a window.
const LIMIT: u32 = 100;
/// What the functions are configured to use of it.
pub(crate) const SHARE: u32 = 95;
const MINUTE_MS: u64 = 60_000;

/// The vendor's window of a minute, scaled down so that a case takes a minute or so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) ms: u64,
}

impl Window {
    pub(crate) fn limit(self, sliding: bool) -> RateLimit {
        RateLimit { requests: LIMIT, window_ms: self.ms, sliding, ..RateLimit::default() }
    }

    /// The share, in requests of a true minute.
    pub(crate) fn requests_per_minute(self) -> u32 {
        u32::try_from(u64::from(SHARE) * MINUTE_MS / self.ms).unwrap_or(u32::MAX)
    }

    /// How much of the share was used.
    pub(crate) fn used_percent(self, traffic: &Traffic) -> f64 {
        100.0 * traffic.per(self.length()) / f64::from(SHARE)
    }

    /// The least time for so many requests.
    pub(crate) fn ideal(self, requests: usize) -> Duration {
        self.length().mul_f64(requests as f64 / f64::from(SHARE))
    }

    /// What takes this long at the vendor takes so long here.
    pub(crate) fn scaled_ms(self, ms: u64) -> u64 {
        ms * self.ms / MINUTE_MS
    }

    /// What took this long would have taken so long at the vendor.
    pub(crate) fn real(self, time: Duration) -> Duration {
        time.mul_f64(MINUTE_MS as f64 / self.ms as f64)
    }

    /// How it is told in the table.
    pub(crate) fn note(self) -> String {
        format!("60 s scaled to {} s", self.ms as f64 / 1e3)
    }

    fn length(self) -> Duration {
        Duration::from_millis(self.ms)
    }
}

/// What was asked over the time in which functions asked anything.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    /// Gaps between requests that were accepted.
    gaps: usize,
    /// The time of these gaps.
    time: Duration,
    pub(crate) requests: usize,
    pub(crate) refused: usize,
}

impl Traffic {
    /// Adds what one function asked.
    pub(crate) fn add(&mut self, log: &Log) {
        self.requests += log.count();
        self.refused += log.refused();
        let accepted: Vec<_> =
            log.entries().iter().filter(|entry| !entry.refused).map(|entry| entry.at).collect();
        if let [first, .., last] = accepted.as_slice() {
            self.gaps += accepted.len() - 1;
            self.time += *last - *first;
        }
    }

    /// Accepted requests in a window of this length.
    fn per(&self, window: Duration) -> f64 {
        self.gaps as f64 * window.as_secs_f64() / self.time.as_secs_f64().max(f64::EPSILON)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scaled_window_is_a_minute_told_shorter() {
        let window = Window { ms: 6_000 };
        assert_eq!((window.requests_per_minute(), window.scaled_ms(1_500)), (950, 150));
        let times = [window.ideal(950), window.real(window.ideal(950))];
        assert_eq!(times.map(|time| time.as_secs()), [60, 600]);
        let traffic = Traffic { gaps: 95, time: window.length(), ..Traffic::default() };
        assert!((window.used_percent(&traffic) - 100.0).abs() < 1e-9);
    }
}
