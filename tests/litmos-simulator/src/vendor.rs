//! What this vendor brings to the kit, its own controls among it.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use hyper::{Method, Uri};
use jiff::Timestamp;
use rollcall_roster::Table;
use serde::Deserialize;
use simulator_kit::{
    Arrived, ControlError, Outcome, Pieces, Reply, Shared, Vendor, changed, json_line, read,
};

use crate::{
    answer,
    call::harmless_query,
    faults::Fault,
    options::Quirks,
    reply::{self, Refusal},
    state::State,
    truth::Truth,
    wire::content::Format,
    world::{Change, now},
    writes::Write,
};

#[derive(Deserialize)]
struct Key {
    api_key: String,
}

/// A change, now or at an instant.
#[derive(Deserialize)]
struct Dated {
    #[serde(flatten)]
    change: Change,
    at: Option<Timestamp>,
}

/// How much is to change.
#[derive(Deserialize)]
struct Share {
    #[serde(default)]
    seed: u64,
    percent: f64,
}

impl Vendor for State {
    type Fault = Fault;
    type Write = Write;

    const WINDOW: Duration = Duration::from_secs(60);

    fn shared(&self) -> &Shared<Fault, Write> {
        &self.shared
    }

    fn query(uri: &Uri) -> Option<String> {
        uri.query().map(harmless_query)
    }

    fn answer(&self, request: &Arrived) -> Outcome {
        answer::answer(self, request)
    }

    fn truth(self: Arc<Self>, name: &str) -> Option<Pieces> {
        let detailed = name.strip_prefix("detailed_");
        let plain = detailed.unwrap_or(name);
        let table = Table::ALL.into_iter().find(|table| table.name() == plain)?;
        let truth = Truth::new(self);
        Some(if detailed.is_some() { truth.detailed_lines(table) } else { truth.lines(table) })
    }

    fn control(&self, method: &Method, action: &str, body: &Bytes) -> Result<String, ControlError> {
        match (method.as_str(), action) {
            ("POST", "key") => *self.api_key.write() = read::<Key>(body)?.api_key,
            ("POST", "quirks") => *self.quirks.write() = read::<Quirks>(body)?,
            ("POST", "world") => {
                let Dated { change, at } = read(body)?;
                return changed(self.change(change, at));
            }
            ("POST", "churn") => {
                let Share { seed, percent } = read(body)?;
                return Ok(json_line(&self.world.write().churn(seed, percent, now())));
            }
            _ => return Err(ControlError::unknown()),
        }
        Ok("{}".to_owned())
    }

    fn control_reply(answer: Result<String, ControlError>) -> Reply {
        match answer {
            Ok(text) => reply::ok(Format::Json, text.into()),
            Err(ControlError { status, text }) => {
                reply::refusal(Format::Json, &Refusal::new(status, text))
            }
        }
    }
}
