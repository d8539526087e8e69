//! An organisation, a bucket and the functions, measured as they run.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use litmos_simulator::{Options, Simulator};
use scenarios::{
    Binaries, Connection, Emulator, Environment, Function, FunctionError, LocalAws, Vendor,
};
use serde_json::{Value, json};
use simulator_kit::Log;

use crate::{Trouble, options::Arguments, sizes};

/// The functions that read from the vendor, in their order.
pub(crate) const SYNCS: [&str; 3] = ["sync-users", "sync-teams", "sync-courses"];
/// The function that ends a run.
pub(crate) const PUBLISH: &str = "publish-snapshot";
/// The run, unless there is another after it.
pub(crate) const RUN: &str = "20261121T220000Z";

/// What an invocation gets on Lambda at most.
const DEADLINE: Duration = Duration::from_secs(900);
/// A function that needs more slices than this gets nowhere.
const MOST_SLICES: u32 = 1_000;

/// A connection with nothing in its bucket, in an AWS that nobody else uses.
pub(crate) struct Scene<V = Simulator> {
    pub(crate) simulator: V,
    pub(crate) connection: Connection,
    pub(crate) aws: LocalAws,
    environment: Environment,
    binaries: Binaries,
    /// The rows that a first run must find.
    rows: Vec<(&'static str, u64)>,
}

/// What a function took until it was done, over all its slices.
#[derive(Debug)]
pub(crate) struct Spent {
    /// From the programs' starts to their first requests for an event.
    pub(crate) start: Duration,
    /// From the programs' starts to their answers.
    pub(crate) wall: Duration,
    /// The largest memory of any of them, in bytes.
    pub(crate) memory: u64,
    /// What they had of the processors.
    pub(crate) cpu: Duration,
    /// What they logged.
    pub(crate) log: String,
    pub(crate) slices: u32,
    pub(crate) answer: Value,
    /// What the vendor was asked meanwhile.
    pub(crate) requests: Log,
}

/// What each function of a run took.
pub(crate) type Run = Vec<(&'static str, Spent)>;

impl Scene {
    pub(crate) fn new(arguments: &Arguments, options: Options) -> Result<Self, Trouble> {
        let rows = sizes::rows(&options);
        Self::of(arguments, Simulator::start(options)?, rows)
    }
}

impl<V: Vendor> Scene<V> {
    /// A connection to a vendor of which a first run must find these rows.
    pub(crate) fn of(
        arguments: &Arguments,
        simulator: V,
        rows: Vec<(&'static str, u64)>,
    ) -> Result<Self, Trouble> {
        let aws = LocalAws::start(Emulator::MiniStack);
        let connection = simulator.connect(&aws);
        let environment = simulator.environment(&connection);
        let binaries = arguments.binaries()?;
        Ok(Self { simulator, connection, aws, environment, binaries, rows })
    }

    /// The same with another environment.
    #[must_use]
    pub(crate) fn with(mut self, change: impl FnOnce(Environment) -> Environment) -> Self {
        self.environment = change(self.environment);
        self
    }

    /// Starts a function's process.
    pub(crate) fn start(&self, function: &str) -> Function {
        Function::start(&self.binaries.path(function), &self.environment)
    }

    /// Starts a function and kills it as soon as the vendor was asked so often.
    pub(crate) fn kill_after(&self, function: &str, requests: usize) -> Result<bool, Trouble> {
        let process = self.start(function);
        let now = || self.simulator.log().count() >= requests;
        let answer = process.invoke_and_kill_when(&json!({ "run_id": RUN }), DEADLINE, now);
        Ok(answer.transpose().map_err(|error| failed(function, &error))?.is_none())
    }

    /// Calls a function, each slice in a process of its own, until it is done. What it wants to be
    /// waited for is not its time.
    pub(crate) fn finish(&self, function: &str, run_id: &str) -> Result<Spent, Trouble> {
        self.finish_event(function, &json!({ "run_id": run_id }))
    }

    fn finish_event(&self, function: &str, event: &Value) -> Result<Spent, Trouble> {
        self.simulator.reset_log();
        self.go_on_event(function, event)
    }

    /// The same while others ask the vendor too: what it was asked before stays in its log.
    pub(crate) fn go_on(&self, function: &str, run_id: &str) -> Result<Spent, Trouble> {
        self.go_on_event(function, &json!({ "run_id": run_id }))
    }

    fn go_on_event(&self, function: &str, event: &Value) -> Result<Spent, Trouble> {
        let (mut start, mut wall, mut memory) = (Duration::ZERO, Duration::ZERO, 0);
        let (mut cpu, mut log) = (Duration::ZERO, String::new());
        for slices in 1..=MOST_SLICES {
            let began = Instant::now();
            let process = self.start(function);
            let answer = process.invoke(event, DEADLINE);
            wall += began.elapsed();
            let answer = answer.map_err(|error| failed(function, &error))?;
            start += process.start_time();
            memory = memory.max(process.peak_memory());
            cpu += process.cpu_time();
            log += &process.log().text();
            if answer["status"] != "continue" {
                let requests = self.simulator.log();
                return Ok(Spent { start, wall, memory, cpu, log, slices, answer, requests });
            }
            sleep(Duration::from_secs(answer["wait_seconds"].as_u64().unwrap_or_default()));
        }
        Err(format!("{function} did not end in {MOST_SLICES} slices").into())
    }

    /// A whole run; what each function took.
    pub(crate) fn run(&self, run_id: &str) -> Result<Run, Trouble> {
        let spent = self.run_event(&json!({ "run_id": run_id }))?;
        if run_id == RUN {
            self.check_rows(&spent)?;
        }
        Ok(spent)
    }

    /// A whole delta run; what each function took.
    pub(crate) fn delta_run(&self, run_id: &str) -> Result<Run, Trouble> {
        self.run_event(&json!({ "run_id": run_id, "mode": "delta" }))
    }

    fn run_event(&self, event: &Value) -> Result<Run, Trouble> {
        let functions = SYNCS.into_iter().chain([PUBLISH]);
        let spent: Result<Run, Trouble> =
            functions.map(|function| Ok((function, self.finish_event(function, event)?))).collect();
        let spent = spent?;
        match spent.last() {
            Some((_, publication)) if publication.answer["verdict"] == "published" => Ok(spent),
            other => Err(format!("not published: {:?}", other.map(|(_, s)| &s.answer)).into()),
        }
    }

    /// Figures of a run that left something out would be worth nothing.
    fn check_rows(&self, run: &[(&'static str, Spent)]) -> Result<(), Trouble> {
        for (table, wanted) in &self.rows {
            let of = |(_, spent): &(_, Spent)| spent.answer["tables"][table]["rows"].as_u64();
            let found = run.iter().find_map(of);
            if found != Some(*wanted) {
                return Err(format!("{table}: {found:?} rows instead of {wanted}").into());
            }
        }
        Ok(())
    }
}

pub(crate) fn failed(function: &str, error: &FunctionError) -> Trouble {
    format!("{function}: {error}").into()
}
