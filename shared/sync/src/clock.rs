//! How long a slice may last.

use std::time::Duration;

use tokio::time::Instant;

/// The time of one invocation.
#[derive(Debug, Clone, Copy)]
pub struct Slice {
    /// From now on nothing new is begun.
    pub(crate) wind_down: Instant,
    /// From now on nothing is waited for.
    pub(crate) stop: Instant,
}

impl Slice {
    /// The longest that requests in flight are waited for at the end.
    const LONGEST_WIND_DOWN: Duration = Duration::from_secs(60);

    /// A slice of an invocation that has `remaining` time, or less if so configured.
    ///
    /// At its end it keeps a third of the time, at most a minute, for what is in flight (a page of
    /// 1,000 rows may take that long), and a quarter of this for the last writes.
    #[must_use]
    pub fn of(remaining: Duration, configured: Option<Duration>) -> Self {
        let now = Instant::now();
        let reserve = (remaining / 3).min(Self::LONGEST_WIND_DOWN);
        let own = remaining - reserve;
        Self {
            wind_down: now + configured.map_or(own, |configured| configured.min(own)),
            stop: now + remaining - reserve / 4,
        }
    }

    pub(crate) fn winds_down(&self) -> bool {
        Instant::now() >= self.wind_down
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_slice_ends_before_its_invocation() {
        let seconds = |from: Instant| from.duration_since(Instant::now()).as_secs();
        for (remaining, configured, wind_down, stop) in [
            (900, None, 840, 885),
            (30, None, 20, 27),
            (900, Some(5), 5, 885),
            (30, Some(500), 20, 27),
        ] {
            let configured = configured.map(Duration::from_secs);
            let slice = Slice::of(Duration::from_secs(remaining), configured);
            assert_eq!((seconds(slice.wind_down), seconds(slice.stop)), (wind_down, stop));
        }
    }
}
