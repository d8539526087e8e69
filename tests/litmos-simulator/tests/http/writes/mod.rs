//! What callers write, and what becomes of it.

mod accounts;
mod bodies;
mod courses;
mod faults;
mod log;
mod members;
mod paths;
mod replacing;
mod teams;
mod user_teams;

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use litmos_simulator::Simulator;
use serde_json::{Value, json};

use crate::client::{Answer, exchange};

/// Sends a body of some type to a path of the API; nothing if there is no answer.
pub(crate) fn submit(
    simulator: &Simulator,
    method: &str,
    path: &str,
    kind: Option<&str>,
    body: &str,
) -> Option<Answer> {
    let mark = if path.contains('?') { '&' } else { '?' };
    let path = format!("/v1.svc{path}{mark}source=test&format=json");
    let host = simulator.base_url().trim_start_matches("http://").replace("/v1.svc", "");
    let mut request = Request::builder().method(method).uri(path).header("host", &host);
    request = request.header("apikey", simulator.api_key());
    if body.is_empty() {
        // the client leaves it out, which is not taken
        request = request.header("content-length", "0");
    }
    if let Some(kind) = kind {
        request = request.header("content-type", kind);
    }
    exchange(&host, request.body(Full::new(Bytes::from(body.to_owned()))).unwrap())
}

/// Sends JSON, which null is none of.
pub(crate) fn write(simulator: &Simulator, method: &str, path: &str, body: &Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    submit(simulator, method, path, Some("application/json"), &body).unwrap()
}

/// The status of a write and its reason or, if it has none, its body.
pub(crate) fn outcome(
    simulator: &Simulator,
    method: &str,
    path: &str,
    body: &Value,
) -> (u16, String) {
    let answer = write(simulator, method, path, body);
    let text = match answer.status {
        400.. => {
            let reason = answer.reason.clone().unwrap();
            assert_eq!(answer.json(), json!({ "Detail": reason }), "said twice");
            reason
        }
        _ => answer.text().to_owned(),
    };
    (answer.status, text)
}

/// What is carried out and says nothing.
pub(crate) fn done(status: u16) -> (u16, String) {
    (status, String::new())
}

/// A list of ids as bodies have it.
pub(crate) fn ids(ids: &[&str]) -> Value {
    ids.iter().map(|id| json!({ "Id": id })).collect()
}

/// The short body that creates an account.
pub(crate) fn ada() -> Value {
    json!({
        "Id": "", "UserName": "ada.new@example.org", "FirstName": "Ada", "LastName": "New",
        "FullName": "Somebody Else", "Email": "ada.new@example.org", "AccessLevel": "Learner",
        "DisableMessages": false, "Active": true, "LastLogin": "", "LoginKey": "",
        "IsCustomUsername": false, "SkipFirstLogin": true, "TimeZone": "UTC",
    })
}

/// The body with some fields changed.
pub(crate) fn with(mut body: Value, fields: Value) -> Value {
    let Value::Object(fields) = fields else { panic!("fields are an object") };
    body.as_object_mut().unwrap().extend(fields);
    body
}
