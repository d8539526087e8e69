//! A vendor that refuses what is too much, its window scaled down so that a run takes a minute.

use std::time::Duration;

use litmos_simulator::Options;

use crate::{
    Trouble,
    figures::{against, baton, minutes},
    limit::{SHARE, Traffic},
    options::Arguments,
    report::{Report, Row},
    scene::{RUN, SYNCS, Scene},
    sizes::medium,
};

pub(crate) fn measure(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    for (sliding, latency) in [(false, 0), (true, 0), (false, 1_500), (true, 1_500)] {
        report.add(row(with, sliding, latency)?);
    }
    Ok(())
}

/// `latency_ms` is that of a vendor with a window of a minute; it is scaled along.
fn row(with: &Arguments, sliding: bool, latency_ms: u64) -> Result<Row, Trouble> {
    let window = with.window();
    let options = Options {
        rate_limit: Some(window.limit(sliding)),
        latency_ms: window.scaled_ms(latency_ms),
        ..medium(with.quick)
    };
    let scene = Scene::new(with, options)?
        .with(|env| env.requests_per_minute(window.requests_per_minute()));
    let (mut traffic, mut wall) = (Traffic::default(), Duration::ZERO);
    for function in SYNCS {
        let spent = scene.finish(function, RUN)?;
        traffic.add(&spent.requests);
        wall += spent.wall;
    }
    let (used, real) = (window.used_percent(&traffic), window.real(wall));
    let kind = if sliding { "sliding" } else { "fixed" };
    let slow = if latency_ms == 0 { "" } else { ", 1.5 s latency" };
    let row = Row {
        case: format!("limit of 100 per window ({kind}), share {SHARE}{slow}"),
        measured: format!(
            "**{} refused**, {used:.1} % of the share; {} requests in {} ({})",
            traffic.refused,
            traffic.requests,
            minutes(real),
            window.note(),
        ),
        target: "0 refused, ≥ 95 %".to_owned(),
        met: Some(traffic.refused == 0 && used >= 95.0),
        baton: match latency_ms {
            0 => against("7:16, 82 refused", baton::LIMITED_WALL_S, real.as_secs_f64()),
            _ => String::new(),
        },
        ..Row::default()
    };
    Ok(row.figure("share_percent", used).figure("refused", traffic.refused as f64))
}
