//! How well a function used its share of a limited vendor.

use std::time::Duration;

use litmos_simulator::Log;

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
    pub(crate) fn per(&self, window: Duration) -> f64 {
        self.gaps as f64 * window.as_secs_f64() / self.time.as_secs_f64().max(f64::EPSILON)
    }
}
