//! A day of snapshots: one full run and a delta run each other hour, against full runs only.

use super::runs::requests;
use crate::{
    Trouble,
    options::Arguments,
    report::{Report, Row},
    scene::{RUN, Scene},
    sizes::medium,
};

const HOURS: u32 = 24;
/// What changes in an hour.
const PERCENT: f64 = 0.05;

pub(crate) fn measure(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    let scene = Scene::new(with, medium(with.quick))?;
    let full = requests(&scene.run(RUN)?);
    let (mut deltas, mut most) = (0, 0);
    // Nothing is a day old: each delta run reads again all that has changed since the full one.
    for hour in 1..HOURS {
        scene.simulator.world().churn(hour.into(), PERCENT);
        let sent = requests(&scene.delta_run(&format!("20261122T{hour:02}3000Z"))?);
        deltas += sent;
        most = most.max(sent);
    }
    let (mixed, all) = (full + deltas, full * HOURS as usize);
    let row = Row {
        case: format!(
            "a day: one full run and {} delta runs ({PERCENT} % changed each hour) against {HOURS} \
             full runs: requests",
            HOURS - 1
        ),
        measured: format!(
            "**{mixed}** against {all}: **{:.0} times fewer** ({deltas} by delta runs, {most} at most)",
            all as f64 / mixed as f64
        ),
        ..Row::default()
    };
    report.add(row.figure("mixed", mixed as f64).figure("full_only", all as f64));
    Ok(())
}
