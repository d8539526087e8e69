//! A gate before the store at which a write can be held up.
//!
//! To kill a function by chance hits few of the instants that matter: the store only ever looks as
//! it does between two writes. A function that is held before its first, second, … write and
//! killed there has been killed at each of them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    http::{Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::{sync::Notify, task::JoinHandle};

use crate::blocking;

/// Lets everything through to the local AWS, but the one write it is told to hold.
#[derive(Debug)]
pub struct WriteGate {
    address: String,
    gate: Arc<Gate>,
    server: JoinHandle<()>,
}

#[derive(Debug)]
struct Gate {
    store: String,
    client: Client<HttpConnector, Body>,
    writes: AtomicUsize,
    /// The write that is held; 0: none.
    held: AtomicUsize,
    opened: Notify,
}

impl WriteGate {
    /// A gate before the AWS at this endpoint.
    ///
    /// # Panics
    /// If there is no free loopback port.
    #[must_use]
    pub fn before(endpoint: &str) -> Self {
        let gate = Arc::new(Gate {
            store: endpoint.to_owned(),
            client: Client::builder(TokioExecutor::new()).build_http(),
            writes: AtomicUsize::new(0),
            held: AtomicUsize::new(0),
            opened: Notify::new(),
        });
        let listener = blocking::wait(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .expect("there is a free loopback port");
        let address = listener.local_addr().expect("a bound socket has an address").to_string();
        let app = Router::new()
            .fallback(pass)
            .layer(DefaultBodyLimit::disable())
            .with_state(Arc::clone(&gate));
        let server = blocking::runtime().spawn(async move {
            axum::serve(listener, app).await.expect("serving only ends with the harness");
        });
        Self { address, gate, server }
    }

    /// Where it listens: the value of `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Holds the `nth` write from now on, counted from 1.
    pub fn hold(&self, nth: usize) {
        self.gate.writes.store(0, Ordering::SeqCst);
        self.gate.held.store(nth, Ordering::SeqCst);
    }

    /// Whether a write waits at the gate; it has not reached the store.
    #[must_use]
    pub fn holds(&self) -> bool {
        let held = self.gate.held.load(Ordering::SeqCst);
        held > 0 && self.gate.writes.load(Ordering::SeqCst) >= held
    }

    /// Lets everything through again, the write that waits too, unless its sender is gone.
    pub fn open(&self) {
        self.gate.held.store(0, Ordering::SeqCst);
        self.gate.opened.notify_waiters();
    }
}

impl Drop for WriteGate {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A sender that is killed takes its waiting request with it: the server drops the future.
async fn pass(State(gate): State<Arc<Gate>>, mut request: Request) -> Response {
    if request.method() == Method::PUT {
        let opened = gate.opened.notified();
        let nth = gate.writes.fetch_add(1, Ordering::SeqCst) + 1;
        if nth == gate.held.load(Ordering::SeqCst) {
            opened.await;
        }
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let uri = format!("{}{path}", gate.store).parse::<Uri>();
    *request.uri_mut() = uri.expect("an endpoint and a path make a URL");
    match gate.client.request(request).await {
        Ok(response) => response.map(Body::new).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}
