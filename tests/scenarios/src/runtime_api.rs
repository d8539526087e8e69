//! Lambda's Runtime API for one process of a function.

mod exchange;
mod routes;

use std::{
    fmt,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::task::JoinHandle;

use self::exchange::{Exchange, Pending};
use crate::blocking;

/// How a function failed, as its caller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionError {
    /// `errorType`, such as `InvalidEvent`; `Runtime.ExitError` and `Sandbox.Timedout` are
    /// Lambda's own.
    pub error_type: String,
    /// `errorMessage`.
    pub error_message: String,
}

impl fmt::Display for FunctionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error_type, self.error_message)
    }
}

impl std::error::Error for FunctionError {}

/// A Runtime API on a free loopback port.
#[derive(Debug)]
pub(crate) struct RuntimeApi {
    address: SocketAddr,
    exchange: Arc<Exchange>,
    server: JoinHandle<()>,
}

impl RuntimeApi {
    /// Starts to serve.
    pub(crate) fn start(function: &str) -> Self {
        let exchange = Arc::new(Exchange::new(function));
        let listener = blocking::wait(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .expect("there is a free loopback port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let app = routes::router(exchange.clone());
        let server = blocking::runtime().spawn(async move {
            axum::serve(listener, app).await.expect("serving only ends with the harness");
        });
        Self { address, exchange, server }
    }

    /// The value of `AWS_LAMBDA_RUNTIME_API`.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Hands an event to the function; `deadline` is how long Lambda says it gives.
    pub(crate) fn submit(&self, event: &Value, deadline: Duration) -> Pending {
        self.exchange.submit(event, deadline)
    }

    /// When the process first asked for an event.
    pub(crate) fn first_request(&self) -> Option<Instant> {
        self.exchange.first_request()
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}
