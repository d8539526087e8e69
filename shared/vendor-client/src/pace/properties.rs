//! What holds for any sequence of events.

use proptest::prelude::*;

use super::tests::next;
use super::*;

/// What happens to a pace: time passes, a slot is asked for, an earlier one is answered, the share
/// is another one.
#[derive(Debug, Clone)]
enum Event {
    Pass(u64),
    Take,
    Share(u32),
    Refused(usize, f64),
    Succeeded(usize),
}

/// The shares that there were, each with when it began.
struct History(Vec<(Duration, u32)>);

impl History {
    /// How many requests they make from one instant to another.
    fn between(&self, start: Duration, end: Duration) -> f64 {
        let ends = self.0.iter().skip(1).map(|(begins, _)| *begins).chain([Duration::MAX]);
        let parts = self.0.iter().zip(ends).map(|((begins, rate), ends)| {
            let time = end.min(ends).saturating_sub(start.max(*begins));
            time.as_secs_f64() * f64::from(*rate) / 60.0
        });
        parts.sum()
    }
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        (0_u64..3_000_000_000).prop_map(Event::Pass),
        Just(Event::Take),
        Just(Event::Take),
        (1_u32..5_000).prop_map(Event::Share),
        (0_usize..8, 0.75..=1.25).prop_map(|(back, jitter)| Event::Refused(back, jitter)),
        (0_usize..8).prop_map(Event::Succeeded),
    ];
    proptest::collection::vec(event, 1..300)
}

fn recent(slots: &[Slot], back: usize) -> Option<Slot> {
    slots.iter().rev().nth(back).copied()
}

proptest! {
    #[test]
    fn no_window_holds_more_than_the_share_and_one(rate in 1_u32..5_000, events in events()) {
        let mut now = Duration::ZERO;
        let mut pace = Pace::new(rate, now, now);
        let mut shares = History(vec![(now, rate)]);
        let (mut slots, mut times) = (Vec::new(), Vec::new());
        for event in events {
            match event {
                Event::Pass(nanoseconds) => now += Duration::from_nanos(nanoseconds),
                Event::Take => {
                    // Asked at once, and again when told to.
                    let slot = pace.take(now);
                    slots.push(slot.unwrap_or_else(|_| next(&mut pace, &mut now)));
                    times.push(now);
                }
                Event::Share(rate) => {
                    let part = pace.interval.div_duration_f64(pace.interval_now());
                    pace.set_share(f64::from(rate), now);
                    shares.0.push((now, rate));
                    let kept = pace.interval.div_duration_f64(pace.interval_now());
                    prop_assert!((kept - part).abs() < 1e-3);
                }
                Event::Refused(back, jitter) => {
                    if let Some(slot) = recent(&slots, back) {
                        let (before, free) = (pace.interval_now(), pace.next_free());
                        pace.refused(slot, now, jitter);
                        prop_assert!(pace.interval_now() >= before);
                        prop_assert!(pace.next_free() >= free);
                    }
                }
                Event::Succeeded(back) => {
                    if let Some(slot) = recent(&slots, back) {
                        pace.succeeded(slot);
                    }
                }
            }
        }
        for (first, start) in times.iter().enumerate() {
            for (count, end) in (1_u32..).zip(&times[first..]) {
                let allowed = shares.between(*start, *end) + 1.0;
                prop_assert!(f64::from(count) <= allowed + 1e-3, "{count} instead of {allowed}");
            }
        }
    }

    #[test]
    fn whoever_always_asks_gets_all_that_changing_shares_give(
        changes in proptest::collection::vec((1_u32..5_000, 0_u64..5_000), 1..100),
    ) {
        let (mut now, mut taken) = (Duration::ZERO, 0_u32);
        let mut pace = Pace::new(changes[0].0, now, now);
        let mut shares = History(Vec::new());
        for (rate, lasts) in changes {
            pace.set_share(f64::from(rate), now);
            shares.0.push((now, rate));
            let end = now + Duration::from_millis(lasts);
            while pace.next_free() <= end {
                next(&mut pace, &mut now);
                taken += 1;
            }
            now = end;
        }
        let given = shares.between(Duration::ZERO, now);
        prop_assert!((given - 1.001..=given + 0.001).contains(&f64::from(taken)), "{taken} {given}");
    }

    #[test]
    fn a_counted_refusal_slows_down_and_successes_bring_the_share_back(
        rate in 1_u32..5_000, refusals in 1_usize..12, jitter in 0.75..=1.25,
    ) {
        let mut now = Duration::ZERO;
        let mut pace = Pace::new(rate, now, now);
        let share = pace.interval_now();
        for _ in 0..refusals {
            let before = pace.interval_now();
            let slot = next(&mut pace, &mut now);
            pace.refused(slot, now, jitter);
            prop_assert!(pace.interval_now() > before || before == share * 16);
            prop_assert!(pace.interval_now() <= share * 16);
            prop_assert!(pace.next_free() >= now + pace.interval_now());
        }
        for _ in 0..80 {
            let slot = next(&mut pace, &mut now);
            pace.succeeded(slot);
        }
        prop_assert_eq!(pace.interval_now(), share);
    }
}
