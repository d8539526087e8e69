//! A built function as a process of its own.

use std::{
    ffi::OsStr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::{FunctionError, Log, kill, process, runtime_api::RuntimeApi};

/// A running function: one execution environment of Lambda. It ends when this is dropped.
#[derive(Debug)]
pub struct Function {
    pub(crate) api: RuntimeApi,
    child: Mutex<Child>,
    pid: u32,
    started: Instant,
    peak_memory: AtomicU64,
    log: Log,
}

impl Function {
    /// Runs the binary with nothing in its environment but `env` and what Lambda itself sets.
    pub fn start<K, V>(binary: &Path, env: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        let name = binary.file_name().unwrap_or_default().to_string_lossy();
        let api = RuntimeApi::start(&name);
        let log = Log::new();
        let mut command = Command::new(binary);
        command
            .env_clear()
            .env("RUST_BACKTRACE", "0")
            .env("AWS_LAMBDA_RUNTIME_API", api.address().to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", &*name)
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .envs(env)
            .stdin(Stdio::null())
            .stdout(log.stdio())
            .stderr(log.stdio());
        let started = Instant::now();
        let child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", binary.display()));
        let pid = child.id();
        let peak_memory = AtomicU64::new(0);
        Self { api, child: Mutex::new(child), pid, started, peak_memory, log }
    }

    /// Hands it an event and waits for the answer. As in Lambda, a process that ends meanwhile is
    /// `Runtime.ExitError`, and one that passes the deadline is ended: `Sandbox.Timedout`.
    pub fn invoke(&self, event: &Value, deadline: Duration) -> Result<Value, FunctionError> {
        kill::invoke(self, event, deadline)
    }

    /// Like [`Function::invoke`], but kills the process as soon as `now` says so, which is asked
    /// several times a millisecond. Nothing is returned if it was killed before it answered.
    pub fn invoke_and_kill_when(
        &self,
        event: &Value,
        deadline: Duration,
        now: impl FnMut() -> bool,
    ) -> Option<Result<Value, FunctionError>> {
        kill::invoke_and_kill_when(self, event, deadline, now)
    }

    /// Like [`Function::invoke`], but kills the process after this time. Nothing is returned if
    /// it was killed before it answered.
    pub fn invoke_and_kill_after(
        &self,
        event: &Value,
        deadline: Duration,
        after: Duration,
    ) -> Option<Result<Value, FunctionError>> {
        let start = Instant::now();
        self.invoke_and_kill_when(event, deadline, || start.elapsed() >= after)
    }

    /// Ends the process without warning and waits until it is gone.
    pub fn kill(&self) {
        self.note_memory();
        let mut child = self.child();
        // Both only fail for a process that has ended already.
        let _ = child.kill();
        let _ = child.wait();
    }

    /// Stops the process as Lambda does between invocations; returns when it stands still.
    pub fn freeze(&self) {
        self.signal(Signal::SIGSTOP);
        process::wait_until_stopped(self.pid, true);
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.signal(Signal::SIGCONT);
        process::wait_until_stopped(self.pid, false);
    }

    /// The most memory it had resident, in bytes; of an ended process as of its last answer.
    pub fn peak_memory(&self) -> u64 {
        self.note_memory();
        self.peak_memory.load(Ordering::Relaxed)
    }

    /// What it has had of the processors so far; nothing once it has ended.
    pub fn cpu_time(&self) -> Duration {
        process::cpu_time(self.pid).unwrap_or_default()
    }

    /// From the start of the program until it first asked for an event; waits for that.
    ///
    /// # Panics
    /// If it ends before, or does not get there within a minute.
    pub fn start_time(&self) -> Duration {
        loop {
            if let Some(asked) = self.api.first_request() {
                return asked.duration_since(self.started);
            }
            let gone = self.exit_status();
            assert!(gone.is_none(), "ended ({gone:?}) before an event:\n{}", self.log.text());
            assert!(self.started.elapsed() < Duration::from_secs(60), "asks for no event");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// What it wrote to its standard output and error.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// How it ended, if it has.
    pub(crate) fn exit_status(&self) -> Option<String> {
        let status = self.child().try_wait().expect("a child can be waited for");
        status.map(|status| status.to_string())
    }

    /// Remembers the peak while there is one to read.
    pub(crate) fn note_memory(&self) {
        let now = process::peak_memory(self.pid).unwrap_or_default();
        self.peak_memory.fetch_max(now, Ordering::Relaxed);
    }

    fn signal(&self, signal: Signal) {
        let mut child = self.child();
        let ended = child.try_wait().expect("a child can be waited for");
        assert!(ended.is_none(), "the function has ended: {ended:?}");
        process::signal(self.pid, signal);
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        self.kill();
    }
}
