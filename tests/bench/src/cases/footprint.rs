//! What a run leaves in the bucket, asks of AWS and takes of a processor: the figures of `COST.md`.

use std::collections::HashSet;

use litmos_simulator::Options;
use scenarios::{CallGate, GatedCall};
use serde_json::Value;

use super::runs::{each, requests};
use crate::{
    Trouble,
    figures::{mib, time},
    options::Arguments,
    report::{Report, Row},
    scene::{RUN, Run, Scene},
    sizes::{large, medium},
};

const DELTA_RUNS: [&str; 2] = ["20261121T223000Z", "20261121T233000Z"];
const NEXT_RUN: &str = "20261122T220000Z";
/// What changes between two runs.
const PERCENT: f64 = 0.05;

pub(crate) fn measure(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    let leaders_percent = Options::default().leaders_percent;
    let sizes = [medium(true), medium(false), large(1, false)];
    for options in sizes.into_iter().take(if with.quick { 1 } else { 3 }) {
        one(with, Options { leaders_percent, ..options }, report)?;
    }
    Ok(())
}

/// A connection whose calls to AWS are counted.
struct Counted {
    scene: Scene,
    gate: CallGate,
}

/// What one run was.
struct Footprint {
    /// Of what is kept: tables and manifest.
    bytes: u64,
    objects: usize,
    /// Written below `runs/`, every version of an object counted.
    working_bytes: u64,
    puts: usize,
    gets: usize,
    lists: usize,
    /// Without those that only delete, which are free.
    others: usize,
    vendor_requests: usize,
    cpu_s: f64,
    cpu_of_each: String,
    log_bytes: usize,
    metrics: usize,
}

fn one(with: &Arguments, options: Options, report: &mut Report) -> Result<(), Trouble> {
    let Options { users, teams, courses, learners_per_course, .. } = options;
    let enrolments = courses * learners_per_course.unwrap_or_default();
    let scene = Scene::new(with, options)?;
    let gate = CallGate::before(scene.aws.endpoint(), &scene.simulator.base_url());
    let scene = scene.with(|env| env.set("AWS_ENDPOINT_URL", gate.aws()));
    let counted = Counted { scene, gate };
    // The first run has no base, and the first delta run follows no other: neither is usual.
    counted.scene.run(RUN)?;
    counted.change(1);
    counted.scene.delta_run(DELTA_RUNS[0])?;
    counted.change(2);
    let delta = counted.run(DELTA_RUNS[1], |scene, run_id| scene.delta_run(run_id))?;
    counted.change(3);
    let full = counted.run(NEXT_RUN, |scene, run_id| scene.run(run_id))?;
    let size = format!("{users} users, {teams} teams, {courses} courses, {enrolments} enrolments");
    report.add(full.row(format!("{size}: a full run leaves, asks, takes")));
    report.add(delta.row("the same: a delta run".to_owned()));
    Ok(())
}

impl Counted {
    fn change(&self, seed: u64) {
        self.scene.simulator.world().churn(seed, PERCENT);
    }

    fn run(
        &self,
        run_id: &str,
        run: impl FnOnce(&Scene, &str) -> Result<Run, Trouble>,
    ) -> Result<Footprint, Trouble> {
        self.gate.count();
        let run = run(&self.scene, run_id)?;
        let calls = self.gate.calls();
        let connection = &self.scene.connection;
        let (bucket, name) = (&connection.bucket, &connection.name);
        let kept = bucket.keys(&format!("{name}/"));
        let kept = kept.iter().filter(|key| key.contains(&format!("/run_id={run_id}/")));
        let sizes: Vec<_> =
            kept.filter_map(|key| bucket.get(key)).map(|b| b.len() as u64).collect();
        let list = format!("GET /{}", bucket.name());
        let working = format!("PUT /{}/{name}/runs/", bucket.name());
        let count = |wanted: &dyn Fn(&str) -> bool| {
            calls.iter().filter(|call| wanted(call.line.trim_end_matches('/'))).count()
        };
        let working = calls.iter().filter(|call: &&GatedCall| call.line.starts_with(&working));
        Ok(Footprint {
            bytes: sizes.iter().sum(),
            objects: sizes.len(),
            working_bytes: working.map(|call| call.bytes).sum(),
            puts: count(&|line| line.starts_with("PUT /")),
            gets: count(&|line| line.starts_with("GET /") && line != list),
            lists: count(&|line| line == list),
            others: count(&|line| {
                !["PUT /", "GET /", "DELETE /"].iter().any(|method| line.starts_with(method))
            }),
            vendor_requests: requests(&run),
            cpu_s: run.iter().map(|(_, spent)| spent.cpu.as_secs_f64()).sum(),
            cpu_of_each: each(&run, |spent| time(spent.cpu)),
            log_bytes: run.iter().map(|(_, spent)| spent.log.len()).sum(),
            metrics: run
                .iter()
                .flat_map(|(_, spent)| metrics(&spent.log))
                .collect::<HashSet<_>>()
                .len(),
        })
    }
}

/// What CloudWatch takes for metrics of its own in a log: names with their dimensions.
fn metrics(log: &str) -> Vec<String> {
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let described = lines.flat_map(|line| {
        let directives = line["_aws"]["CloudWatchMetrics"].as_array().cloned().unwrap_or_default();
        directives.into_iter().flat_map(move |directive| {
            let dimensions = directive["Dimensions"][0].as_array().cloned().unwrap_or_default();
            let values: Vec<_> =
                dimensions.iter().filter_map(|name| line[name.as_str()?].as_str()).collect();
            let told = format!("{dimensions:?} {values:?}");
            let metrics = directive["Metrics"].as_array().cloned().unwrap_or_default();
            metrics.into_iter().map(move |metric| format!("{told} {}", metric["Name"]))
        })
    });
    described.collect()
}

impl Footprint {
    fn row(&self, case: String) -> Row {
        let Self { bytes, objects, working_bytes, puts, gets, lists, others, .. } = *self;
        let Self { vendor_requests, cpu_s, log_bytes, metrics, .. } = *self;
        let row = Row {
            case,
            measured: format!(
                "**{:.2} MiB** in {objects} objects ({:.2} MiB of working state); {puts} PUT, {gets} GET, \
                 {lists} LIST, {others} others for {vendor_requests} requests to the vendor; {cpu_s:.2} s of a \
                 processor ({}); {:.1} KiB of log; {metrics} metrics",
                mib(bytes),
                mib(working_bytes),
                self.cpu_of_each,
                log_bytes as f64 / 1024.0
            ),
            ..Row::default()
        };
        row.figure("bytes", bytes as f64)
            .figure("objects", objects as f64)
            .figure("working_bytes", working_bytes as f64)
            .figure("puts", puts as f64)
            .figure("gets", gets as f64)
            .figure("lists", lists as f64)
            .figure("vendor_requests", vendor_requests as f64)
            .figure("cpu_s", cpu_s)
            .figure("log_bytes", log_bytes as f64)
            .figure("metrics", metrics as f64)
    }
}
