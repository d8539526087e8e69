//! A connection with its simulated vendor and its functions.

use std::{cell::RefCell, collections::BTreeMap, thread::sleep, time::Duration};

use litmos_simulator::{Options, Simulator};
use serde_json::{Value, json};

use crate::{
    Binaries, Connection, Emulator, Environment, Function, FunctionError, LocalAws, Vendor,
    read_table,
};

/// The functions of a run, in their order.
pub const FUNCTIONS: [&str; 4] = ["sync-users", "sync-teams", "sync-courses", "publish-snapshot"];
/// Those that read from the vendor.
pub const SYNC_FUNCTIONS: [&str; 3] = ["sync-users", "sync-teams", "sync-courses"];
/// The tables of a run.
pub const TABLES: [&str; 5] = ["courses", "enrolments", "team_members", "teams", "users"];
/// How long an invocation may take, unless a test says otherwise.
pub const PLENTY: Duration = Duration::from_secs(120);

/// A connection with its simulated vendor and its functions.
pub struct Scenario<V = Simulator> {
    /// The vendor.
    pub simulator: V,
    /// The bucket and the secret.
    pub connection: Connection,
    /// What functions are started with.
    pub environment: Environment,
    binaries: Binaries,
    logs: RefCell<String>,
}

impl Scenario {
    /// A connection to Litmos on the shared local AWS.
    ///
    /// # Panics
    /// If a part of it cannot be started.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self::of(Simulator::start(options).expect("a simulator on loopback"))
    }
}

impl Scenario<percipio_simulator::Simulator> {
    /// A connection to Percipio on the shared local AWS.
    ///
    /// # Panics
    /// If a part of it cannot be started.
    #[must_use]
    pub fn percipio(options: percipio_simulator::Options) -> Self {
        let simulator = percipio_simulator::Simulator::start(options);
        Self::of(simulator.expect("a simulator on loopback"))
    }
}

impl<V: Vendor> Scenario<V> {
    /// A connection to this vendor on the shared local AWS.
    ///
    /// # Panics
    /// If a part of it cannot be started.
    #[must_use]
    pub fn of(simulator: V) -> Self {
        let connection = simulator.connect(LocalAws::shared(Emulator::MiniStack));
        let environment = simulator.environment(&connection);
        let (binaries, logs) = (Binaries::built(), RefCell::default());
        Self { simulator, connection, environment, binaries, logs }
    }

    /// The same with another environment.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(Environment) -> Environment) -> Self {
        self.environment = change(self.environment);
        self
    }

    /// Starts a function's process.
    #[must_use]
    pub fn start(&self, function: &str) -> Function {
        Function::start(&self.binaries.path(function), &self.environment)
    }

    /// Calls a function in a process of its own.
    ///
    /// # Errors
    /// What the function answers as an error.
    pub fn call(&self, function: &str, event: &Value) -> Result<Value, FunctionError> {
        self.call_within(function, event, PLENTY)
    }

    /// The same with another deadline.
    ///
    /// # Errors
    /// What the function answers as an error.
    pub fn call_within(
        &self,
        function: &str,
        event: &Value,
        deadline: Duration,
    ) -> Result<Value, FunctionError> {
        let process = self.start(function);
        let answer = process.invoke(event, deadline);
        self.keep_log(&process);
        answer
    }

    /// Goes on with a run in a process of its own and kills it as soon as `now` says so, which is
    /// asked several times a millisecond. Nothing is returned if it was killed before it answered.
    pub fn kill_when(
        &self,
        function: &str,
        run_id: &str,
        now: impl FnMut() -> bool,
    ) -> Option<Result<Value, FunctionError>> {
        let process = self.start(function);
        let answer = process.invoke_and_kill_when(&json!({ "run_id": run_id }), PLENTY, now);
        self.keep_log(&process);
        answer
    }

    /// Goes on with a run and does something once, while the function works, as soon as the
    /// vendor has seen so many requests.
    ///
    /// # Errors
    /// What the function answers as an error.
    ///
    /// # Panics
    /// If the function answers before that.
    pub fn meanwhile(
        &self,
        function: &str,
        run_id: &str,
        requests: usize,
        mut act: impl FnMut(),
    ) -> Result<Value, FunctionError> {
        let mut done = false;
        let answer = self.kill_when(function, run_id, || {
            if !done && self.requests() >= requests {
                act();
                done = true;
            }
            false
        });
        assert!(done, "{function} answered before {requests} requests: {answer:?}");
        answer.expect("nobody has killed it")
    }

    /// Adds what a process has logged so far to [`Scenario::logs`].
    pub fn keep_log(&self, process: &Function) {
        self.logs.borrow_mut().push_str(&process.log().text());
    }

    /// How many requests the vendor has seen.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.simulator.log().count()
    }

    /// Calls a function as the state machine does, each slice in a process of its own, until it
    /// answers something else than `continue`. Tells how many slices that took.
    ///
    /// # Errors
    /// What the function answers as an error.
    pub fn finish(&self, function: &str, run_id: &str) -> Result<(Value, u32), FunctionError> {
        self.finish_event(function, &json!({ "run_id": run_id }))
    }

    fn finish_event(&self, function: &str, event: &Value) -> Result<(Value, u32), FunctionError> {
        for slices in 1..1_000 {
            let answer = self.call(function, event)?;
            if answer["status"] != "continue" {
                return Ok((answer, slices));
            }
            sleep(Duration::from_secs(answer["wait_seconds"].as_u64().unwrap_or_default()));
        }
        panic!("{function} never finished");
    }

    /// A whole run; the answer of its publication.
    ///
    /// # Errors
    /// What a function answers as an error.
    pub fn run(&self, run_id: &str) -> Result<Value, FunctionError> {
        self.run_event(&json!({ "run_id": run_id }))
    }

    /// A whole delta run, or what it falls back to; the answer of its publication.
    ///
    /// # Errors
    /// What a function answers as an error.
    pub fn delta_run(&self, run_id: &str) -> Result<Value, FunctionError> {
        self.run_event(&json!({ "run_id": run_id, "mode": "delta" }))
    }

    fn run_event(&self, event: &Value) -> Result<Value, FunctionError> {
        let mut answer = Value::Null;
        for function in FUNCTIONS {
            (answer, _) = self.finish_event(function, event)?;
        }
        Ok(answer)
    }

    /// Everything that the functions this scenario has called have logged.
    #[must_use]
    pub fn logs(&self) -> String {
        self.logs.borrow().clone()
    }

    /// A document of the connection.
    #[must_use]
    pub fn document(&self, key: &str) -> Option<Value> {
        self.connection.bucket.get_json(&format!("{}/{key}", self.connection.name))
    }

    /// A run's manifest.
    #[must_use]
    pub fn manifest(&self, run_id: &str) -> Option<Value> {
        self.document(&format!("manifests/run_id={run_id}/manifest.json"))
    }

    /// The parts that the manifest of a run lists, each with its rows and its hash, by key without
    /// the connection. `changes` is left out: it depends on the runs before.
    ///
    /// # Panics
    /// If there is no manifest.
    #[must_use]
    pub fn listed_parts(&self, run_id: &str) -> BTreeMap<String, (Value, Value)> {
        let manifest = self.manifest(run_id).unwrap_or_else(|| panic!("{run_id} has no manifest"));
        let tables = TABLES.iter().flat_map(|table| {
            let parts = manifest["tables"][*table]["parts"].as_array().cloned();
            parts.unwrap_or_default()
        });
        let part = |part: Value| {
            let key = text(&part["key"]).replacen(&self.connection.name, "", 1);
            (key, (part["rows"].clone(), part["sha256"].clone()))
        };
        tables.map(part).collect()
    }

    /// The keys that lie in the run folders of the tables, without the connection.
    #[must_use]
    pub fn stored_parts(&self, run_id: &str) -> Vec<String> {
        let name = &self.connection.name;
        let folder = |table| format!("{name}/snapshots/{table}/run_id={run_id}/");
        let keys = TABLES.iter().flat_map(|table| self.connection.bucket.keys(&folder(table)));
        keys.map(|key| key.replacen(name, "", 1)).collect()
    }

    /// The run that readers are led to.
    #[must_use]
    pub fn latest(&self) -> Option<String> {
        self.document("latest.json").map(|latest| text(&latest["run_id"]))
    }

    /// The rows of a table, read by a reader of its own.
    #[must_use]
    pub fn table(&self, table: &str, run_id: &str) -> Vec<Value> {
        read_table(&self.connection.bucket, &self.connection.name, table, run_id)
    }

    /// The rows that a table must have.
    #[must_use]
    pub fn truth(&self, table: &str) -> Vec<Value> {
        self.simulator.truth(table)
    }

    /// Asserts that a run's tables are what the vendor has, row by row.
    ///
    /// # Panics
    /// If they are not.
    pub fn assert_tables_are_true(&self, run_id: &str) {
        for table in TABLES {
            let (read, truth) = (self.table(table, run_id), self.truth(table));
            let comparable = |row| self.simulator.comparable(table, row);
            let read: Vec<_> = read.into_iter().map(comparable).collect();
            if let Some(at) = (0..read.len().min(truth.len())).find(|&at| read[at] != truth[at]) {
                panic!("{table}, row {at}: read {:#}\nbut the truth is {:#}", read[at], truth[at]);
            }
            assert_eq!(read.len(), truth.len(), "rows of {table}");
        }
    }
}

/// The text in a JSON value.
///
/// # Panics
/// If it is none.
#[must_use]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
