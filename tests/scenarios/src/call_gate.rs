//! A gate before everything a function calls, AWS and the vendor alike.
//!
//! What a function does to the world it does by calls, so between two of them the world looks the
//! same. A function that is held and killed at each call, once before the call gets through and
//! once before the answer comes back, has been killed at every instant that matters.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    http::{
        HeaderMap, Method, StatusCode, Uri,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::json;
use tokio::{sync::watch, task::JoinHandle};

use crate::blocking;

/// How long a test waits for a call to be held before it looks around again.
const MOMENT: Duration = Duration::from_millis(5);

/// Lets every call through, but the one it is told to hold and those it is told to refuse.
#[derive(Debug)]
pub struct CallGate {
    aws: String,
    vendor: String,
    gate: Arc<Gate>,
    servers: [JoinHandle<()>; 2],
}

/// A call of the function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatedCall {
    /// Such as `PUT /bucket/key`, without the query; of a call to SQS or Secrets Manager the
    /// operation, such as `AmazonSQS.SendMessage`.
    pub line: String,
    /// Whether it is to change something.
    pub writes: bool,
    /// The length of what it sends.
    pub bytes: u64,
}

/// Where a call is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Before it gets through: nothing has happened.
    Before,
    /// Before its answer comes back: it has taken effect.
    After,
}

/// An answer that the gate gives to calls, which go no further.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The calls: those of this method and path, such as `POST /v1.svc/users`.
    pub of: String,
    /// The status.
    pub status: u16,
    /// The vendor's words.
    pub detail: String,
}

#[derive(Debug)]
struct Gate {
    client: Client<HttpConnector, Body>,
    state: Mutex<Watched>,
    /// Told when a call is held.
    held: Condvar,
    passage: watch::Sender<Passage>,
}

#[derive(Debug, Default)]
struct Watched {
    calls: Vec<GatedCall>,
    stop: Option<(usize, Side)>,
    holds: bool,
    refusals: Vec<Refusal>,
}

/// What becomes of the call that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passage {
    Waits,
    Open,
    Lost,
}

/// One of the two ways through the gate.
#[derive(Debug, Clone)]
struct Way {
    gate: Arc<Gate>,
    to: String,
}

impl CallGate {
    /// A gate before the AWS at this endpoint and the vendor at this base URL, whose path is kept.
    ///
    /// # Panics
    /// If there is no free loopback port.
    #[must_use]
    pub fn before(aws: &str, vendor: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let passage = watch::Sender::new(Passage::Open);
        let gate =
            Arc::new(Gate { client, state: Mutex::default(), held: Condvar::new(), passage });
        let host = vendor.find("/v1.svc").map_or(vendor, |path| &vendor[..path]);
        let (aws, to_aws) = serve(Way { gate: Arc::clone(&gate), to: aws.to_owned() });
        let (to_host, to_vendor) = serve(Way { gate: Arc::clone(&gate), to: host.to_owned() });
        let vendor = vendor.replace(host, &to_host);
        Self { aws, vendor, gate, servers: [to_aws, to_vendor] }
    }

    /// The way to AWS: the value of `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn aws(&self) -> &str {
        &self.aws
    }

    /// The way to the vendor: the value of `ROLLCALL_BASE_URL`.
    #[must_use]
    pub fn vendor(&self) -> &str {
        &self.vendor
    }

    /// The calls since the last [`CallGate::hold`] or [`CallGate::count`].
    #[must_use]
    pub fn calls(&self) -> Vec<GatedCall> {
        self.gate.state().calls.clone()
    }

    /// Counts calls anew and holds none.
    pub fn count(&self) {
        let mut state = self.gate.state();
        let refusals = std::mem::take(&mut state.refusals);
        *state = Watched { refusals, ..Watched::default() };
        self.gate.passage.send_replace(Passage::Open);
    }

    /// Holds the `nth` call from now on, counted from 1.
    pub fn hold(&self, nth: usize, side: Side) {
        self.count();
        let mut state = self.gate.state();
        state.stop = Some((nth, side));
        self.gate.passage.send_replace(Passage::Waits);
    }

    /// Whether a call is held, now or in a moment: to be asked again and again.
    #[must_use]
    pub fn holds(&self) -> bool {
        let (state, held) = (self.gate.state(), &self.gate.held);
        let state = held.wait_timeout_while(state, MOMENT, |state| !state.holds);
        state.unwrap_or_else(PoisonError::into_inner).0.holds
    }

    /// Lets everything through again, the call that is held too.
    pub fn open(&self) {
        self.end(Passage::Open);
    }

    /// Lets everything through again, but the call that is held gets lost: its caller is gone.
    pub fn lose(&self) {
        self.end(Passage::Lost);
    }

    /// Answers these calls itself from now on; nothing: answers none.
    pub fn refuse(&self, refusals: impl IntoIterator<Item = Refusal>) {
        self.gate.state().refusals = refusals.into_iter().collect();
    }

    fn end(&self, how: Passage) {
        let mut state = self.gate.state();
        (state.stop, state.holds) = (None, false);
        self.gate.passage.send_replace(how);
    }
}

impl Drop for CallGate {
    fn drop(&mut self) {
        self.servers.iter().for_each(JoinHandle::abort);
    }
}

impl Gate {
    fn state(&self) -> MutexGuard<'_, Watched> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a call, and says where it is to be held.
    fn note(&self, call: GatedCall) -> Option<Side> {
        let mut state = self.state();
        state.calls.push(call);
        let nth = state.calls.len();
        state.stop.filter(|(stop, _)| *stop == nth).map(|(_, side)| side)
    }

    /// Holds a call; false if it gets lost.
    async fn wait(&self) -> bool {
        let mut passage = self.passage.subscribe();
        self.state().holds = true;
        self.held.notify_all();
        let end = passage.wait_for(|passage| *passage != Passage::Waits).await;
        end.is_ok_and(|end| *end == Passage::Open)
    }

    fn refusal(&self, call: &GatedCall) -> Option<Refusal> {
        self.state().refusals.iter().find(|refusal| call.line == refusal.of).cloned()
    }
}

fn serve(way: Way) -> (String, JoinHandle<()>) {
    let listener = blocking::wait(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .expect("there is a free loopback port");
    let address = listener.local_addr().expect("a bound socket has an address");
    let app = Router::new().fallback(pass).layer(DefaultBodyLimit::disable()).with_state(way);
    let server = blocking::runtime().spawn(async move {
        axum::serve(listener, app).await.expect("serving only ends with the harness");
    });
    (format!("http://{address}"), server)
}

async fn pass(State(way): State<Way>, request: Request) -> Response {
    let call = named(request.method(), request.uri(), request.headers());
    if let Some(refusal) = way.gate.refusal(&call) {
        way.gate.note(call);
        let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
        let body = json!({ "Detail": refusal.detail }).to_string();
        return (status, [(CONTENT_TYPE, "application/json")], body).into_response();
    }
    let side = way.gate.note(call);
    if side == Some(Side::Before) && !way.gate.wait().await {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let answer = way.forward(request).await;
    if side == Some(Side::After) {
        way.gate.wait().await;
    }
    answer
}

impl Way {
    async fn forward(&self, mut request: Request) -> Response {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let uri = format!("{}{path}", self.to).parse::<Uri>();
        *request.uri_mut() = uri.expect("an address and a path make a URL");
        match self.gate.client.request(request).await {
            Ok(response) => response.map(Body::new).into_response(),
            Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
        }
    }
}

fn named(method: &Method, uri: &Uri, headers: &HeaderMap) -> GatedCall {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let line = target.map_or_else(|| format!("{method} {}", uri.path()), str::to_owned);
    let reads = method == Method::GET || target.is_some_and(|target| target.contains(".Get"));
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    GatedCall { line, writes: !reads, bytes: length.unwrap_or_default() }
}
