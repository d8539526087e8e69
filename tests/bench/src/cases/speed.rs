//! How long a run takes when nobody holds it back, and the memory of each function.

use std::time::Duration;

use litmos_simulator::Options;

use crate::{
    Trouble,
    figures::{against, baton, median, mib, time},
    options::Arguments,
    report::{Report, Row},
    scene::{RUN, Scene, Spent},
    sizes::medium,
};

/// Measured so often; the run of the median wall is shown.
const REPEATS: usize = 3;

type Run = Vec<(&'static str, Spent)>;

pub(crate) fn at_once(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    let run = usual_run(with, &medium(with.quick))?;
    let wall = walls(&run).as_secs_f64();
    let mut row = wall_row("vendor answers at once: wall of the four functions", &run, 2.5);
    row.baton = against("15–35 s", baton::WALL_S, wall);
    report.add(row);
    let memory = run.iter().map(|(_, spent)| mib(spent.memory)).fold(0.0, f64::max);
    let each = run.iter().map(|(name, spent)| format!("{name} {:.1}", mib(spent.memory)));
    let each: Vec<_> = each.collect();
    let row = Row {
        case: "the same: peak memory of each".to_owned(),
        measured: format!("**{memory:.1} MiB** ({})", each.join(", ")),
        target: "≤ 64 MiB".to_owned(),
        met: Some(memory <= 64.0),
        baton: against("474–501 MB", baton::MEMORY_MIB, memory),
        ..Row::default()
    };
    report.add(row.figure("memory_mib", memory));
    Ok(())
}

pub(crate) fn with_latency(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    let run = usual_run(with, &Options { latency_ms: 50, ..medium(with.quick) })?;
    report.add(wall_row("the same at 50 ms latency, no vendor limit", &run, 12.0));
    Ok(())
}

/// The run of the median wall among some.
fn usual_run(with: &Arguments, options: &Options) -> Result<Run, Trouble> {
    let runs: Result<Vec<Run>, Trouble> =
        (0..REPEATS).map(|_| Scene::new(with, options.clone())?.run(RUN)).collect();
    let runs = runs?;
    let usual = median(&runs.iter().map(walls).collect::<Vec<_>>()).unwrap_or_default();
    Ok(runs.into_iter().find(|run| walls(run) == usual).unwrap_or_default())
}

fn walls(run: &Run) -> Duration {
    run.iter().map(|(_, spent)| spent.wall).sum()
}

fn wall_row(case: &str, run: &Run, target_s: f64) -> Row {
    let wall = walls(run);
    let each: Vec<_> = run
        .iter()
        .map(|(name, spent)| {
            let invoked = spent.wall.saturating_sub(spent.start);
            format!("{name} {} + {}", time(spent.start), time(invoked))
        })
        .collect();
    let row = Row {
        case: case.to_owned(),
        measured: format!("**{}** (start + call: {})", time(wall), each.join(", ")),
        target: format!("≤ {target_s} s"),
        met: Some(wall.as_secs_f64() <= target_s),
        ..Row::default()
    };
    row.figure("wall_s", wall.as_secs_f64())
}
