//! A delta run: what changed, laid over a full run of the same organisation.

use std::time::Duration;

use litmos_simulator::Options;

use super::runs::{each, memory, requests, wall};
use crate::{
    Trouble,
    figures::time,
    options::Arguments,
    report::{Report, Row},
    scene::{RUN, Scene},
    sizes::{large, medium},
};

const DELTA_RUN: &str = "20261121T223000Z";
/// What a sync sends a minute while provisioning rests, by the template's shares.
const USUAL_PACE: u32 = 85;

/// An organisation, how much of it changes, and what a delta run over that may take.
struct Target {
    options: Options,
    percent: f64,
    requests: usize,
    wall: Option<Duration>,
    memory_mib: f64,
}

pub(crate) fn measure(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    let quick = with.quick;
    let usual = Target {
        options: medium(quick),
        percent: 1.0,
        requests: 10,
        wall: Some(Duration::from_secs(10)),
        memory_mib: 64.0,
    };
    let largest = Target {
        options: large(1, quick),
        percent: 0.1,
        requests: 30,
        wall: None,
        memory_mib: 128.0,
    };
    one(with, usual, report)?;
    one(with, largest, report)
}

fn one(with: &Arguments, target: Target, report: &mut Report) -> Result<(), Trouble> {
    let Options { users, teams, courses, learners_per_course, .. } = target.options;
    let enrolments = courses * learners_per_course.unwrap_or_default();
    let scene = Scene::new(with, target.options)?;
    let full = requests(&scene.run(RUN)?);
    let changed = scene.simulator.world().churn(1, target.percent);
    let scene = scene.with(|env| env.requests_per_minute(USUAL_PACE));
    let run = scene.delta_run(DELTA_RUN)?;
    let sent = requests(&run);
    let percent = target.percent;
    let row = Row {
        case: format!(
            "delta run: {users} users, {teams} teams, {courses} courses, {enrolments} enrolments, \
             {percent} % changed ({} users, {} memberships, {} enrolments): requests",
            changed.users, changed.memberships, changed.enrolments
        ),
        measured: format!(
            "**{sent}** (a full run: {full}, {:.0} times as many)",
            full as f64 / sent as f64
        ),
        target: format!("≤ {}", target.requests),
        met: Some(sent <= target.requests),
        ..Row::default()
    };
    report.add(row.figure("requests", sent as f64).figure("full_requests", full as f64));
    let took = wall(&run);
    let row = Row {
        case: format!("the same: wall at {USUAL_PACE} requests a minute"),
        measured: format!("**{}** ({})", time(took), each(&run, |spent| time(spent.wall))),
        target: target.wall.map(|most| format!("≤ {}", time(most))).unwrap_or_default(),
        met: target.wall.map(|most| took <= most),
        ..Row::default()
    };
    report.add(row.figure("wall_s", took.as_secs_f64()));
    report.add(memory("the same: peak memory of each", &run, target.memory_mib));
    Ok(())
}
