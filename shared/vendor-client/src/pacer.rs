//! The pace, kept against the clock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use crate::pace::{MOST_JITTER, Pace, Slot};

/// Keeps the requests of a process, repeats included, within its share of the vendor's allowance.
///
/// Clones share one pace. Every HTTP attempt takes a [`slot`](Self::slot). A fresh pacer waits one
/// interval before its first slot, since it does not know what an earlier process has just sent.
///
/// When the vendor refuses, the pace is halved (down to a sixteenth of the share) and everything is
/// held back; each 10 successes in a row give an eighth of the share back. **Waits are measured in
/// intervals of the share**: 5, 10, 20, 40, then 60 of them, ±25 %, at least 20 ms, at most about
/// 60 s. At 60 requests a minute that is 5 s growing to 60 s, as the Litmos reference advises (4.1);
/// with a larger allowance the waits shrink along. A `Retry-After` of the vendor is heeded on top,
/// up to a minute.
#[derive(Debug, Clone)]
pub struct Pacer {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    origin: Instant,
    pace: Mutex<Pace>,
    /// Wakes those who wait for a slot that may come sooner now.
    changed: Notify,
}

impl Pacer {
    /// A pace of so many requests a minute (0 counts as 1). The first request goes out after one
    /// interval, or at `not_before` if that is later. An instant further away than any pacer of this
    /// pace is ever held back comes from a clock that is wrong, and is not believed.
    #[must_use]
    pub fn new(requests_per_minute: u32, not_before: Option<Timestamp>) -> Self {
        let pace = Pace::new(requests_per_minute, Duration::ZERO, Duration::ZERO);
        let wait = not_before.map_or(Duration::ZERO, until).min(pace.longest_wait());
        Self::of(Pace::new(requests_per_minute, Duration::ZERO, wait))
    }

    /// A pace of so many requests a minute that goes on where another pacer stopped, which has told
    /// its [`next_request_at`](Self::next_request_at) and sends nothing any more. Without a fresh
    /// pacer's first wait, and no faster than one pacer all along.
    #[must_use]
    pub fn resuming(requests_per_minute: u32, next_request_at: Timestamp) -> Self {
        let pace = Pace::new(requests_per_minute, Duration::ZERO, Duration::ZERO);
        let first = until(next_request_at).min(pace.longest_wait());
        Self::of(Pace::resuming(requests_per_minute, first))
    }

    fn of(pace: Pace) -> Self {
        let shared =
            Shared { origin: Instant::now(), pace: Mutex::new(pace), changed: Notify::new() };
        Self { shared: Arc::new(shared) }
    }

    /// Changes the share to so many requests a minute (less than 1 counts as 1), from now on and for
    /// whoever waits already. A refusal's halving stays what it is: a part of the share.
    pub fn set_requests_per_minute(&self, requests_per_minute: f64) {
        let now = self.shared.origin.elapsed();
        self.pace().set_share(requests_per_minute, now);
        self.shared.changed.notify_waiters();
    }

    /// Waits until a request may go out. Dropping the future gives nothing away.
    pub async fn slot(&self) -> Slot {
        loop {
            // Listened for before the pace is asked, so that no change falls between the two.
            let changed = self.shared.changed.notified();
            // Asked anew after each wait: a refusal may have held everything back meanwhile.
            let taken = self.pace().take(self.shared.origin.elapsed());
            match taken {
                Ok(slot) => return slot,
                // Whichever comes first.
                Err(until) => _ = timeout_at(self.shared.origin + until, changed).await,
            }
        }
    }

    /// The vendor refused the request of this slot because there were too many.
    pub fn refused(&self, slot: Slot) {
        let now = self.shared.origin.elapsed();
        self.pace().refused(slot, now, jitter());
    }

    /// Holds everything back for at least so long, as the vendor asks.
    pub(crate) fn hold_back(&self, wait: Duration) {
        let until = self.shared.origin.elapsed().saturating_add(wait);
        self.pace().hold_back(until);
    }

    /// The request of this slot was answered.
    pub fn succeeded(&self, slot: Slot) {
        self.pace().succeeded(slot);
    }

    /// When the next request may go out: what the next process has to be told as `not_before`.
    #[must_use]
    pub fn next_request_at(&self) -> Timestamp {
        let wait = SignedDuration::try_from(self.until_next()).unwrap_or(SignedDuration::MAX);
        Timestamp::now().saturating_add(wait).unwrap_or(Timestamp::MAX)
    }

    /// The present pace.
    #[must_use]
    pub fn requests_per_minute_now(&self) -> f64 {
        60.0 / self.pace().interval_now().as_secs_f64()
    }

    /// How long until the next slot is free.
    pub(crate) fn until_next(&self) -> Duration {
        let next = self.pace().next_free();
        next.saturating_sub(self.shared.origin.elapsed())
    }

    /// How long to wait before a repeat, after so many earlier repeats of the same request.
    pub(crate) fn wait(&self, earlier: usize) -> Duration {
        self.pace().wait(earlier, jitter())
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.shared.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn until(time: Timestamp) -> Duration {
    time.duration_since(Timestamp::now()).try_into().unwrap_or(Duration::ZERO)
}

fn jitter() -> f64 {
    rand::random_range(2.0 - MOST_JITTER..=MOST_JITTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn at(pacer: &Pacer, start: Instant) -> (Slot, u128) {
        let slot = pacer.slot().await;
        (slot, start.elapsed().as_millis())
    }

    #[tokio::test(start_paused = true)]
    async fn slots_come_one_interval_apart_from_the_first_on() {
        let (pacer, start) = (Pacer::new(60, None), Instant::now());
        for expected in [1_000, 2_000, 3_000] {
            assert_eq!(at(&pacer, start).await.1, expected);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn clones_share_one_pace() {
        let (pacer, start) = (Pacer::new(60, None), Instant::now());
        let clones = [pacer.clone(), pacer.clone(), pacer];
        let times = futures::future::join_all(clones.iter().map(|pacer| at(pacer, start))).await;
        let times: Vec<_> = times.into_iter().map(|(_, time)| time).collect();
        assert_eq!(times, [1_000, 2_000, 3_000]);
    }

    #[tokio::test(start_paused = true)]
    async fn another_pace_is_for_whoever_waits_already() {
        for (share, expected) in [(120.0, 1_750), (30.0, 2_500)] {
            let (pacer, start) = (Pacer::new(60, None), Instant::now());
            pacer.slot().await;
            let waiting = at(&pacer, start);
            let changing = async {
                tokio::time::sleep(Duration::from_millis(500)).await;
                pacer.set_requests_per_minute(share);
            };
            let ((_, time), ()) = futures::join!(waiting, changing);
            assert_eq!(time, expected, "{share}");
            assert!((pacer.requests_per_minute_now() - share).abs() < 1e-9);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_holds_back_whoever_waits_already() {
        let (pacer, start) = (Pacer::new(60, None), Instant::now());
        let (slot, _) = at(&pacer, start).await;
        let waiting = at(&pacer, start);
        let refusing = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            pacer.refused(slot);
        };
        let ((_, time), ()) = futures::join!(waiting, refusing);
        assert!((5_250..=7_750).contains(&time), "{time}");
        assert!((pacer.requests_per_minute_now() - 30.0).abs() < 1e-9);
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_vendor_asks_for_is_waited_unless_more_is_due() {
        let (pacer, start) = (Pacer::new(60, None), Instant::now());
        let (slot, _) = at(&pacer, start).await;
        pacer.hold_back(Duration::from_secs(20));
        pacer.hold_back(Duration::ZERO);
        assert_eq!(at(&pacer, start).await.1, 21_000);
        pacer.refused(slot);
        let held = pacer.until_next();
        pacer.hold_back(Duration::from_secs(1));
        assert_eq!(pacer.until_next(), held);
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_process_waits_as_long_as_this_one_would_have() {
        let (pacer, start) = (Pacer::new(60, None), Instant::now());
        let (slot, _) = at(&pacer, start).await;
        pacer.refused(slot);
        let next = Pacer::new(60, Some(pacer.next_request_at()));
        let times = futures::join!(at(&pacer, start), at(&next, start));
        let ((_, expected), (_, found)) = times;
        // The wall clock is not paused, so the two differ by what the test itself took.
        assert!(expected >= 4_750 && found.abs_diff(expected) < 1_000, "{found} {expected}");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_goes_on_waits_for_the_next_slot_only() {
        let start = Instant::now();
        let soon = Timestamp::now() + SignedDuration::from_millis(300);
        for (next, least) in [(soon, 200), (Timestamp::UNIX_EPOCH, 0)] {
            let start = Instant::now();
            let pacer = Pacer::resuming(60, next);
            let (_, first) = at(&pacer, start).await;
            assert!((least..=300).contains(&first), "{first}");
            assert_eq!(at(&pacer, start).await.1, first + 1_000);
        }
        assert!(start.elapsed() > Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn an_instant_that_no_pacer_ever_tells_is_not_waited_for() {
        let ahead = Timestamp::now() + SignedDuration::from_hours(1);
        for (share, longest) in [(60, 75_000), (6, 160_000)] {
            let start = Instant::now();
            let pacers = [Pacer::resuming(share, ahead), Pacer::new(share, Some(ahead))];
            let ((_, resumed), (_, fresh)) =
                futures::join!(at(&pacers[0], start), at(&pacers[1], start));
            assert_eq!((resumed, fresh), (longest, longest));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_time_in_the_past_changes_nothing() {
        let start = Instant::now();
        let pacer = Pacer::new(60, Some(Timestamp::UNIX_EPOCH));
        assert_eq!(at(&pacer, start).await.1, 1_000);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slot_that_is_not_waited_for_is_not_used_up() {
        let (pacer, start) = (Pacer::new(60, None), Instant::now());
        let short = Duration::from_millis(300);
        assert!(tokio::time::timeout(short, pacer.slot()).await.is_err());
        assert_eq!(at(&pacer, start).await.1, 1_000);
    }
}
