//! What this vendor brings to the kit, its own controls among it.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use hyper::{Method, Uri};
use jiff::Timestamp;
use rollcall_roster::Table;
use serde::Deserialize;
use simulator_kit::{Arrived, ControlError, Outcome, Pieces, Reply, Shared, Vendor, changed, read};

use crate::{
    answer,
    call::harmless_query,
    faults::Fault,
    options::Quirks,
    reply::{self, Refusal},
    state::State,
    truth::Truth,
    wire::content::Format,
    world::Change,
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
        let table = Table::ALL.into_iter().find(|table| table.name() == name)?;
        Some(Truth::new(self).lines(table))
    }

    fn control(&self, method: &Method, action: &str, body: &Bytes) -> Result<String, ControlError> {
        match (method.as_str(), action) {
            ("POST", "key") => *self.api_key.write() = read::<Key>(body)?.api_key,
            ("POST", "quirks") => *self.quirks.write() = read::<Quirks>(body)?,
            ("POST", "world") => {
                let Dated { change, at } = read(body)?;
                return changed(self.change(change, at));
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
