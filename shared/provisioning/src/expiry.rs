//! The end of a grant: the entry that makes it due, and the message by which it is carried out.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Entitlement, Hold, Principal, RequestId, ledger::sha256, user_group};

/// The end of a grant, as it stands in `ledger/expiring/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// The grant.
    pub request_id: RequestId,
    /// Whose.
    pub user_id: String,
    /// By what name that user was known.
    pub user_name: Option<String>,
    /// What ends.
    pub entitlement: Entitlement,
    /// When.
    pub expires_at: Timestamp,
    /// How often its revocation has failed for good: each new try is a request of its own.
    pub failed: u32,
    /// When it was put on the queue, where it is until it is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<Timestamp>,
    /// When what ends was first seen to be gone already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_gone_at: Option<Timestamp>,
}

impl End {
    /// The end that a hold has, if it has one.
    pub(crate) fn of(hold: &Hold) -> Option<Self> {
        Some(Self {
            request_id: RequestId::parse(&hold.request_id)?,
            user_id: hold.user_id.clone(),
            user_name: None,
            entitlement: hold.entitlement.clone(),
            expires_at: hold.expires_at?,
            failed: 0,
            asked_at: None,
            seen_gone_at: None,
        })
    }

    /// The id of the revocation.
    ///
    /// # Panics
    /// Never: it is made of digits and letters.
    #[must_use]
    pub fn revocation_id(&self) -> RequestId {
        let hash = sha256(&format!("{} {}", self.request_id.as_str(), self.expires_at));
        let id = format!("{}expire.{}.{}", RequestId::RESERVED, &hash[..32], self.failed);
        RequestId::parse(&id).expect("digits and letters")
    }

    /// The message that carries it out. Another one is not believed.
    #[must_use]
    pub fn message(&self) -> Value {
        let grant = self.request_id.as_str();
        json!({
            "request_id": self.revocation_id().as_str(),
            "operation": "revoke",
            "principal": {"user_id": self.user_id},
            "entitlement": self.entitlement,
            "reason": format!("the grant {grant} has ended"),
            "requested_by": "rollcall",
            "grant": grant,
            "expires_at": self.expires_at,
        })
    }

    /// The message group that it is sent in: whose access ends.
    #[must_use]
    pub fn message_group(&self) -> String {
        user_group(&Principal::UserId(self.user_id.clone()))
    }

    /// Which end a message claims to carry out.
    pub(crate) fn claimed_by(body: &Value) -> Option<(Timestamp, RequestId)> {
        let grant = RequestId::parse(body.get("grant")?.as_str()?)?;
        let expires_at = body.get("expires_at")?.as_str()?.parse().ok()?;
        Some((expires_at, grant))
    }
}

impl Serialize for RequestId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for RequestId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("no request id"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_claims_its_own_end_and_each_try_has_its_own_id() {
        let mut end = End {
            request_id: RequestId::parse(&"r".repeat(128)).unwrap(),
            user_id: "u".into(),
            user_name: None,
            entitlement: "team:t:member".to_owned().try_into().unwrap(),
            expires_at: "2026-12-01T17:00:00.5Z".parse().unwrap(),
            failed: 0,
            asked_at: None,
            seen_gone_at: None,
        };
        let message = end.message();
        assert_eq!(RequestId::of(&message), Some(end.revocation_id()));
        assert!(end.revocation_id().is_reserved());
        assert_eq!(end.message_group(), "user:u");
        assert_eq!(End::claimed_by(&message), Some((end.expires_at, end.request_id.clone())));
        end.failed += 1;
        assert_ne!(RequestId::of(&message), Some(end.revocation_id()));
    }
}
