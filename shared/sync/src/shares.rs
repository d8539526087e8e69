//! How much of a neighbour's share a sync may use: a state machine that is told the time and never
//! waits.
//!
//! Provisioning keeps to its own share and knows nothing of this. A sync looks from time to time
//! how long provisioning has been at work in all. **What provisioning took between two looks, the
//! sync leaves to it until the next one.** So it is late by one look and never by more: however
//! provisioning comes and goes, the two together send no more than both shares allow and what goes
//! out of a borrowed share between two looks, and nothing is left that is not needed.

use std::time::Duration;

/// From one look to the next, in intervals of all that may be sent.
const LOOK_EVERY: u32 = 4;
const SHORTEST: Duration = Duration::from_millis(50);

/// How much a neighbour is at work, seen from an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// How long it has been at work in all. Grows while it is.
    pub total: Duration,
    /// How long it has not been at work since; nothing while it is.
    pub quiet: Duration,
}

/// A share, and what is borrowed of a neighbour's while that one does not need it.
///
/// Times are durations since an origin of the caller's choice.
#[derive(Debug, Clone)]
pub struct Shares {
    share: f64,
    borrowed: f64,
    look_every: Duration,
    /// The last look that told something: when, and the neighbour's time at work in all.
    seen: Option<(Duration, Duration)>,
    /// Since when so much is left to the neighbour.
    since: Duration,
    /// The part of what may be borrowed that is left to the neighbour.
    left: f64,
    /// The neighbour's seconds at work that are not made up for. Below nothing where more was left
    /// than was known to be needed, which counts until the next look tells.
    owed_s: f64,
}

impl Shares {
    /// So many requests a minute, and so many more while the neighbour does not need them.
    #[must_use]
    pub fn new(share: u32, borrowed: u32) -> Self {
        let all = share.saturating_add(borrowed).max(1);
        let (share, borrowed) = (f64::from(share), f64::from(borrowed));
        let look_every = (Duration::from_secs(60) * LOOK_EVERY / all).max(SHORTEST);
        let (seen, since) = (None, Duration::ZERO);
        // Nothing is borrowed before the first look.
        Self { share, borrowed, look_every, seen, since, left: 1.0, owed_s: 0.0 }
    }

    /// The time from one look to the next.
    pub(crate) fn look_every(&self) -> Duration {
        self.look_every
    }

    /// A look told this.
    pub(crate) fn look(&mut self, now: Duration, work: Work) {
        self.make_up(now);
        self.owed_s = match self.seen {
            // A document that was removed or replaced makes no more of it than can be.
            Some((then, total)) => {
                let worked = work.total.saturating_sub(total).min(now.saturating_sub(then));
                self.owed_s + worked.as_secs_f64()
            }
            // Whoever looked before may not have made up for what came last.
            None => self.look_every.saturating_sub(work.quiet).as_secs_f64(),
        };
        self.seen = Some((now, work.total));
        // What was left for nothing is not saved up.
        self.owed_s = self.owed_s.max(0.0);
        self.left = (self.owed_s / self.look_every.as_secs_f64()).min(1.0);
    }

    /// A look told nothing: until one does, nothing is borrowed.
    pub(crate) fn miss(&mut self, now: Duration) {
        self.make_up(now);
        self.left = 1.0;
    }

    /// What may be sent now, requests a minute.
    pub(crate) fn requests_per_minute(&self) -> f64 {
        self.share + self.borrowed * (1.0 - self.left)
    }

    /// Counts what was left to the neighbour until now.
    fn make_up(&mut self, now: Duration) {
        let time = now.saturating_sub(std::mem::replace(&mut self.since, now));
        self.owed_s -= time.as_secs_f64() * self.left;
    }
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;

    const IDLE: Work = Work { total: Duration::ZERO, quiet: Duration::MAX };

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    /// Shares of a round hundred, of which 75 are borrowed: a look each 2.4 seconds.
    fn shares() -> Shares {
        Shares::new(25, 75)
    }

    /// Looks, a neighbour at work for so many seconds in all each time; the pace after each.
    fn paces<const N: usize>(shares: &mut Shares, looks: [(f64, f64); N]) -> [f64; N] {
        looks.map(|(now, total)| {
            let work = Work { total: seconds(total), quiet: Duration::ZERO };
            shares.look(seconds(now), work);
            (shares.requests_per_minute() * 1e3).round() / 1e3
        })
    }

    #[test]
    fn nothing_is_borrowed_before_a_look_and_everything_after_one_that_sees_nobody() {
        let mut shares = shares();
        assert_eq!(shares.look_every(), seconds(2.4));
        assert_eq!(shares.requests_per_minute(), 25.0);
        shares.look(Duration::ZERO, IDLE);
        assert_eq!(shares.requests_per_minute(), 100.0);
    }

    #[test]
    fn what_the_neighbour_took_between_two_looks_is_left_to_it_until_the_next() {
        let mut shares = shares();
        shares.look(Duration::ZERO, IDLE);
        let looks = [(2.4, 2.4), (4.8, 4.8), (7.2, 6.0), (9.6, 6.0), (12.0, 6.0)];
        assert_eq!(paces(&mut shares, looks), [25.0, 25.0, 62.5, 100.0, 100.0]);
    }

    #[test]
    fn what_a_late_look_finds_is_made_up_for_over_several() {
        let mut shares = shares();
        shares.look(Duration::ZERO, IDLE);
        let looks = [(6.0, 6.0), (8.4, 6.0), (10.8, 6.0), (13.2, 6.0)];
        assert_eq!(paces(&mut shares, looks), [25.0, 25.0, 62.5, 100.0]);
    }

    #[test]
    fn a_look_that_tells_nothing_leaves_everything_until_the_next_one() {
        let mut shares = shares();
        shares.look(Duration::ZERO, IDLE);
        for now in [2.4, 4.8, 7.2] {
            shares.miss(seconds(now));
            assert_eq!(shares.requests_per_minute(), 25.0);
        }
        // Of seven seconds at work all but the first 2.4 had been left to it already.
        assert_eq!(paces(&mut shares, [(9.6, 7.2 + 1.2), (12.0, 8.4)]), [62.5, 100.0]);
    }

    #[test]
    fn whoever_comes_after_another_sync_leaves_what_that_one_may_owe() {
        for (quiet, pace) in [(0.0, 25.0), (1.2, 62.5), (2.4, 100.0)] {
            let mut shares = shares();
            let work = Work { total: seconds(1_000.0), quiet: seconds(quiet) };
            shares.look(Duration::ZERO, work);
            assert_eq!(shares.requests_per_minute(), pace);
        }
    }

    #[test]
    fn a_document_that_makes_no_sense_costs_a_look_at_most() {
        let mut shares = shares();
        shares.look(Duration::ZERO, IDLE);
        assert_eq!(paces(&mut shares, [(2.4, 1e6), (4.8, 5.0)]), [25.0, 100.0]);
    }

    #[test]
    fn a_faster_pace_is_looked_after_more_often() {
        let of = |share, borrowed| Shares::new(share, borrowed).look_every().as_millis();
        assert_eq!(
            [of(0, 0), of(30, 55), of(300, 550), of(600_000, 400_000)],
            [240_000, 2_823, 282, 50]
        );
    }
}
