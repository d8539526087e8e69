//! What a kill half way costs in requests.

use litmos_simulator::Options;

use crate::{
    Trouble,
    options::Arguments,
    report::{Report, Row},
    scene::{RUN, SYNCS, Scene},
    sizes::medium,
};

/// A kill just before pages are staged costs more than one just after: so many requests from the
/// half on are tried, that is the distance between two stagings.
const INSTANTS: usize = 10;
const ALLOWED: usize = 15;
/// Long enough that a kill finds requests in flight, as it would.
const LATENCY_MS: u64 = 20;

pub(crate) fn measure(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    let options = Options { latency_ms: LATENCY_MS, ..medium(with.quick) };
    let step = if with.quick { 5 } else { 1 };
    let (mut each, mut most) = (Vec::new(), 0);
    for (index, function) in SYNCS.into_iter().enumerate() {
        let before = &SYNCS[..index];
        let undisturbed = ready(with, &options, before)?.finish(function, RUN)?.requests.count();
        let mut worst = 0;
        for later in (0..INSTANTS).step_by(step) {
            let at = undisturbed / 2 + later;
            if at >= undisturbed {
                break;
            }
            let scene = ready(with, &options, before)?;
            if !scene.kill_after(function, at)? {
                return Err(format!("{function} ended before it could be killed").into());
            }
            let sent = scene.simulator.log().count();
            let sent = sent + scene.finish(function, RUN)?.requests.count();
            worst = worst.max(sent.saturating_sub(undisturbed));
        }
        each.push(format!("{function} {worst} of {undisturbed}"));
        most = most.max(worst);
    }
    let row = Row {
        case: format!("killed at half: requests repeated, the most of {} kills", INSTANTS / step),
        measured: format!("**{most}** ({})", each.join(", ")),
        target: format!("≤ {ALLOWED}"),
        met: Some(most <= ALLOWED),
        baton: "all of 724".to_owned(),
        ..Row::default()
    };
    report.add(row.figure("repeated", most as f64));
    Ok(())
}

/// A scene in which these functions are done and no request has been counted.
fn ready(with: &Arguments, options: &Options, done: &[&str]) -> Result<Scene, Trouble> {
    let scene = Scene::new(with, options.clone())?;
    for function in done {
        scene.finish(function, RUN)?;
    }
    scene.simulator.reset_log();
    Ok(scene)
}
