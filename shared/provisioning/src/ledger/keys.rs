//! Where the ledger's objects lie. No part of a key comes from a request unchecked.

use std::fmt::Write;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::{Entitlement, RequestId, entitlement::is_id};

/// The keys of one connection's ledger.
#[derive(Debug, Clone)]
pub struct LedgerKeys {
    connection: String,
}

impl LedgerKeys {
    /// The keys below the connection's (already validated) name.
    #[must_use]
    pub fn new(connection: &str) -> Self {
        Self { connection: connection.to_owned() }
    }

    /// The folder of all that is recorded of a request.
    #[must_use]
    pub fn of(&self, id: &RequestId) -> String {
        self.of_request(id, "")
    }

    /// The body of a request.
    #[must_use]
    pub fn request(&self, id: &RequestId) -> String {
        self.of_request(id, "request.json")
    }

    /// What will be done about it.
    #[must_use]
    pub fn intent(&self, id: &RequestId) -> String {
        self.of_request(id, "intent.json")
    }

    /// What came of it.
    #[must_use]
    pub fn outcome(&self, id: &RequestId) -> String {
        self.of_request(id, "outcome.json")
    }

    /// The same among the outcomes of all requests.
    #[must_use]
    pub fn listed(&self, id: &RequestId) -> String {
        format!("{}/ledger/outcomes/{}.json", self.connection, id.as_str())
    }

    /// Its place among all that was settled, by when that was.
    #[must_use]
    pub fn settled(&self, at: Timestamp, id: &RequestId) -> String {
        let time = at.strftime("%Y-%m-%d/%H%M%S%3f");
        format!("{}/ledger/settled/{time}.{}", self.connection, id.as_str())
    }

    /// How far the outcomes of earlier releases have been entered there.
    #[must_use]
    pub fn indexed(&self) -> String {
        format!("{}/ledger/indexed.json", self.connection)
    }

    /// The folder of all requests.
    #[must_use]
    pub fn all_requests(&self) -> String {
        format!("{}/ledger/requests/", self.connection)
    }

    /// Of which request a key holds the outcome, if it does.
    pub(super) fn settled_by(&self, key: &str) -> Option<RequestId> {
        let below = key.strip_prefix(&self.all_requests())?;
        RequestId::parse(below.strip_suffix("/outcome.json")?)
    }

    /// What came of one message of it, and does not bind the request.
    #[must_use]
    pub fn attempt(&self, id: &RequestId, message_id: &str) -> String {
        self.of_request(id, &format!("attempts/{}.json", named(message_id)))
    }

    /// What came of a message without a usable id.
    #[must_use]
    pub fn unreadable(&self, message_id: &str) -> String {
        format!("{}/ledger/unreadable/{}.json", self.connection, named(message_id))
    }

    /// The folder of outcomes that are still to be sent.
    #[must_use]
    pub fn all_unsent(&self) -> String {
        format!("{}/ledger/unsent/", self.connection)
    }

    /// The outcome of one message that is still to be sent.
    #[must_use]
    pub fn unsent(&self, message_id: &str) -> String {
        format!("{}{}.json", self.all_unsent(), named(message_id))
    }

    /// The folder of everybody's holds.
    #[must_use]
    pub fn all_holds(&self) -> String {
        format!("{}/ledger/holds/", self.connection)
    }

    /// The folder of a user's holds.
    #[must_use]
    pub fn holds(&self, user_id: &str) -> String {
        format!("{}{}/", self.all_holds(), named(user_id))
    }

    /// What is held of one entitlement.
    #[must_use]
    pub fn hold(&self, user_id: &str, entitlement: &Entitlement) -> String {
        format!("{}{}", self.holds(user_id), Self::hold_name(entitlement))
    }

    /// What that is called in each user's folder.
    #[must_use]
    pub fn hold_name(entitlement: &Entitlement) -> String {
        format!("{}.json", sha256(&entitlement.to_string()))
    }

    /// The folder of the grants that end.
    #[must_use]
    pub fn all_expiring(&self) -> String {
        format!("{}/ledger/expiring/", self.connection)
    }

    /// The end of one grant.
    #[must_use]
    pub fn expiring(&self, ends: Timestamp, id: &RequestId) -> String {
        let second = ends.strftime("%Y%m%dT%H%M%SZ");
        format!("{}{second}/{}.json", self.all_expiring(), id.as_str())
    }

    /// The lease that keeps two batches apart.
    #[must_use]
    pub fn lease(&self) -> String {
        format!("{}/locks/provision.json", self.connection)
    }

    fn of_request(&self, id: &RequestId, name: &str) -> String {
        format!("{}{}/{name}", self.all_requests(), id.as_str())
    }
}

/// An id that comes from outside, as part of a key.
fn named(id: &str) -> String {
    if is_id(id) { id.to_owned() } else { sha256(id) }
}

/// The hash of a text, in hexadecimal digits.
pub(crate) fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_id_leaves_its_folder() {
        let keys = LedgerKeys::new("acme");
        for id in ["../../x", "a/b", "", "\u{202e}", &"x".repeat(10_000)] {
            for key in
                [keys.unreadable(id), keys.hold(id, &"role:x".to_owned().try_into().unwrap())]
            {
                let inside = key.strip_prefix("acme/ledger/").unwrap();
                assert!(inside.len() < 200 && !inside.contains(".."), "{key}");
                assert!(inside.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b)));
            }
        }
        assert_eq!(keys.unreadable("0f0e-1"), "acme/ledger/unreadable/0f0e-1.json");
    }

    #[test]
    fn what_was_settled_lies_under_its_day_and_its_time() {
        let id = RequestId::parse("scim.a.1").unwrap();
        let at = "2026-12-01T17:00:00.9996Z".parse().unwrap();
        let keys = LedgerKeys::new("acme");
        assert_eq!(keys.settled(at, &id), "acme/ledger/settled/2026-12-01/170000999.scim.a.1");
        assert_eq!(keys.settled_by(&keys.outcome(&id)), Some(id.clone()));
        for other in [keys.request(&id), keys.attempt(&id, "outcome"), keys.listed(&id)] {
            assert_eq!(keys.settled_by(&other), None, "{other}");
        }
    }

    #[test]
    fn the_end_of_a_grant_lies_under_its_second() {
        let id = RequestId::parse("req-1").unwrap();
        let ends = "2026-12-01T17:00:00.999Z".parse().unwrap();
        let key = LedgerKeys::new("acme").expiring(ends, &id);
        assert_eq!(key, "acme/ledger/expiring/20261201T170000Z/req-1.json");
    }
}
