//! A plain caller: one request a connection, everything of the answer kept.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Request, client::conn::http1, ext::ReasonPhrase};
use hyper_util::rt::TokioIo;
use litmos_simulator::{Options, Simulator};
use serde_json::Value;
use tokio::net::TcpStream;

/// All of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) reason: Option<String>,
    pub(crate) headers: HeaderMap,
    /// None if the connection broke in the middle of it.
    pub(crate) body: Option<Bytes>,
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(self.body.as_ref().unwrap()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(self.body.as_ref().unwrap()).unwrap()
    }

    pub(crate) fn content_type(&self) -> &str {
        self.headers.get("content-type").map_or("", |kind| kind.to_str().unwrap())
    }
}

/// Sends a request to a path and query of the server, as it stands.
pub(crate) fn send(
    simulator: &Simulator,
    method: &str,
    path: &str,
    key: Option<&str>,
    body: &str,
) -> Answer {
    let host = simulator.base_url().trim_start_matches("http://").replace("/v1.svc", "");
    let mut request = Request::builder().method(method).uri(path).header("host", &host);
    if let Some(key) = key {
        request = request.header("apikey", key);
    }
    let request = request.body(Full::new(Bytes::from(body.to_owned()))).unwrap();
    exchange(&host, request).unwrap()
}

/// The answer to a request; nothing if the connection ends without one.
pub(crate) fn exchange(host: &str, request: Request<Full<Bytes>>) -> Option<Answer> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let stream = TcpStream::connect(host).await.unwrap();
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let (head, body) = sender.send_request(request).await.ok()?.into_parts();
        let reason = head.extensions.get::<ReasonPhrase>();
        Some(Answer {
            status: head.status.as_u16(),
            reason: reason.map(|text| String::from_utf8_lossy(text.as_bytes()).into_owned()),
            headers: head.headers,
            body: body.collect().await.ok().map(|body| body.to_bytes()),
        })
    })
}

/// Reads a path of the API, with key and source, as JSON.
pub(crate) fn get(simulator: &Simulator, path: &str) -> Answer {
    let mark = if path.contains('?') { '&' } else { '?' };
    let path = format!("/v1.svc{path}{mark}source=test&format=json");
    send(simulator, "GET", &path, Some(&simulator.api_key()), "")
}

/// Every row of a list, by pages of this size, on by the rows received.
pub(crate) fn walk(simulator: &Simulator, path: &str, limit: usize) -> Vec<Value> {
    let mut rows = Vec::new();
    loop {
        let page = get(simulator, &format!("{path}?limit={limit}&start={}", rows.len())).json();
        let page = page.as_array().unwrap();
        if page.is_empty() {
            return rows;
        }
        rows.extend_from_slice(page);
    }
}

pub(crate) fn start(options: Options) -> Simulator {
    Simulator::start(options).unwrap()
}
