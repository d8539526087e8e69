//! What this vendor brings to the kit, its own controls among it.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use hyper::{Method, Uri};
use rollcall_roster::Table;
use serde::Deserialize;
use simulator_kit::{
    Arrived, ControlError, Outcome, Pieces, Reply, Shared, Vendor, changed, json_line, json_lines,
    read,
};

use crate::{
    answer,
    faults::Fault,
    options::{Permissions, ReportTime},
    quirks::{ErrorBodies, Quirks},
    refusal::Refusal,
    reply,
    state::State,
    truth::Truth,
    world::Change,
    writes::Write,
};

#[derive(Deserialize)]
struct Token {
    api_token: String,
}

impl Vendor for State {
    type Fault = Fault;
    type Write = Write;

    const WINDOW: Duration = Duration::from_secs(20);

    fn shared(&self) -> &Shared<Fault, Write> {
        &self.shared
    }

    fn query(uri: &Uri) -> Option<String> {
        uri.query().map(str::to_owned)
    }

    fn answer(&self, request: &Arrived) -> Outcome {
        answer::answer(self, request)
    }

    fn truth(self: Arc<Self>, name: &str) -> Option<Pieces> {
        if name == "activities" {
            let activities = Truth::new(self).activities();
            return Some(in_pieces(activities.map(|activity| json_line(&activity))));
        }
        let table = Table::ALL.into_iter().find(|table| table.name() == name)?;
        Some(in_pieces(Truth::new(self).lines(table)))
    }

    fn control(&self, method: &Method, action: &str, body: &Bytes) -> Result<String, ControlError> {
        match (method.as_str(), action) {
            ("GET", "reports") => return Ok(json_lines(&self.reports.lock().all())),
            ("POST", "token") => *self.api_token.write() = read::<Token>(body)?.api_token,
            ("POST", "permissions") => *self.permissions.write() = read::<Permissions>(body)?,
            ("POST", "report-time") => *self.report_time.write() = read::<ReportTime>(body)?,
            ("POST", "quirks") => *self.quirks.write() = read::<Quirks>(body)?,
            ("POST", "world") => {
                let change = read::<Change>(body)?;
                return changed(Arc::make_mut(&mut self.world.write()).change(change));
            }
            _ => return Err(ControlError::unknown()),
        }
        Ok("{}".to_owned())
    }

    fn control_reply(answer: Result<String, ControlError>) -> Reply {
        match answer {
            Ok(text) => Reply::text(200, "application/json", text),
            Err(ControlError { status, text }) => {
                reply::refusal(&Refusal::gateway(status, text), ErrorBodies::Described)
            }
        }
    }
}

/// Some lines at a time.
fn in_pieces(lines: impl Iterator<Item = String> + Send + 'static) -> Pieces {
    let mut lines = lines.fuse();
    Box::new(std::iter::from_fn(move || {
        let piece: String = lines.by_ref().take(256).collect();
        (!piece.is_empty()).then_some(piece)
    }))
}
