//! What a test harness in another process can do, under `/_simulator/`.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::{
    Method, Request, Response,
    body::{Frame, Incoming},
};
use rollcall_roster::Table;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::{
    delivery::{Body, Delivery},
    options::{Permissions, ReportTime},
    quirks::{ErrorBodies, Quirks},
    refusal::Refusal,
    reply::Reply,
    rules::Rule,
    state::State,
    truth::{Truth, line},
    world::Change,
};

/// What these paths begin with.
pub(crate) const PREFIX: &str = "/_simulator/";

#[derive(Deserialize)]
#[serde(untagged)]
enum Rules {
    One(Rule),
    Many(Vec<Rule>),
}

#[derive(Deserialize)]
struct Token {
    api_token: String,
}

/// Answers a request for a path under the prefix.
pub(crate) async fn serve(state: Arc<State>, request: Request<Incoming>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let action = head.uri.path().trim_start_matches(PREFIX);
    if let (&Method::GET, Some(name)) = (&head.method, action.strip_prefix("truth/")) {
        if let Some(table) = Table::ALL.into_iter().find(|table| table.name() == name) {
            return streamed(Truth::new(state).lines(table));
        }
        if name == "activities" {
            return streamed(Truth::new(state).activities().map(|activity| line(&activity)));
        }
    }
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let query = head.uri.query().unwrap_or_default();
    let reply = match act(&state, &head.method, action, query, &body) {
        Ok(text) => Reply::text(200, "application/json", text),
        Err(refusal) => Reply::refusal(&refusal, ErrorBodies::Described),
    };
    reply.into_response(Delivery::default())
}

fn act(
    state: &State,
    method: &Method,
    action: &str,
    query: &str,
    body: &Bytes,
) -> Result<String, Refusal> {
    match (method.as_str(), action) {
        ("GET", "stats") => return Ok(stats(state, query)?.to_string()),
        ("GET", "log") => return Ok(lines(state.log.lock().entries())),
        ("GET", "writes") => return Ok(lines(&state.writes.lock())),
        ("GET", "reports") => return Ok(lines(&state.reports.lock().all())),
        ("POST", "faults") => match read(body)? {
            Rules::One(rule) => state.faults.lock().add(rule),
            Rules::Many(rules) => {
                let mut faults = state.faults.lock();
                rules.into_iter().for_each(|rule| faults.add(rule));
            }
        },
        ("DELETE", "faults") => state.faults.lock().clear(),
        ("POST", "token") => *state.api_token.write() = read::<Token>(body)?.api_token,
        ("POST", "permissions") => *state.permissions.write() = read::<Permissions>(body)?,
        ("POST", "report-time") => *state.report_time.write() = read::<ReportTime>(body)?,
        ("POST", "quirks") => *state.quirks.write() = read::<Quirks>(body)?,
        ("POST", "world") => {
            let id = Arc::make_mut(&mut state.world.write()).change(read::<Change>(body)?);
            let id = id.ok_or_else(|| Refusal::gateway(404, "There is no such thing."))?;
            return Ok(json!({ "id": id }).to_string());
        }
        ("POST", "reset-log") => state.reset_log(),
        _ => return Err(Refusal::gateway(404, "There is no such control.")),
    }
    Ok("{}".to_owned())
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::gateway(400, error.to_string()))
}

/// Counts; the window of the maxima is `window_ms`, the vendor's 20 seconds if it is not given.
fn stats(state: &State, query: &str) -> Result<Value, Refusal> {
    let window = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "window_ms");
    let window = window.map_or(Ok(20_000), |(_, text)| text.parse());
    let window = Duration::from_millis(window.map_err(|_| Refusal::gateway(400, "window_ms"))?);
    let log = state.log.lock();
    Ok(json!({
        "requests": log.count(),
        "refused": log.refused(),
        "max_in_window": log.max_in_window(window),
        "max_accepted_in_window": log.max_accepted_in_window(window),
        "per_path": log.per_path(),
    }))
}

fn lines<T: Serialize>(entries: &[T]) -> String {
    entries.iter().map(line).collect()
}

/// JSON lines, some at a time: there may be millions.
fn streamed(lines: impl Iterator<Item = String> + Send + 'static) -> Response<Body> {
    let mut lines = lines.fuse();
    let pieces = std::iter::from_fn(move || {
        let piece: String = lines.by_ref().take(256).collect();
        (!piece.is_empty()).then_some(piece)
    });
    let frames = pieces.map(|piece| Ok(Frame::data(Bytes::from(piece))));
    Response::new(StreamBody::new(stream::iter(frames)).boxed_unsync())
}
