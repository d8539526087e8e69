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
    faults::Rule,
    options::Quirks,
    reply::{Body, Refusal, Reply},
    state::State,
    truth::Truth,
    wire::content::Format,
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
struct Key {
    api_key: String,
}

/// Answers a request for a path under the prefix.
pub(crate) async fn serve(state: Arc<State>, request: Request<Incoming>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let action = head.uri.path().trim_start_matches(PREFIX);
    if let (&Method::GET, Some(name)) = (&head.method, action.strip_prefix("truth/"))
        && let Some(table) = Table::ALL.into_iter().find(|table| table.name() == name)
    {
        return truth(state, table);
    }
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let query = head.uri.query().unwrap_or_default();
    let reply = match act(&state, &head.method, action, query, &body) {
        Ok(body) => Reply::ok(Format::Json, body.into()),
        Err(refusal) => Reply::refusal(Format::Json, &refusal),
    };
    reply.into_response()
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
        ("GET", "log") => return Ok(log(state)),
        ("GET", "writes") => return Ok(lines(&state.writes.lock())),
        ("POST", "faults") => match read(body)? {
            Rules::One(rule) => state.faults.lock().add(rule),
            Rules::Many(rules) => {
                let mut faults = state.faults.lock();
                rules.into_iter().for_each(|rule| faults.add(rule));
            }
        },
        ("DELETE", "faults") => state.faults.lock().clear(),
        ("POST", "key") => *state.api_key.write() = read::<Key>(body)?.api_key,
        ("POST", "quirks") => *state.quirks.write() = read::<Quirks>(body)?,
        ("POST", "world") => {
            let id = state.world.write().change(read::<Change>(body)?);
            let id = id.ok_or_else(|| Refusal::new(404, "There is no such thing."))?;
            return Ok(json!({ "id": id }).to_string());
        }
        ("POST", "reset-log") => {
            state.log.lock().reset();
            state.writes.lock().clear();
        }
        _ => return Err(Refusal::new(404, "There is no such control.")),
    }
    Ok("{}".to_owned())
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::new(400, error.to_string()))
}

/// Counts; the window of the maxima is `window_ms`, a minute if it is not given.
fn stats(state: &State, query: &str) -> Result<Value, Refusal> {
    let window = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "window_ms");
    let window = window.map_or(Ok(60_000), |(_, text)| text.parse());
    let window = Duration::from_millis(window.map_err(|_| Refusal::malformed())?);
    let log = state.log.lock();
    Ok(json!({
        "requests": log.count(),
        "refused": log.refused(),
        "max_in_window": log.max_in_window(window),
        "max_accepted_in_window": log.max_accepted_in_window(window),
        "per_path": log.per_path(),
    }))
}

fn log(state: &State) -> String {
    lines(state.log.lock().entries())
}

fn lines<T: Serialize>(entries: &[T]) -> String {
    let line = |entry| serde_json::to_string(entry).expect("entries are plain values") + "\n";
    entries.iter().map(line).collect()
}

/// A table as JSON lines, piece by piece: there may be millions.
fn truth(state: Arc<State>, table: Table) -> Response<Body> {
    let pieces = Truth::new(state).lines(table);
    let frames = pieces.map(|lines| Ok(Frame::data(Bytes::from(lines))));
    Response::new(StreamBody::new(stream::iter(frames)).boxed_unsync())
}
