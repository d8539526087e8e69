//! A vendor that refuses what is too much, its window scaled down so that a run takes a minute.

use std::time::Duration;

use litmos_simulator::{Options, RateLimit};

use crate::{
    Trouble,
    figures::{against, baton},
    limit::Traffic,
    options::Arguments,
    report::{Report, Row},
    scene::{RUN, SYNCS, Scene},
    sizes::medium,
};

/// What the vendor allows in a window.
const LIMIT: u32 = 100;
/// What the functions are configured to use of it.
const SHARE: u32 = 95;
const MINUTE_MS: u64 = 60_000;

pub(crate) fn measure(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    for (sliding, latency) in [(false, 0), (true, 0), (false, 1_500), (true, 1_500)] {
        report.add(row(with, sliding, latency)?);
    }
    Ok(())
}

/// `latency_ms` is that of a vendor with a window of a minute; it is scaled along.
fn row(with: &Arguments, sliding: bool, latency_ms: u64) -> Result<Row, Trouble> {
    let window_ms = with.window_ms();
    let limit = RateLimit { requests: LIMIT, window_ms, sliding, ..RateLimit::default() };
    let options = Options {
        rate_limit: Some(limit),
        latency_ms: latency_ms * window_ms / MINUTE_MS,
        ..medium(with.quick)
    };
    let per_minute = u64::from(SHARE) * MINUTE_MS / window_ms;
    let per_minute = u32::try_from(per_minute)?;
    let scene = Scene::new(with, options)?.with(|env| env.requests_per_minute(per_minute));
    let (mut traffic, mut wall) = (Traffic::default(), Duration::ZERO);
    for function in SYNCS {
        let spent = scene.finish(function, RUN)?;
        traffic.add(&spent.requests);
        wall += spent.wall;
    }
    let window = Duration::from_millis(window_ms);
    let used = 100.0 * traffic.per(window) / f64::from(SHARE);
    let real = wall.as_secs_f64() * MINUTE_MS as f64 / window_ms as f64;
    let kind = if sliding { "sliding" } else { "fixed" };
    let slow = if latency_ms == 0 { "" } else { ", 1.5 s latency" };
    let (minutes, seconds) = ((real / 60.0) as u64, real as u64 % 60);
    let row = Row {
        case: format!("limit of 100 per window ({kind}), share 95{slow}"),
        measured: format!(
            "**{} refused**, {used:.1} % of the share; {} requests in {minutes}:{seconds:02} \
             (60 s scaled to {} s)",
            traffic.refused,
            traffic.requests,
            window_ms as f64 / 1e3,
        ),
        target: "0 refused, ≥ 95 %".to_owned(),
        met: Some(traffic.refused == 0 && used >= 95.0),
        baton: match latency_ms {
            0 => against("7:16, 82 refused", baton::LIMITED_WALL_S, real),
            _ => String::new(),
        },
        ..Row::default()
    };
    Ok(row.figure("share_percent", used).figure("refused", traffic.refused as f64))
}
