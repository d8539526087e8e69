//! What came of a request: the same in the ledger and on the outcome queue.

use jiff::Timestamp;
use rollcall_snapshot::document::Versioned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ledger::LEDGER_VERSION;

/// The outcome of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The request's id; null where the message had none.
    pub request_id: Option<String>,
    /// The operation, if it could be read.
    pub operation: Option<String>,
    /// What became of it.
    pub status: Status,
    /// Why, from a closed list; null for a plain success.
    pub code: Option<String>,
    /// For a person.
    pub message: String,
    /// Who it was about.
    pub principal: PrincipalFound,
    /// What it was about.
    pub entitlement: Option<String>,
    /// What was done, or would be.
    pub effects: Vec<EffectNote>,
    /// Ids that came out of it.
    pub result: ResultIds,
    /// Who sent it, as the queue knows them; untold by releases that did not ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// Who wanted it, as the sender says.
    pub requested_by: Option<String>,
    /// Why it was wanted.
    pub reason: Option<String>,
    /// Its ticket.
    pub ticket: Option<String>,
    /// When its message was first taken up.
    pub started_at: Timestamp,
    /// When it was settled.
    pub finished_at: Timestamp,
}

impl Outcome {
    /// The outcome as JSON of at most so many bytes: if it has more, without its effects, which may be
    /// many. `whole` says where all of it is.
    ///
    /// # Panics
    /// Never: it is a plain struct.
    #[must_use]
    pub fn told_within(&self, longest: usize, whole: &str) -> String {
        let told = self.told();
        if told.len() <= longest {
            return told;
        }
        let effects = self.effects.len();
        let message = format!(
            "{}; the {effects} effects are too long for a message: see {whole}",
            self.message
        );
        Self { message, effects: Vec::new(), ..self.clone() }.told()
    }

    fn told(&self) -> String {
        let told = Versioned { version: LEDGER_VERSION, document: self };
        let told = serde_json::to_string(&told).expect("a plain struct");
        // SQS refuses a message that holds one of these; in JSON only a text can.
        told.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
    }
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Done.
    Succeeded,
    /// There was nothing to do.
    AlreadyDone,
    /// A dry run: `effects` says what would be done.
    Planned,
    /// Not allowed, not understood, or not possible at this vendor.
    Rejected,
    /// The vendor refused for good.
    Failed,
}

impl Status {
    /// Its name in outcomes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::AlreadyDone => "already_done",
            Self::Planned => "planned",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
        }
    }
}

/// Who a request was about, as far as that was found out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrincipalFound {
    /// The vendor's id.
    pub user_id: Option<String>,
    /// The user name.
    pub user_name: Option<String>,
}

/// An effect as an outcome tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EffectNote {
    /// From a closed list.
    pub action: String,
    /// Ids and values.
    pub detail: Value,
}

impl EffectNote {
    /// Whose membership it begins.
    pub(crate) fn added_member(&self) -> Option<&str> {
        self.user_of("add_team_member")
    }

    /// Whose membership it ends.
    pub(crate) fn removed_member(&self) -> Option<&str> {
        self.user_of("remove_team_member")
    }

    fn user_of(&self, action: &str) -> Option<&str> {
        self.detail.get("user_id").filter(|_| self.action == action)?.as_str()
    }
}

/// Ids that came out of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultIds {
    /// Of the account that was made or changed.
    pub user_id: Option<String>,
    /// Of the team that was made or changed.
    pub team_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_too_long_is_told_without_its_effects() {
        let effect =
            EffectNote { action: "add_team_member".into(), detail: json!({"user_id": "u"}) };
        let outcome = Outcome {
            request_id: Some("req-1".into()),
            operation: Some("set_team_members".into()),
            status: Status::Succeeded,
            code: None,
            message: "done".into(),
            principal: PrincipalFound::default(),
            entitlement: None,
            effects: vec![effect; 1_000],
            result: ResultIds::default(),
            sender: None,
            requested_by: None,
            reason: Some("a test".into()),
            ticket: None,
            started_at: Timestamp::UNIX_EPOCH,
            finished_at: Timestamp::UNIX_EPOCH,
        };
        let read = |longest| -> Outcome {
            let told = outcome.told_within(longest, "the/key");
            assert!(told.len() <= longest);
            serde_json::from_str(&told).unwrap()
        };
        assert_eq!(read(1_000_000), outcome);
        let message = "done; the 1000 effects are too long for a message: see the/key".to_owned();
        assert_eq!(read(1_000), Outcome { message, effects: Vec::new(), ..outcome.clone() });
    }

    #[test]
    fn what_no_queue_takes_is_told_as_an_escape() {
        let odd = ['\u{fffe}', '\u{ffff}'];
        let text = || odd.iter().collect::<String>() + "\\ufffe\u{fffd}\u{10ffff}";
        let outcome = Outcome {
            reason: Some(text()),
            effects: vec![EffectNote { action: "a".into(), detail: json!({text(): text()}) }],
            ..crate::process::outcome_of_nothing(Timestamp::UNIX_EPOCH)
        };
        let told = outcome.told_within(1_000_000, "the/key");
        assert!(!told.contains(odd), "{told}");
        assert_eq!(serde_json::from_str::<Outcome>(&told).unwrap(), outcome);
    }
}
