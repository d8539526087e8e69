//! Percipio: three lists of which the longest is a report.

use std::time::Duration;

use percipio_simulator::{Options, RateLimit, ReportTime, Simulator};

use super::runs::{each, memory, requests, wall};
use crate::{
    Trouble,
    figures::time,
    options::Arguments,
    report::{Report, Row},
    scene::{PUBLISH, RUN, Scene},
};

/// What the vendor allows in twenty seconds.
const LIMIT: u32 = 100;
/// 95 of these, in a minute.
const SHARE: u32 = 285;
const MEMORY_MIB: f64 = 64.0;
const LARGE_MEMORY_MIB: f64 = 128.0;
/// The seconds before each further question about a report that is not ready, the last one for ever.
const WAITS: [u64; 5] = [5, 10, 20, 30, 60];
/// What a run may take with a report of three minutes.
const PAID: Duration = Duration::from_secs(20);

/// 20,000 users, 12,000 items, 200,000 rows about courses.
fn tenant(quick: bool) -> Options {
    let of = if quick { 10 } else { 1 };
    Options {
        users: 20_000 / of,
        items: 12_000 / of,
        activities: 200_000 / of,
        course_activity_percent: 100,
        report: ReportTime { polls: 0, ..ReportTime::default() },
        ..Options::default()
    }
}

/// Pages of the two lists: 1,000 rows each, of which the first is the last of the page before.
fn pages(options: &Options) -> usize {
    let of_list = |rows: u32| (rows - 1).div_ceil(999);
    (of_list(options.users) + of_list(options.items)) as usize
}

/// How often a report is asked for that takes this long, the last time included.
fn questions(seconds: u64) -> usize {
    let waits = WAITS.into_iter().chain(std::iter::repeat(WAITS[WAITS.len() - 1]));
    let mut asked_at = 0;
    let too_early = waits.take_while(|wait| {
        let was_early = asked_at < seconds;
        asked_at += wait;
        was_early
    });
    too_early.count() + 1
}

fn described(options: &Options) -> String {
    let Options { users, items, activities, .. } = options;
    format!("Percipio, {users} users, {items} items, {activities} rows in the report")
}

fn scene(with: &Arguments, options: Options) -> Result<Scene<Simulator>, Trouble> {
    let rows = vec![("users", options.users.into()), ("enrolments", options.activities.into())];
    Scene::of(with, Simulator::start(options)?, rows)
}

pub(crate) fn measure(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    let options = tenant(with.quick);
    let least = pages(&options) + 1 + questions(0);
    let run = scene(with, options.clone())?.run(RUN)?;
    let sent = requests(&run);
    let row = Row {
        case: format!("{}: requests", described(&options)),
        measured: format!("**{sent}**"),
        target: format!("{least}: a page each 1,000, the report's request, one question"),
        met: Some(sent == least),
        ..Row::default()
    };
    report.add(row.figure("requests", sent as f64));
    let row = Row {
        case: "the same: wall of the four functions, the report there at once".to_owned(),
        measured: format!("**{}** ({})", time(wall(&run)), each(&run, |spent| time(spent.wall))),
        ..Row::default()
    };
    report.add(row.figure("wall_s", wall(&run).as_secs_f64()));
    report.add(memory("the same: peak memory of each", &run, MEMORY_MIB));
    for sliding in [false, true] {
        report.add(limited(with, &options, sliding)?);
    }
    Ok(())
}

/// The vendor's own limit, unscaled.
fn limited(with: &Arguments, options: &Options, sliding: bool) -> Result<Row, Trouble> {
    // Each function's first window is full of requests, were they not held back.
    let users = options.users * if with.quick { 10 } else { 6 };
    let rate_limit = RateLimit { requests: LIMIT, sliding, ..RateLimit::default() };
    let options = Options { users, rate_limit: Some(rate_limit), ..options.clone() };
    let scene = scene(with, options)?.with(|env| env.requests_per_minute(SHARE));
    let run = scene.run(RUN)?;
    let refused: usize = run.iter().map(|(_, spent)| spent.requests.refused()).sum();
    let kind = if sliding { "sliding" } else { "fixed" };
    let row = Row {
        case: format!(
            "the same with {users} users, limit of {LIMIT} per 20 s ({kind}), share {SHARE} a minute"
        ),
        measured: format!(
            "**{refused} refused**; {} requests in {}",
            requests(&run),
            time(wall(&run))
        ),
        target: "0 refused".to_owned(),
        met: Some(refused == 0),
        ..Row::default()
    };
    Ok(row.figure("refused", refused as f64))
}

pub(crate) fn with_slow_report(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    let ms = if with.quick { 12_000 } else { 180_000 };
    let slow = ReportTime { polls: 0, ms, ..ReportTime::default() };
    let options = Options { report: slow, ..tenant(with.quick) };
    let most = pages(&options) + 1 + questions(ms / 1_000);
    let run = scene(with, options)?.run(RUN)?;
    let slices: u32 = run.iter().map(|(_, spent)| spent.slices).sum();
    let row = Row {
        case: format!("the same with a report that takes {} s: paid time", ms / 1_000),
        measured: format!("**{}** in {slices} invocations", time(wall(&run))),
        target: format!("≤ {}", time(PAID)),
        met: Some(wall(&run) <= PAID),
        ..Row::default()
    };
    report.add(row.figure("paid_s", wall(&run).as_secs_f64()));
    let sent = requests(&run);
    let row = Row {
        case: "the same: requests".to_owned(),
        measured: format!("**{sent}**"),
        target: format!("≤ {most}: the pages, the report's request, a question after each wait"),
        met: Some(sent <= most),
        ..Row::default()
    };
    report.add(row.figure("requests", sent as f64));
    Ok(())
}

pub(crate) fn large(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    let options = tenant(with.quick);
    let options = Options { activities: options.activities * 5, ..options };
    let run = scene(with, options.clone())?.run(RUN)?;
    let syncing = run.iter().filter(|(name, _)| *name != PUBLISH);
    let synced: Duration = syncing.map(|(_, spent)| spent.wall).sum();
    let row = Row {
        case: described(&options),
        measured: format!(
            "**{}** of which publication {} ({} requests)",
            time(wall(&run)),
            time(wall(&run) - synced),
            requests(&run)
        ),
        ..Row::default()
    };
    report.add(row.figure("wall_s", wall(&run).as_secs_f64()));
    report.add(memory("the same: peak memory of each", &run, LARGE_MEMORY_MIB));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_asked_for_after_each_wait_until_it_is_there() {
        for (seconds, expected) in [(0, 1), (5, 2), (6, 3), (12, 3), (180, 7), (300, 9)] {
            assert_eq!(questions(seconds), expected, "{seconds}");
        }
    }
}
