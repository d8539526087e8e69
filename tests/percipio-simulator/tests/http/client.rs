//! A plain caller: one request a connection, everything of the answer kept.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Request, client::conn::http1};
use hyper_util::rt::TokioIo;
use percipio_simulator::{Options, Simulator};
use serde_json::{Value, json};
use tokio::net::TcpStream;

/// All of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
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

    pub(crate) fn rows(&self) -> Vec<Value> {
        serde_json::from_slice(self.body.as_ref().unwrap()).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn total(&self) -> Option<usize> {
        self.header("x-total-count").map(|text| text.parse().unwrap())
    }

    /// The code of a service's error.
    pub(crate) fn code(&self) -> String {
        self.json()["errors"][0]["code"].as_str().unwrap().to_owned()
    }
}

/// A request to a path and query of the server, as it stands, with the right token.
pub(crate) fn request(
    simulator: &Simulator,
    method: &str,
    path: &str,
    body: &str,
) -> Request<Full<Bytes>> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", host(simulator))
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {}", simulator.api_token()));
    request.body(Full::new(Bytes::from(body.to_owned()))).unwrap()
}

pub(crate) fn host(simulator: &Simulator) -> String {
    simulator.base_url().trim_start_matches("http://").to_owned()
}

/// The answer to a request; nothing if the connection ends without one.
pub(crate) fn exchange(simulator: &Simulator, request: Request<Full<Bytes>>) -> Option<Answer> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let stream = TcpStream::connect(host(simulator)).await.unwrap();
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let (head, body) = sender.send_request(request).await.ok()?.into_parts();
        Some(Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body: body.collect().await.ok().map(|body| body.to_bytes()),
        })
    })
}

/// `/{service}/{version}/organizations/{organization}/{rest}`.
pub(crate) fn path(simulator: &Simulator, service: &str, rest: &str) -> String {
    format!("/{service}/organizations/{}/{rest}", simulator.organization_id())
}

fn send(simulator: &Simulator, method: &str, service: &str, rest: &str, body: &str) -> Answer {
    let path = path(simulator, service, rest);
    exchange(simulator, request(simulator, method, &path, body)).unwrap()
}

/// Reads below `/user-management/v1/organizations/{id}`.
pub(crate) fn users(simulator: &Simulator, rest: &str) -> Answer {
    send(simulator, "GET", "user-management/v1", rest, "")
}

/// Writes below `/user-management/v1/organizations/{id}`.
pub(crate) fn write(simulator: &Simulator, method: &str, rest: &str, body: &Value) -> Answer {
    send(simulator, method, "user-management/v1", rest, &body.to_string())
}

/// Reads a page of the catalogue.
pub(crate) fn catalog(simulator: &Simulator, query: &str) -> Answer {
    send(simulator, "GET", "content-discovery/v2", &format!("catalog-content?{query}"), "")
}

/// Searches.
pub(crate) fn search(simulator: &Simulator, query: &str) -> Answer {
    send(simulator, "GET", "content-discovery/v1", &format!("search-content?{query}"), "")
}

/// Reads below `/common`.
pub(crate) fn common(simulator: &Simulator, version: &str, rest: &str) -> Answer {
    send(simulator, "GET", &format!("common/{version}"), rest, "")
}

/// Asks for a learning-activity report.
pub(crate) fn order(simulator: &Simulator, body: &Value) -> Answer {
    let rest = "report-requests/learning-activity";
    send(simulator, "POST", "reporting/v1", rest, &body.to_string())
}

/// Asks for a report's status or its rows.
pub(crate) fn poll(simulator: &Simulator, id: &str) -> Answer {
    send(simulator, "GET", "reporting/v1", &format!("report-requests/{id}"), "")
}

/// A report about all time with these other fields.
pub(crate) fn all_time(other: Value) -> Value {
    let mut body = json!({
        "start": "2000-01-01T00:00:00Z", "end": "2100-01-01T00:00:00Z",
        "isFileRequiredInSftp": false,
    });
    body.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    body
}

/// The rows of a report.
pub(crate) fn report(simulator: &Simulator, body: &Value) -> Vec<Value> {
    let ordered = order(simulator, body);
    assert_eq!(ordered.status, 202, "{}", ordered.text());
    let id = ordered.json()["id"].as_str().unwrap().to_owned();
    loop {
        let answer = poll(simulator, &id);
        if answer.text().starts_with('[') {
            return answer.rows();
        }
    }
}

/// A control of the simulator's own.
pub(crate) fn control(simulator: &Simulator, method: &str, rest: &str, body: &str) -> Answer {
    let path = format!("/_simulator/{rest}");
    exchange(simulator, request(simulator, method, &path, body)).unwrap()
}

pub(crate) fn start(options: Options) -> Simulator {
    Simulator::start(options).unwrap()
}

/// A field of every row, as text.
pub(crate) fn texts(rows: &[Value], field: &str) -> Vec<String> {
    rows.iter().filter_map(|row| row[field].as_str()).map(str::to_owned).collect()
}
