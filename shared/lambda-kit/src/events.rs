//! The events that functions take.

use jiff::Timestamp;
use rollcall_snapshot::{Mode, RunId, publish::Acceptance};
use serde_json::Value;

use crate::Failure;

/// Which run a function is called for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunEvent {
    /// The run.
    pub run_id: RunId,
    /// What kind of run it is to be; one that is under way stays what it is.
    pub mode: Option<Mode>,
}

/// What is to become of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublishEvent {
    /// It is judged, and published if it may be.
    Publish {
        /// The run.
        run_id: RunId,
        /// Who accepts it though it is quarantined.
        accept: Option<Acceptance>,
    },
    /// It is given up: another one may begin.
    Release {
        /// The run.
        run_id: RunId,
    },
}

const FORM: &str = "the event must be {\"run_id\": \"20261121T220000Z\"}, or a scheduled event as \
                    EventBridge or EventBridge Scheduler sends it, with its \"time\"; and may say \
                    \"mode\": \"full\" or \"delta\"";

impl RunEvent {
    /// Reads an event.
    ///
    /// # Errors
    /// `InvalidEvent`, saying what the event must look like.
    pub fn read(event: &Value) -> Result<Self, Failure> {
        let run_id = Self::run_id(event)?;
        let mode = match event.get("mode") {
            None | Some(Value::Null) => None,
            Some(mode) => Some(
                serde_json::from_value(mode.clone())
                    .map_err(|_| invalid("mode must be \"full\" or \"delta\""))?,
            ),
        };
        Ok(Self { run_id, mode })
    }

    fn run_id(event: &Value) -> Result<RunId, Failure> {
        if let Some(run_id) = event.get("run_id") {
            let text = run_id.as_str().ok_or_else(|| invalid("run_id must be a text"))?;
            return RunId::parse(text).map_err(|error| invalid(&error.to_string()));
        }
        let scheduled = event.get("detail-type").and_then(Value::as_str) == Some("Scheduled Event");
        let time = event.get("time").and_then(Value::as_str).filter(|_| scheduled);
        let time = time.ok_or_else(|| invalid(FORM))?;
        let instant: Timestamp =
            time.parse().map_err(|_| invalid("the scheduled event's time is no instant"))?;
        Ok(RunId::at(instant))
    }
}

impl PublishEvent {
    /// Reads an event.
    ///
    /// # Errors
    /// `InvalidEvent`, saying what the event must look like.
    pub fn read(event: &Value) -> Result<Self, Failure> {
        let RunEvent { run_id, .. } = RunEvent::read(event)?;
        let accept = event.get("accept").filter(|accept| !accept.is_null());
        match (event.get("release"), accept) {
            (None | Some(Value::Null | Value::Bool(false)), accept) => {
                Ok(Self::Publish { run_id, accept: accept.map(acceptance).transpose()? })
            }
            (Some(Value::Bool(true)), None) => Ok(Self::Release { run_id }),
            (Some(Value::Bool(true)), Some(_)) => {
                Err(invalid("a run is accepted or released, not both: leave out accept or release"))
            }
            (Some(_), _) => Err(invalid("release must be true or false")),
        }
    }
}

fn acceptance(accept: &Value) -> Result<Acceptance, Failure> {
    const LONGEST: usize = 1_000;
    let form = "accept must be {\"by\": \"who\", \"reason\": \"why\"}, both told";
    let read: Acceptance = serde_json::from_value(accept.clone())
        .map_err(|error| invalid(&format!("{form}: {error}")))?;
    let told = |text: &str| !text.trim().is_empty() && text.len() <= LONGEST;
    if told(&read.by) && told(&read.reason) { Ok(read) } else { Err(invalid(form)) }
}

fn invalid(message: &str) -> Failure {
    Failure::new("InvalidEvent", message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn run_id(event: &Value) -> Option<String> {
        RunEvent::read(event).ok().map(|event| event.run_id.to_string())
    }

    #[test]
    fn a_run_is_named_or_scheduled() {
        let wanted = Some("20261121T220000Z".to_owned());
        assert_eq!(run_id(&json!({"run_id": "20261121T220000Z"})), wanted);
        for event in ["sync-users-scheduled.json", "sync-users-scheduler.json"] {
            let path = format!("{}/../../events/{event}", env!("CARGO_MANIFEST_DIR"));
            let event: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
            assert_eq!(run_id(&event), wanted, "{event}");
        }
    }

    #[test]
    fn an_event_may_say_the_kind_of_run() {
        let mode = |mode: Value| json!({"run_id": "20261121T220000Z", "mode": mode});
        for (event, wanted) in [
            (mode(json!("full")), Some(Mode::Full)),
            (mode(json!("delta")), Some(Mode::Delta)),
            (mode(Value::Null), None),
            (json!({"run_id": "20261121T220000Z"}), None),
        ] {
            assert_eq!(RunEvent::read(&event).unwrap().mode, wanted, "{event}");
        }
        for wrong in [json!("Delta"), json!(""), json!(1), json!(["delta"])] {
            let failure = RunEvent::read(&mode(wrong)).unwrap_err();
            assert_eq!(failure.message(), "mode must be \"full\" or \"delta\"");
        }
    }

    #[test]
    fn another_event_is_refused_with_the_form() {
        for event in [
            json!({}),
            json!(null),
            json!([]),
            json!("20261121T220000Z"),
            json!({"run_id": 20_261_121}),
            json!({"run_id": "2026-11-21"}),
            json!({"run_id": "../../20261121T220000Z"}),
            json!({"Records": [{"body": "{}"}]}),
            json!({"time": "2026-11-21T22:00:00Z"}),
            json!({"detail-type": "Object Created", "time": "2026-11-21T22:00:00Z"}),
            json!({"detail-type": "Scheduled Event", "time": "yesterday"}),
        ] {
            let failure = RunEvent::read(&event).unwrap_err();
            assert_eq!(failure.error_type(), "InvalidEvent", "{event}");
        }
    }

    #[test]
    fn an_acceptance_tells_who_and_why() {
        let event = |accept| json!({"run_id": "20261121T220000Z", "accept": accept});
        let accepted = |event: &Value| match PublishEvent::read(event) {
            Ok(PublishEvent::Publish { accept, .. }) => accept.map(|accept| accept.by),
            other => panic!("{other:?}"),
        };
        assert_eq!(accepted(&event(json!({"by": "lee", "reason": "left"}))).unwrap(), "lee");
        assert_eq!(accepted(&event(Value::Null)), None);
        for wrong in [
            json!(true),
            json!({}),
            json!({"by": "lee"}),
            json!({"by": " ", "reason": "left"}),
            json!({"by": "lee", "reason": ""}),
            json!({"by": "lee", "reason": "left", "force": true}),
            json!({"by": "lee", "reason": "x".repeat(1_001)}),
        ] {
            let failure = PublishEvent::read(&event(wrong.clone())).unwrap_err();
            assert_eq!(failure.error_type(), "InvalidEvent", "{wrong}");
        }
    }
    #[test]
    fn a_run_is_released_only_if_the_event_says_so() {
        let event = |member: Value| json!({"run_id": "20261121T220000Z", "release": member});
        let is_release = |event: &Value| match PublishEvent::read(event) {
            Ok(read) => Some(matches!(read, PublishEvent::Release { .. })),
            Err(failure) => {
                assert_eq!(failure.error_type(), "InvalidEvent");
                None
            }
        };
        for (member, wanted) in [
            (json!(true), Some(true)),
            (json!(false), Some(false)),
            (Value::Null, Some(false)),
            (json!("true"), None),
            (json!(1), None),
        ] {
            assert_eq!(is_release(&event(member.clone())), wanted, "{member}");
        }
        let both = json!({
            "run_id": "20261121T220000Z", "release": true,
            "accept": {"by": "lee", "reason": "left"},
        });
        assert_eq!(is_release(&both), None);
    }
}
