//! What all requests to any simulator share.

use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::{
    faults::Fault,
    log::Log,
    rules::{FaultRules, Faults, Rule},
    service::Arrived,
};

/// The clock, the rules of what goes wrong and the log, for faults `F` and writes `W`.
#[derive(Debug)]
pub struct Shared<F, W> {
    started: Instant,
    pub(crate) latency_ms: u64,
    pub(crate) faults: Mutex<Faults<F>>,
    pub(crate) log: Mutex<Log>,
    /// The requests that would change something, in the order of their effects.
    pub writes: Mutex<Vec<W>>,
}

impl<F: Fault, W> Shared<F, W> {
    /// Starts the clock. The seed is that of the faults' chance; the latency is every answer's.
    #[must_use]
    pub fn new(seed: u64, rules: Vec<Rule<F>>, latency_ms: u64) -> Self {
        Self {
            started: Instant::now(),
            latency_ms,
            faults: Mutex::new(Faults::new(seed, rules)),
            log: Mutex::default(),
            writes: Mutex::default(),
        }
    }

    /// How long ago the start was.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// The requests so far.
    #[must_use]
    pub fn log(&self) -> Log {
        self.log.lock().clone()
    }

    /// Forgets the requests so far, writes too.
    pub fn reset_log(&self) {
        self.log.lock().reset();
        self.writes.lock().clear();
    }

    /// The rules of what goes wrong.
    #[must_use]
    pub fn rules(&self) -> FaultRules<'_, F> {
        FaultRules(&self.faults)
    }

    /// What goes wrong with a request; the log keeps it.
    pub fn strike(&self, request: &Arrived) -> Vec<F> {
        let path = request.head.uri.path();
        let subject = match &request.query {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        };
        let faults = self.faults.lock().strike(request.head.method.as_str(), &subject);
        if let Some(entry) = self.log.lock().entry_mut(request.number) {
            entry.faults = faults.iter().map(|fault| fault.name()).collect();
        }
        faults
    }

    /// Keeps in the log that the rate limit refused a request.
    pub fn refuse(&self, request: &Arrived) {
        if let Some(entry) = self.log.lock().entry_mut(request.number) {
            entry.refused = true;
        }
    }
}
