//! The largest organisation that is meant to fit, in slices; and half of it, for the slope.

use std::time::Duration;

use litmos_simulator::Simulator;

use crate::{
    Trouble,
    figures::{mib, time},
    options::Arguments,
    report::{Report, Row},
    scene::{PUBLISH, RUN, Scene, Spent},
    sizes::large,
};

/// The run that is compared with the first one.
const NEXT_RUN: &str = "20261122T220000Z";
/// So much longer may twice as much take before it is no longer linear.
const LINEAR: f64 = 2.4;
const MEMORY_MIB: f64 = 128.0;

struct Measured {
    run: Vec<(&'static str, Spent)>,
    compared: Vec<(&'static str, Spent)>,
}

pub(crate) fn measure(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    let slice_seconds = if with.quick { 1 } else { 5 };
    let mut walls = Vec::new();
    for parts in [2, 1] {
        let options = large(parts, with.quick);
        let enrolments = options.courses * options.learners_per_course.unwrap_or_default();
        let size = format!(
            "{} users, {} teams, {} courses, {enrolments} enrolments",
            options.users, options.teams, options.courses
        );
        let scene = Scene::new(with, options)?.with(|env| env.slice_seconds(slice_seconds));
        let run = scene.run(RUN)?;
        change_a_little(&scene.simulator);
        let compared = scene.run(NEXT_RUN)?;
        let measured = Measured { run, compared };
        report.add(measured.times(&size, slice_seconds));
        report.add(measured.memory());
        walls.push([&measured.run, &measured.compared].map(|run| wall(run).as_secs_f64()));
    }
    if let [half, whole] = walls.as_slice() {
        report.add(slope(whole[0] / half[0], whole[1] / half[1]));
    }
    Ok(())
}

/// So that a comparison finds something in every table.
fn change_a_little(simulator: &Simulator) {
    let world = simulator.world();
    for id in world.user_ids().iter().skip(100).step_by(1_000) {
        world.rename_user(id, "Renamed", "Person");
    }
    if let Some(id) = world.user_ids().last() {
        world.remove_user(id);
    }
    world.add_user("Added", "Person");
}

impl Measured {
    fn times(&self, size: &str, slice_seconds: u32) -> Row {
        let each = self
            .run
            .iter()
            .map(|(name, spent)| format!("{name} {} in {} slices", time(spent.wall), spent.slices));
        let each: Vec<_> = each.collect();
        let diff = self.compared.iter().find(|(name, _)| *name == PUBLISH);
        let diff = diff.map_or(Duration::ZERO, |(_, spent)| spent.wall);
        let sliced = self.run.iter().any(|(_, spent)| spent.slices > 1);
        let row = Row {
            case: format!("{size}: wall"),
            measured: format!(
                "**{}** ({}; publication compared with a base {})",
                time(wall(&self.run)),
                each.join(", "),
                time(diff)
            ),
            target: format!("completes in slices (of {slice_seconds} s)"),
            met: Some(sliced),
            ..Row::default()
        };
        row.figure("wall_s", wall(&self.run).as_secs_f64()).figure("diff_s", diff.as_secs_f64())
    }

    fn memory(&self) -> Row {
        let peak = |spent: &Spent| mib(spent.memory);
        let most = self.run.iter().chain(&self.compared).map(|(_, spent)| peak(spent));
        let most = most.fold(0.0, f64::max);
        let each = self.run.iter().zip(&self.compared);
        let each = each.map(|((name, first), (_, next))| {
            format!("{name} {:.1} and {:.1}", peak(first), peak(next))
        });
        let each: Vec<_> = each.collect();
        let row = Row {
            case: "the same: peak memory in the first and in a second run".to_owned(),
            measured: format!("**{most:.1} MiB** ({})", each.join(", ")),
            target: format!("≤ {MEMORY_MIB} MiB"),
            met: Some(most <= MEMORY_MIB),
            ..Row::default()
        };
        row.figure("memory_mib", most)
    }
}

fn wall(run: &[(&'static str, Spent)]) -> Duration {
    run.iter().map(|(_, spent)| spent.wall).sum()
}

fn slope(first: f64, next: f64) -> Row {
    let row = Row {
        case: "the whole against the half: wall".to_owned(),
        measured: format!("**{first:.2}×**, compared with a base {next:.2}×"),
        target: format!("linear: about 2× (≤ {LINEAR}×)"),
        met: Some(first.max(next) <= LINEAR),
        ..Row::default()
    };
    row.figure("first", first).figure("next", next)
}
