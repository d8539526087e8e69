//! A sync and provisioning side by side: what the two send together, and what the sync gets.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;

/// Litmos' shares: with check-connection's 5 the vendor's 100 in a minute.
const SHARE: u32 = 30;
const BORROWED: u32 = 55;
/// The vendor's limit without check-connection's share.
const MOST: usize = 95;
const WINDOW: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_millis(20);

/// What happens: for so long provisioning has nothing to do, then it has for so long.
type Phases = Vec<(u64, u64)>;

/// Provisioning by its lease: at work while it has something to do, and until its last request has
/// had its interval.
#[derive(Default)]
struct Provisioning {
    /// What is left of the phases, in milliseconds: nothing to do, something.
    phases: VecDeque<(u64, u64)>,
    next_request: Duration,
    total: Duration,
    worked_at: Option<Duration>,
}

impl Provisioning {
    /// One step; whether it sends a request.
    fn step(&mut self, now: Duration) -> bool {
        let step = STEP.as_millis() as u64;
        let has_work = match self.phases.front_mut() {
            None => false,
            Some((0, 0)) => self.phases.pop_front().is_none(),
            Some((0, busy)) => {
                *busy = busy.saturating_sub(step);
                true
            }
            Some((idle, _)) => {
                *idle = idle.saturating_sub(step);
                false
            }
        };
        let sends = has_work && now >= self.next_request;
        if sends {
            self.next_request = now + Duration::from_secs(60) / BORROWED;
        }
        if has_work || now < self.next_request {
            self.total += STEP;
            self.worked_at = Some(now + STEP);
        }
        sends
    }

    fn work(&self, now: Duration) -> Work {
        let quiet = self.worked_at.map_or(Duration::MAX, |at| now.saturating_sub(at));
        Work { total: self.total, quiet }
    }
}

/// What came of it.
struct Played {
    sync: Vec<Duration>,
    provisioning: Vec<Duration>,
    time: Duration,
}

/// Lets both run for so long. A look takes its time (in milliseconds), as often as there are any in
/// the list; one that takes longer than the time between two looks is given up. After each of
/// `restarts` looks there is another process that knows nothing.
fn play(phases: &Phases, looks: &[u64], restarts: usize, time: Duration) -> Played {
    let mut provisioning =
        Provisioning { phases: phases.iter().copied().collect(), ..Provisioning::default() };
    let (mut sync_sent, mut provisioning_sent) = (Vec::new(), Vec::new());
    let mut shares = Shares::new(SHARE, BORROWED);
    let every = shares.look_every();
    // A pending look: when it was begun, when it is over, and what it will tell.
    let (mut pending, mut next_look) = (None, Duration::ZERO);
    let (mut due, mut count, mut now) = (0.0, 0, Duration::ZERO);
    while now < time {
        if pending.is_none() && now >= next_look {
            let takes = Duration::from_millis(looks[count % looks.len()]).min(every);
            pending = Some((now, now + takes, provisioning.work(now)));
            next_look = now + every;
            count += 1;
        }
        if let Some((begun, over, work)) = pending
            && now >= over
        {
            match over - begun < every {
                true => shares.look(begun, work),
                false => shares.miss(now),
            }
            pending = None;
            if restarts > 0 && count % restarts == 0 {
                (shares, due) = (Shares::new(SHARE, BORROWED), f64::min(due, 0.0));
            }
        }
        due += shares.requests_per_minute() / 60.0 * STEP.as_secs_f64();
        if due >= 1.0 {
            due -= 1.0;
            sync_sent.push(now);
        }
        if provisioning.step(now) {
            provisioning_sent.push(now);
        }
        now += STEP;
    }
    Played { sync: sync_sent, provisioning: provisioning_sent, time }
}

impl Played {
    /// The most requests of both in a window.
    fn most(&self) -> usize {
        let mut all: Vec<_> = self.sync.iter().chain(&self.provisioning).copied().collect();
        all.sort_unstable();
        let from = |first: usize| all[first..].partition_point(|at| *at < all[first] + WINDOW);
        (0..all.len()).map(from).max().unwrap_or(0)
    }

    /// What the sync sent of what provisioning left of both shares.
    fn got(&self) -> f64 {
        let all = f64::from(SHARE + BORROWED) * self.time.as_secs_f64() / 60.0;
        self.sync.len() as f64 / (all - self.provisioning.len() as f64)
    }
}

/// Provisioning that comes and goes: seldom, each few seconds, all the time.
fn phases() -> impl Strategy<Value = Phases> {
    let phase = prop_oneof![
        (0_u64..120_000, 0_u64..90_000),
        (0_u64..5_000, 0_u64..5_000),
        (0_u64..2_000, 0_u64..200),
        (2_600_u64..3_000, 200_u64..3_000),
    ];
    let runs = (phase, 1_usize..40).prop_map(|(phase, times)| vec![phase; times]);
    proptest::collection::vec(runs, 1..8).prop_map(|runs| runs.concat())
}

fn looks() -> impl Strategy<Value = Vec<u64>> {
    let quick = 5_u64..60;
    let look = prop_oneof![8 => quick, 1 => 60_u64..2_000, 1 => Just(u64::MAX)];
    proptest::collection::vec(look, 1..50)
}

proptest! {
    /// Both shares; a request of each, since a window may begin with one; and what provisioning sends
    /// unseen between two looks: 2.6 requests, twice as many if one of the looks is given up.
    #[test]
    fn no_window_holds_more_than_the_vendor_allows(
        phases in phases(), looks in looks(), restarts in 0_usize..40,
    ) {
        let played = play(&phases, &looks, restarts, Duration::from_secs(900));
        prop_assert!(played.most() <= MOST, "{} in a window", played.most());
    }

    #[test]
    fn a_sync_gets_what_provisioning_leaves(phases in phases()) {
        let played = play(&phases, &[20], 0, Duration::from_secs(900));
        prop_assert!(played.got() >= 0.9, "{} of it", played.got());
        let alone = play(&Vec::new(), &[20], 0, Duration::from_secs(900));
        prop_assert!(alone.got() >= 0.99, "{} of it", alone.got());
    }
}
