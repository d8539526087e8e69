//! A running simulator.

use std::{io, net::Ipv4Addr, sync::Arc, thread};

use tokio::{net::TcpListener, sync::oneshot};

use crate::{
    log::Log,
    options::{Options, Permissions, ReportTime},
    organisation::Organisation,
    quirks::Quirks,
    reports::Report,
    rules::Rule,
    server,
    state::State,
    truth::Truth,
    writes::Write,
};

/// A simulated Percipio on 127.0.0.1, on a thread of its own; stops when it is dropped.
#[derive(Debug)]
pub struct Simulator {
    state: Arc<State>,
    port: u16,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Simulator {
    /// Starts one; it is reachable when this returns.
    ///
    /// # Errors
    /// The port is taken, or the system has no threads or sockets left.
    pub fn start(options: Options) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(State::new(&options));
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _inside = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let served = Arc::clone(&state);
        let thread = thread::Builder::new()
            .name("percipio-simulator".to_owned())
            .spawn(move || runtime.block_on(server::run(served, listener, stopped)))?;
        Ok(Self { state, port, stop: Some(stop), thread: Some(thread) })
    }

    /// Where the API is: scheme, host and port.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
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
        self.state.log.lock().clone()
    }

    /// The requests so far that would change an account, refused ones too, in the order of their
    /// effects.
    #[must_use]
    pub fn writes(&self) -> Vec<Write> {
        self.state.writes.lock().clone()
    }

    /// The reports that were asked for since the start, in that order.
    #[must_use]
    pub fn reports(&self) -> Vec<Report> {
        self.state.reports.lock().all()
    }

    /// Forgets the requests so far, writes too; the rate limit and the reports do not.
    pub fn reset_log(&self) {
        self.state.reset_log();
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
        FaultRules(&self.state)
    }

    /// Turns the switches another way from now on.
    pub fn set_quirks(&self, quirks: Quirks) {
        *self.state.quirks.write() = quirks;
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // a server that is gone already needs no telling, and one that panicked has said so
        let _ = self.stop.take().map(|stop| stop.send(()));
        let _ = self.thread.take().map(thread::JoinHandle::join);
    }
}

/// The rules of what goes wrong in a running simulator.
#[derive(Debug)]
pub struct FaultRules<'a>(&'a State);

impl FaultRules<'_> {
    /// Adds a rule; it counts requests from now on.
    pub fn add(&self, rule: Rule) {
        self.0.faults.lock().add(rule);
    }

    /// Lets everything go well from now on.
    pub fn clear(&self) {
        self.0.faults.lock().clear();
    }
}
