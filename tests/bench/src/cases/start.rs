//! How soon a function asks for its first event, and how much there is to load for that.

use std::{fs, io::Write, time::Duration};

use flate2::{Compression, write::DeflateEncoder};
use litmos_simulator::Options;

use crate::{
    Trouble,
    figures::{median, mib, time},
    options::Arguments,
    provisioning::{EXPIRE_GRANTS, PROVISION},
    report::{Report, Row},
    scene::{PUBLISH, RUN, SYNCS, Scene},
};

const STARTS: usize = 20;
const LONGEST_MS: f64 = 20.0;
const LARGEST_MIB: f64 = 8.0;

pub(crate) fn measure(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    let scene = Scene::new(with, Options::default())?;
    report.add(starts(&scene));
    report.add(first_answers(&scene)?);
    report.add(sizes(with)?);
    Ok(())
}

fn starts(scene: &Scene) -> Row {
    let usual = |function| {
        let starts: Vec<_> = (0..STARTS).map(|_| scene.start(function).start_time()).collect();
        median(&starts).unwrap_or_default()
    };
    let (slowest, each) = slowest(functions().map(|function| (function, usual(function))));
    let row = Row {
        case: format!("start until the first event is asked for, median of {STARTS}"),
        measured: format!("**{slowest:.1} ms** ({each})"),
        target: format!("≤ {LONGEST_MS} ms"),
        met: Some(slowest <= LONGEST_MS),
        ..Row::default()
    };
    row.figure("slowest_ms", slowest)
}

/// What a start puts off until it can fail as an answer: configuration, clients, the store.
fn first_answers(scene: &Scene) -> Result<Row, Trouble> {
    scene.run(RUN)?;
    let mut usual = Vec::new();
    for function in SYNCS.into_iter().chain([PUBLISH]) {
        let answers: Result<Vec<_>, Trouble> =
            (0..STARTS).map(|_| Ok(scene.finish(function, RUN)?.wall)).collect();
        usual.push((function, median(&answers?).unwrap_or_default()));
    }
    let (slowest, each) = slowest(usual.into_iter());
    let row = Row {
        case: "from the start to the answer for a run that is done".to_owned(),
        measured: format!("**{slowest:.1} ms** ({each})"),
        ..Row::default()
    };
    Ok(row.figure("slowest_ms", slowest))
}

fn sizes(with: &Arguments) -> Result<Row, Trouble> {
    let (mut sizes, mut largest) = (Vec::new(), 0.0_f64);
    for function in functions() {
        let program = fs::read(with.binaries()?.path(function))?;
        let mut zip = DeflateEncoder::new(Vec::new(), Compression::default());
        zip.write_all(&program)?;
        let (program, zip) = (mib(program.len() as u64), mib(zip.finish()?.len() as u64));
        sizes.push(format!("{function} {program:.1} / {zip:.1}"));
        largest = largest.max(zip);
    }
    let row = Row {
        case: "size of the program / of its zip".to_owned(),
        measured: format!("**{largest:.1} MiB** zipped at most ({})", sizes.join(", ")),
        target: format!("zip ≤ {LARGEST_MIB} MiB"),
        met: Some(largest <= LARGEST_MIB),
        ..Row::default()
    };
    Ok(row.figure("largest_zip_mib", largest))
}

fn functions() -> impl Iterator<Item = &'static str> {
    SYNCS.into_iter().chain([PUBLISH, PROVISION, EXPIRE_GRANTS, "check-connection"])
}

/// The longest time in milliseconds, and all of them as text.
fn slowest(times: impl Iterator<Item = (&'static str, Duration)>) -> (f64, String) {
    let times: Vec<_> = times.collect();
    let slowest = times.iter().map(|(_, time)| time.as_secs_f64() * 1e3).fold(0.0, f64::max);
    let each = times.iter().map(|(function, of)| format!("{function} {}", time(*of)));
    (slowest, each.collect::<Vec<_>>().join(", "))
}
