//! Grants that arrive while a sync is under way, at the vendor's true pace: who waits for whom.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use litmos_simulator::Options;
use scenarios::Function;
use serde_json::Value;

use crate::{
    Trouble,
    figures::{median, minutes, time},
    limit::Window,
    options::Arguments,
    provisioning::{PROVISION, Provisioning, grant, invoke},
    report::{Report, Row},
    scene::{RUN, SYNCS},
    sizes::medium,
};

/// The template's shares for Litmos: of a sync, of provisioning, which a sync borrows.
const SHARE: u32 = 30;
const BORROWED: u32 = 55;
const GRANT_EVERY: Duration = Duration::from_secs(5);
/// Between two looks into an empty queue.
const IDLE: Duration = Duration::from_millis(50);
/// Not scaled: what is measured is how quickly the two notice each other.
const WINDOW: Window = Window { ms: 60_000 };

/// What came of a sync and of the grants that arrived meanwhile.
struct Together {
    wall: Duration,
    synced: u64,
    provisioned: u64,
    refused: usize,
    most_in_window: usize,
    /// From each message to its outcome.
    waits: Vec<Duration>,
}

pub(crate) fn measure(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    for sliding in [true, false] {
        report.add(row(&run(with, sliding)?, sliding));
    }
    Ok(())
}

fn run(with: &Arguments, sliding: bool) -> Result<Together, Trouble> {
    let of = if with.quick { 5 } else { 1 };
    let options = Options {
        users: 2_000,
        teams: 100 / of,
        courses: 180 / of,
        rate_limit: Some(WINDOW.limit(sliding)),
        ..medium(false)
    };
    let at = Provisioning::new(with, options)?.with(|env| env.requests_per_minute(BORROWED));
    let process = at.scene.start(PROVISION);
    process.start_time();
    let borrowed = BORROWED.to_string();
    let at = at.with(|env| {
        env.requests_per_minute(SHARE).set("ROLLCALL_BORROWED_REQUESTS_PER_MINUTE", &borrowed)
    });
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let sending = scope.spawn(|| send(&at, &over));
        let delivering = scope.spawn(|| deliver(&at, &process, &over).map_err(|e| e.to_string()));
        let synced = sync(&at);
        over.store(true, Ordering::Relaxed);
        let sent = sending.join().map_err(|_| "sending failed")?;
        delivering.join().map_err(|_| "delivering failed")??;
        let waits = waits(&sent, &at.take_outcomes()?)?;
        Ok(Together { waits, ..synced? })
    })
}

/// The sync's part of a run.
fn sync(at: &Provisioning) -> Result<Together, Trouble> {
    let (began, mut synced) = (Instant::now(), 0);
    for function in SYNCS {
        let spent = at.scene.go_on(function, RUN)?;
        synced += spent.answer["requests"]["sent"].as_u64().unwrap_or_default();
    }
    let (wall, log) = (began.elapsed(), at.scene.simulator.log());
    Ok(Together {
        wall,
        synced,
        provisioned: u64::try_from(log.count())?.saturating_sub(synced),
        refused: log.refused(),
        most_in_window: log.max_in_window(Duration::from_millis(WINDOW.ms)),
        waits: Vec::new(),
    })
}

/// Sends a grant of somebody's every few seconds, whatever became of the one before. Gives the ids
/// and when they were sent.
fn send(at: &Provisioning, over: &AtomicBool) -> Vec<(Value, Timestamp)> {
    let (mut sent, mut next) = (Vec::new(), Instant::now());
    while !over.load(Ordering::Relaxed) {
        let body = grant(&at.learner(), &at.membership(0));
        sent.push((body["request_id"].clone(), Timestamp::now()));
        at.send(&body);
        next += GRANT_EVERY;
        thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    sent
}

/// Hands over what arrives until it is over and nothing is left.
fn deliver(at: &Provisioning, process: &Function, over: &AtomicBool) -> Result<(), Trouble> {
    loop {
        let no_more_comes = over.load(Ordering::Relaxed);
        match at.deliver(|event| invoke(process, event))? {
            None if no_more_comes => return Ok(()),
            None => thread::sleep(IDLE),
            Some(_) => {}
        }
    }
}

/// How long each message waited for its outcome, which must be a success.
fn waits(sent: &[(Value, Timestamp)], outcomes: &[Value]) -> Result<Vec<Duration>, Trouble> {
    let wait = |(id, at): &(Value, Timestamp)| {
        let outcome = outcomes.iter().find(|outcome| outcome["request_id"] == *id);
        let outcome = outcome.ok_or_else(|| format!("{id} has no outcome"))?;
        let finished = outcome["finished_at"].as_str().filter(|_| outcome["status"] == "succeeded");
        let finished: Timestamp = finished.ok_or_else(|| format!("failed: {outcome}"))?.parse()?;
        Ok(finished.duration_since(*at).unsigned_abs())
    };
    sent.iter().map(wait).collect()
}

fn row(together: &Together, sliding: bool) -> Row {
    let Together { wall, synced, provisioned, refused, most_in_window, waits } = together;
    let usual = median(waits).unwrap_or(Duration::MAX);
    let longest = waits.iter().max().copied().unwrap_or(Duration::MAX);
    let all = f64::from(SHARE + BORROWED) * wall.as_secs_f64() / 60.0;
    let got = 100.0 * *synced as f64 / (all - *provisioned as f64);
    let alone = Duration::from_secs(60).mul_f64(*synced as f64 / f64::from(SHARE));
    let kind = if sliding { "sliding" } else { "fixed" };
    let row = Row {
        case: format!(
            "a grant every {} s during a full sync at a limit of 100 per 60 s ({kind}), shares {SHARE} \
             and {BORROWED}",
            GRANT_EVERY.as_secs()
        ),
        measured: format!(
            "**{refused} refused**, at most {most_in_window} in 60 s; {} grants, from message to \
             outcome {} (median), {} (longest); the sync's {synced} requests in {}, **{got:.1} %** \
             of what provisioning's {provisioned} left; at its share alone {}",
            waits.len(),
            time(usual),
            time(longest),
            minutes(*wall),
            minutes(alone),
        ),
        target: "0 refused, ≤ 15 s (median), ≥ 90 %".to_owned(),
        met: Some(*refused == 0 && usual <= Duration::from_secs(15) && got >= 90.0),
        ..Row::default()
    };
    row.figure("refused", *refused as f64)
        .figure("most_in_window", *most_in_window as f64)
        .figure("median_s", usual.as_secs_f64())
        .figure("longest_s", longest.as_secs_f64())
        .figure("got_percent", got)
}
