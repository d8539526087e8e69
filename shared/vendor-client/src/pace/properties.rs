//! What holds for any sequence of events.

use proptest::prelude::*;

use super::tests::next;
use super::*;

/// What happens to a pace: time passes, a slot is asked for, an earlier one is answered.
#[derive(Debug, Clone)]
enum Event {
    Pass(u64),
    Take,
    Refused(usize, f64),
    Succeeded(usize),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        (0_u64..3_000_000_000).prop_map(Event::Pass),
        Just(Event::Take),
        Just(Event::Take),
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
                let window = (*end - *start).as_secs_f64();
                let allowed = f64::from(rate) * window / 60.0 + 1.0;
                prop_assert!(f64::from(count) <= allowed + 1e-6, "{count} in {window} s");
            }
        }
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
