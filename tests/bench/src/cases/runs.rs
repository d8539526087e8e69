//! Figures of whole runs.

use std::time::Duration;

use crate::{
    figures::mib,
    report::Row,
    scene::{Run, SYNCS, Spent},
};

pub(super) fn wall(run: &Run) -> Duration {
    run.iter().map(|(_, spent)| spent.wall).sum()
}

pub(super) fn requests(run: &Run) -> usize {
    let syncs = run.iter().filter(|(name, _)| SYNCS.contains(name));
    syncs.map(|(_, spent)| spent.requests.count()).sum()
}

pub(super) fn each(run: &Run, figure: impl Fn(&Spent) -> String) -> String {
    let each: Vec<_> =
        run.iter().map(|(name, spent)| format!("{name} {}", figure(spent))).collect();
    each.join(", ")
}

pub(super) fn memory(case: &str, run: &Run, target: f64) -> Row {
    let most = run.iter().map(|(_, spent)| mib(spent.memory)).fold(0.0, f64::max);
    let of_each = each(run, |spent| format!("{:.1}", mib(spent.memory)));
    let row = Row {
        case: case.to_owned(),
        measured: format!("**{most:.1} MiB** ({of_each})"),
        target: format!("≤ {target} MiB"),
        met: Some(most <= target),
        ..Row::default()
    };
    row.figure("memory_mib", most)
}
