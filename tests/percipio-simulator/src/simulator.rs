//! A running simulator.

use std::{io, sync::Arc};

use simulator_kit::{Log, Server};

use crate::{
    FaultRules,
    options::{Options, Permissions, ReportTime},
    organisation::Organisation,
    quirks::Quirks,
    reports::Report,
    state::State,
    truth::Truth,
    writes::Write,
};

/// A simulated Percipio on 127.0.0.1, on a thread of its own; stops when it is dropped.
#[derive(Debug)]
pub struct Simulator {
    state: Arc<State>,
    server: Server,
}

impl Simulator {
    /// Starts one; it is reachable when this returns.
    ///
    /// # Errors
    /// The port is taken, or the system has no threads or sockets left.
    pub fn start(options: Options) -> io::Result<Self> {
        let state = Arc::new(State::new(&options));
        let server = Server::start(env!("CARGO_PKG_NAME"), options.port, Arc::clone(&state))?;
        Ok(Self { state, server })
    }

    /// Where the API is: scheme, host and port.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.server.origin()
    }

    /// The organisation that every path must name.
    #[must_use]
    pub fn organization_id(&self) -> &str {
        &self.state.organization_id
    }

    /// The token that is accepted now.
    #[must_use]
    pub fn api_token(&self) -> String {
        self.state.api_token.read().clone()
    }

    /// Accepts another token from now on, and only that.
    pub fn set_api_token(&self, api_token: impl Into<String>) {
        *self.state.api_token.write() = api_token.into();
    }

    /// Gives the service account other permissions from now on.
    pub fn set_permissions(&self, permissions: Permissions) {
        *self.state.permissions.write() = permissions;
    }

    /// Lets reports take another time from now on, those that are being built too.
    pub fn set_report_time(&self, time: ReportTime) {
        *self.state.report_time.write() = time;
    }

    /// The requests so far.
    #[must_use]
    pub fn log(&self) -> Log {
        self.state.shared.log()
    }

    /// The requests so far that would change an account, refused ones too, in the order of their
    /// effects.
    #[must_use]
    pub fn writes(&self) -> Vec<Write> {
        self.state.shared.writes.lock().clone()
    }

    /// The reports that were asked for since the start, in that order.
    #[must_use]
    pub fn reports(&self) -> Vec<Report> {
        self.state.reports.lock().all()
    }

    /// Forgets the requests so far, writes too; the rate limit and the reports do not.
    pub fn reset_log(&self) {
        self.state.shared.reset_log();
    }

    /// What a perfect copy of the organisation has now.
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

    /// Turns the switches another way from now on.
    pub fn set_quirks(&self, quirks: Quirks) {
        *self.state.quirks.write() = quirks;
    }
}
