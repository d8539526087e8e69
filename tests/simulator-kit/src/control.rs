//! What a test harness in another process can do, under `/_simulator/`.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::{
    Method, Request, Response,
    body::{Frame, Incoming},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::{
    delivery::{Body, Delivery},
    log::Log,
    rules::Rule,
    vendor::{Pieces, Vendor},
};

/// What these paths begin with.
pub(crate) const PREFIX: &str = "/_simulator/";

/// Why a control does nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlError {
    /// The answer's status.
    pub status: u16,
    /// What is wrong.
    pub text: String,
}

impl ControlError {
    fn new(status: u16, text: impl Into<String>) -> Self {
        Self { status, text: text.into() }
    }

    /// Nothing is called so.
    #[must_use]
    pub fn unknown() -> Self {
        Self::new(404, "There is no such control.")
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Rules<F> {
    One(Rule<F>),
    Many(Vec<Rule<F>>),
}

/// Answers a request for a path under the prefix.
pub(crate) async fn serve<V: Vendor>(vendor: Arc<V>, request: Request<Incoming>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let action = head.uri.path().trim_start_matches(PREFIX);
    if let (&Method::GET, Some(name)) = (&head.method, action.strip_prefix("truth/"))
        && let Some(pieces) = Arc::clone(&vendor).truth(name)
    {
        return streamed(pieces);
    }
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let query = head.uri.query().unwrap_or_default();
    let answer = act(&*vendor, &head.method, action, query, &body);
    V::control_reply(answer).into_response(Delivery::default())
}

fn act<V: Vendor>(
    vendor: &V,
    method: &Method,
    action: &str,
    query: &str,
    body: &Bytes,
) -> Result<String, ControlError> {
    let shared = vendor.shared();
    match (method.as_str(), action) {
        ("GET", "stats") => return Ok(stats(&shared.log.lock(), query, V::WINDOW)?.to_string()),
        ("GET", "log") => return Ok(json_lines(shared.log.lock().entries())),
        ("GET", "writes") => return Ok(json_lines(&shared.writes.lock())),
        ("POST", "faults") => match read(body)? {
            Rules::One(rule) => shared.faults.lock().add(rule),
            Rules::Many(rules) => {
                let mut faults = shared.faults.lock();
                rules.into_iter().for_each(|rule| faults.add(rule));
            }
        },
        ("DELETE", "faults") => shared.faults.lock().clear(),
        ("POST", "reset-log") => shared.reset_log(),
        _ => return vendor.control(method, action, body),
    }
    Ok("{}".to_owned())
}

/// What a control's body says.
///
/// # Errors
/// It says something else.
pub fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, ControlError> {
    serde_json::from_slice(body).map_err(|error| ControlError::new(400, error.to_string()))
}

/// The answer to a change of the organisation, which gave this id.
///
/// # Errors
/// It gave none: there is nothing to change.
pub fn changed(id: Option<String>) -> Result<String, ControlError> {
    let id = id.ok_or_else(|| ControlError::new(404, "There is no such thing."))?;
    Ok(json!({ "id": id }).to_string())
}

/// Counts; the window of the maxima is `window_ms`, the vendor's own if it is not given.
fn stats(log: &Log, query: &str, window: Duration) -> Result<Value, ControlError> {
    let given = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "window_ms");
    let given = given.map(|(_, text)| text.parse().map(Duration::from_millis)).transpose();
    let window = given.map_err(|_| ControlError::new(400, "window_ms"))?.unwrap_or(window);
    Ok(json!({
        "requests": log.count(),
        "refused": log.refused(),
        "max_in_window": log.max_in_window(window),
        "max_accepted_in_window": log.max_accepted_in_window(window),
        "per_path": log.per_path(),
    }))
}

/// A line of JSON for each of these plain values.
pub fn json_lines<T: Serialize>(values: &[T]) -> String {
    values.iter().map(json_line).collect()
}

/// A plain value as a line of JSON.
///
/// # Panics
/// It is not a plain value: JSON cannot say it.
pub fn json_line<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("these are plain values") + "\n"
}

/// Piece by piece: there may be millions of lines.
fn streamed(pieces: Pieces) -> Response<Body> {
    let frames = pieces.map(|piece| Ok(Frame::data(Bytes::from(piece))));
    Response::new(StreamBody::new(stream::iter(frames)).boxed_unsync())
}
