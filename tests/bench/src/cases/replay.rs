//! A message that comes again when its request is settled.

use std::time::{Duration, Instant};

use crate::{
    Trouble,
    figures::{median, time},
    options::Arguments,
    provisioning::{PROVISION, Provisioning, grant},
    report::{Report, Row},
    sizes::medium,
};

const REPEATS: usize = 20;

pub(crate) fn measure(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    let at = Provisioning::new(with, medium(with.quick))?;
    let body = grant(&at.learner(), &at.membership(0));
    let process = at.scene.start(PROVISION);
    at.ask(&process, &body, "succeeded")?;
    at.scene.simulator.reset_log();
    let replay = |_| -> Result<Duration, Trouble> {
        let began = Instant::now();
        at.hand_over(&process, &body)?;
        Ok(began.elapsed())
    };
    let times: Vec<_> = (0..REPEATS).map(replay).collect::<Result<_, _>>()?;
    // Each of them is told the outcome of the first.
    at.expect_outcomes(REPEATS, "succeeded")?;
    let (requests, usual) = (at.scene.simulator.log().count(), median(&times).unwrap_or_default());
    let row = Row {
        case: format!("a message whose request is settled, {REPEATS} times"),
        measured: format!("**{requests} requests**, {} each (median, warm)", time(usual)),
        target: "0 requests".to_owned(),
        met: Some(requests == 0),
        ..Row::default()
    };
    report.add(row.figure("requests", requests as f64).figure("seconds", usual.as_secs_f64()));
    Ok(())
}
