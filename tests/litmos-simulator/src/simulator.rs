//! A running simulator.

use std::{io, sync::Arc};

use simulator_kit::{Log, Server};

use crate::{
    FaultRules,
    options::{Options, Quirks},
    organisation::Organisation,
    state::State,
    truth::Truth,
    writes::Write,
};

/// A simulated Litmos on 127.0.0.1, on a thread of its own; stops when it is dropped.
#[derive(Debug)]
pub struct Simulator {
    state: Arc<State>,
    server: Server,
    source: String,
}

impl Simulator {
    /// Starts one; it is reachable when this returns.
    ///
    /// # Errors
    /// The port is taken, or the system has no threads or sockets left.
    pub fn start(options: Options) -> io::Result<Self> {
        let state = Arc::new(State::new(&options));
        let server = Server::start(env!("CARGO_PKG_NAME"), options.port, Arc::clone(&state))?;
        Ok(Self { state, server, source: options.source })
    }

    /// Where the API is, up to and including `/v1.svc`.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.server.origin() + "/v1.svc"
    }

    /// The key that is accepted now.
    #[must_use]
    pub fn api_key(&self) -> String {
        self.state.api_key.read().clone()
    }

    /// Accepts another key from now on, and only that.
    pub fn set_api_key(&self, api_key: impl Into<String>) {
        *self.state.api_key.write() = api_key.into();
    }

    /// A `source` to send.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The requests so far.
    #[must_use]
    pub fn log(&self) -> Log {
        self.state.shared.log()
    }

    /// The requests so far that were no GET, refused ones too, in the order of their effects.
    #[must_use]
    pub fn writes(&self) -> Vec<Write> {
        self.state.shared.writes.lock().clone()
    }

    /// Forgets the requests so far, writes too; the rate limit does not.
    pub fn reset_log(&self) {
        self.state.shared.reset_log();
    }

    /// The rows that a perfect copy of the organisation has now.
    #[must_use]
    pub fn truth(&self) -> Truth {
        Truth::new(Arc::clone(&self.state))
    }

    /// The organisation, to look at and to change.
    #[must_use]
    pub fn world(&self) -> Organisation {
        Organisation::new(Arc::clone(&self.state))
    }

    /// The rules of what goes wrong.
    #[must_use]
    pub fn faults(&self) -> FaultRules<'_> {
        self.state.shared.rules()
    }

    /// Makes answers odd in another way from now on.
    pub fn set_quirks(&self, quirks: Quirks) {
        *self.state.quirks.write() = quirks;
    }
}
