//! When the next request may go out: a state machine that is told the time and never waits.
//!
//! The `governor` crate is not used because its quota is fixed, and this one gives way when the
//! vendor refuses and follows a share that changes.

use std::time::Duration;

/// Slowest pace, as part of the share.
const FLOOR: f64 = 1.0 / 16.0;
/// What a run of successes gives back, as part of the share.
const STEP: f64 = 1.0 / 8.0;
/// Successes in a row that give back one step.
const SUCCESSES_PER_STEP: u32 = 10;
/// Waits after the first, second, … trouble in a row, in intervals of the share.
const WAITS: [u32; 5] = [5, 10, 20, 40, 60];
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// By what a wait may be longer than it is meant.
pub(crate) const MOST_JITTER: f64 = 1.25;
const SHORTEST_WAIT: Duration = Duration::from_millis(20);

/// Permission to send one request; needed again to say how it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot(u64);

/// The pace of one process. Times are durations since an origin of the caller's choice.
///
/// Burst 1: two slots are never closer than an interval. A bucket that holds a minute's allowance
/// would let nearly two minutes' worth through in one.
#[derive(Debug, Clone)]
pub(crate) struct Pace {
    interval: Duration,
    /// Part of the share in use, from [`FLOOR`] to 1.
    fraction: f64,
    /// When the next slot is due by the share alone.
    due: Duration,
    /// No slot before this, whatever the share.
    held_until: Duration,
    taken: u64,
    /// Slots below this were sent before the last cut and say nothing about the pace since.
    first_after_cut: u64,
    refusals: usize,
    successes: u32,
}

impl Pace {
    /// A pace of so many requests a minute, whose first slot is one interval away or at `not_before`.
    pub(crate) fn new(requests_per_minute: u32, now: Duration, not_before: Duration) -> Self {
        let interval = interval(f64::from(requests_per_minute));
        Self {
            interval,
            fraction: 1.0,
            due: now.saturating_add(interval),
            held_until: not_before,
            taken: 0,
            first_after_cut: 0,
            refusals: 0,
            successes: 0,
        }
    }

    /// The pace of a process that goes on where another one stopped: its first slot is as told.
    pub(crate) fn resuming(requests_per_minute: u32, first: Duration) -> Self {
        let fresh = Self::new(requests_per_minute, Duration::ZERO, Duration::ZERO);
        Self { due: first, ..fresh }
    }

    /// Changes the share. What is left of the wait for the next slot is waited for at the new pace,
    /// so that neither a request is gained nor one lost however often the share changes.
    pub(crate) fn set_share(&mut self, requests_per_minute: f64, now: Duration) {
        let before = std::mem::replace(&mut self.interval, interval(requests_per_minute));
        let left = self.due.saturating_sub(now);
        self.due = now.saturating_add(left.mul_f64(self.interval.div_duration_f64(before)));
    }

    /// A slot, if one is free; otherwise when to ask again.
    pub(crate) fn take(&mut self, now: Duration) -> Result<Slot, Duration> {
        if now < self.next_free() {
            return Err(self.next_free());
        }
        self.due = now.saturating_add(self.interval_now());
        self.taken += 1;
        Ok(Slot(self.taken - 1))
    }

    /// The vendor refused the request of this slot because there were too many.
    ///
    /// Halves the pace and holds everything back; but only once for all requests that were
    /// already under way.
    pub(crate) fn refused(&mut self, slot: Slot, now: Duration, jitter: f64) {
        if slot.0 < self.first_after_cut {
            return;
        }
        self.first_after_cut = self.taken;
        self.fraction = (self.fraction / 2.0).max(FLOOR);
        self.successes = 0;
        let wait = self.wait(self.refusals, jitter).max(self.interval_now());
        self.refusals += 1;
        self.hold_back(now.saturating_add(wait));
    }

    /// Gives no slot before a time.
    pub(crate) fn hold_back(&mut self, until: Duration) {
        self.held_until = self.held_until.max(until);
    }

    /// The request of this slot was answered.
    pub(crate) fn succeeded(&mut self, slot: Slot) {
        if slot.0 < self.first_after_cut {
            return;
        }
        self.refusals = 0;
        self.successes += 1;
        if self.successes == SUCCESSES_PER_STEP {
            self.successes = 0;
            self.fraction = (self.fraction + STEP).min(1.0);
        }
    }

    /// How long to wait after so many earlier troubles in a row, `jitter` being about 1.
    pub(crate) fn wait(&self, earlier: usize, jitter: f64) -> Duration {
        let units = WAITS[earlier.min(WAITS.len() - 1)];
        let wait = self.interval.saturating_mul(units).min(LONGEST_WAIT).mul_f64(jitter);
        wait.max(SHORTEST_WAIT)
    }

    /// The longest that anything holds the next slot back: a wait with its jitter (a vendor's own wish
    /// is believed up to a minute), or the interval at the slowest pace.
    pub(crate) fn longest_wait(&self) -> Duration {
        LONGEST_WAIT.mul_f64(MOST_JITTER).max(self.interval.div_f64(FLOOR))
    }

    /// The smallest gap between two requests at the present pace.
    pub(crate) fn interval_now(&self) -> Duration {
        self.interval.div_f64(self.fraction)
    }

    /// When the next slot is free.
    pub(crate) fn next_free(&self) -> Duration {
        self.due.max(self.held_until)
    }
}

/// The gap between requests of which so many come in a minute; less than one counts as one.
fn interval(requests_per_minute: f64) -> Duration {
    Duration::from_secs(60).div_f64(requests_per_minute.max(1.0))
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// A slot, at the earliest time from `now` on; that time is the new `now`.
    pub(super) fn next(pace: &mut Pace, now: &mut Duration) -> Slot {
        *now = (*now).max(pace.next_free());
        pace.take(*now).unwrap()
    }

    #[test]
    fn a_fresh_pace_waits_one_interval_or_longer_if_told() {
        let pace = Pace::new(60, SECOND * 3, Duration::ZERO);
        assert_eq!(pace.next_free(), SECOND * 4);
        let pace = Pace::new(60, SECOND * 3, SECOND * 9);
        assert_eq!(pace.next_free(), SECOND * 9);
        assert_eq!(Pace::new(0, SECOND, SECOND).interval_now(), SECOND * 60);
    }

    #[test]
    fn idle_time_is_not_saved_up() {
        let mut pace = Pace::new(60, Duration::ZERO, Duration::ZERO);
        pace.take(SECOND * 50).unwrap();
        assert_eq!(pace.take(SECOND * 50), Err(SECOND * 51));
        pace.take(SECOND * 51).unwrap();
    }

    #[test]
    fn what_is_left_of_a_wait_is_waited_for_at_the_new_pace() {
        let mut pace = Pace::new(60, Duration::ZERO, Duration::ZERO);
        let mut now = Duration::ZERO;
        next(&mut pace, &mut now);
        pace.set_share(30.0, SECOND.mul_f64(1.25));
        assert_eq!(pace.next_free(), SECOND.mul_f64(2.75));
        pace.set_share(120.0, SECOND.mul_f64(1.75));
        assert_eq!(pace.next_free(), SECOND * 2);
        pace.set_share(60.0, SECOND * 9);
        assert_eq!(pace.next_free(), SECOND * 9, "idle time is not saved up");
    }

    #[test]
    fn another_share_changes_no_hold_and_keeps_the_part_of_it_that_is_in_use() {
        let mut pace = Pace::new(60, Duration::ZERO, Duration::ZERO);
        let mut now = Duration::ZERO;
        let slot = next(&mut pace, &mut now);
        pace.refused(slot, now, 1.0);
        pace.set_share(600.0, now);
        assert_eq!((pace.next_free(), pace.interval_now()), (now + SECOND * 5, SECOND / 5));
        assert_eq!(pace.wait(0, 1.0), SECOND / 2);
    }

    #[test]
    fn waits_are_measured_in_intervals_of_the_share() {
        let waits = |rate| {
            let pace = Pace::new(rate, Duration::ZERO, Duration::ZERO);
            [0, 1, 2, 3, 4, 5, 99].map(|earlier| pace.wait(earlier, 1.0).as_millis())
        };
        assert_eq!(waits(60), [5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
        assert_eq!(waits(6_000), [50, 100, 200, 400, 600, 600, 600]);
        assert_eq!(waits(6), [50_000, 60_000, 60_000, 60_000, 60_000, 60_000, 60_000]);
        assert_eq!(waits(1_000_000), [20; 7]);
        let pace = Pace::new(60, Duration::ZERO, Duration::ZERO);
        assert_eq!(pace.wait(0, 0.75), Duration::from_millis(3_750));
        assert_eq!(pace.wait(9, 1.25), SECOND * 75);
    }

    #[test]
    fn refusals_in_a_row_hold_back_longer_and_a_success_ends_the_row() {
        let mut pace = Pace::new(60, Duration::ZERO, Duration::ZERO);
        let mut now = Duration::ZERO;
        for (held, interval) in [(5, 2), (10, 4), (20, 8), (40, 16), (60, 16)] {
            let slot = next(&mut pace, &mut now);
            pace.refused(slot, now, 1.0);
            assert_eq!(pace.next_free(), now + SECOND * held);
            assert_eq!(pace.interval_now(), SECOND * interval);
        }
        let slot = next(&mut pace, &mut now);
        pace.succeeded(slot);
        assert_eq!(pace.refusals, 0);
    }

    #[test]
    fn a_hold_is_never_shorter_than_the_new_interval() {
        let mut pace = Pace::new(60, Duration::ZERO, Duration::ZERO);
        let mut now = Duration::ZERO;
        for held in [5, 5, 8, 16] {
            let slot = next(&mut pace, &mut now);
            pace.refused(slot, now, 1.0);
            assert_eq!(pace.next_free(), now + SECOND * held);
            let slot = next(&mut pace, &mut now);
            pace.succeeded(slot);
        }
    }

    #[test]
    fn one_wave_of_refusals_counts_once() {
        let mut pace = Pace::new(60, Duration::ZERO, Duration::ZERO);
        let mut now = Duration::ZERO;
        let wave = [0; 4].map(|_| next(&mut pace, &mut now));
        pace.refused(wave[2], now, 1.0);
        let held_until = pace.next_free();
        for slot in [wave[0], wave[1], wave[3], wave[2]] {
            pace.refused(slot, now + SECOND, 1.0);
        }
        assert_eq!((pace.next_free(), pace.interval_now()), (held_until, SECOND * 2));
        let slot = next(&mut pace, &mut now);
        pace.refused(slot, now, 1.0);
        assert_eq!(pace.interval_now(), SECOND * 4);
    }

    #[test]
    fn ten_successes_in_a_row_since_the_cut_give_an_eighth_back() {
        let mut pace = Pace::new(60, Duration::ZERO, Duration::ZERO);
        let mut now = Duration::ZERO;
        let early = next(&mut pace, &mut now);
        let slot = next(&mut pace, &mut now);
        pace.refused(slot, now, 1.0);
        pace.succeeded(early);
        for _ in 0..9 {
            let slot = next(&mut pace, &mut now);
            pace.succeeded(slot);
        }
        assert_eq!(pace.interval_now(), SECOND * 2);
        let slot = next(&mut pace, &mut now);
        pace.succeeded(slot);
        assert_eq!(pace.interval_now(), SECOND.div_f64(0.625));
    }

    #[test]
    fn a_refusal_ends_a_row_of_successes() {
        let mut pace = Pace::new(60, Duration::ZERO, Duration::ZERO);
        let mut now = Duration::ZERO;
        for _ in 0..3 {
            for _ in 0..9 {
                let slot = next(&mut pace, &mut now);
                pace.succeeded(slot);
            }
            let slot = next(&mut pace, &mut now);
            pace.refused(slot, now, 1.0);
        }
        assert_eq!(pace.interval_now(), SECOND * 8);
        assert_eq!(pace.successes, 0);
    }
}
