//! What the ledger holds.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Provisioning;
use crate::Vendor;

impl<V: Vendor> Provisioning<V> {
    /// The documents below a prefix of the connection's ledger, by key below `ledger/`.
    ///
    /// # Panics
    /// If one is not JSON.
    #[must_use]
    pub fn ledger(&self, prefix: &str) -> BTreeMap<String, Value> {
        let connection = &self.scenario.connection;
        let root = format!("{}/ledger/", connection.name);
        let keys = connection.bucket.keys(&format!("{root}{prefix}")).into_iter();
        // What was listed may be settled, and so deleted, before it is read.
        let documents = keys.filter_map(|key| {
            let document = connection.bucket.get_json(&key)?;
            Some((key.trim_start_matches(&root).to_owned(), document))
        });
        documents.collect()
    }

    /// A document of the ledger.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<Value> {
        self.scenario.document(&format!("ledger/{key}"))
    }

    /// The documents of one request, by their names: `request.json`, `intent.json`, …
    #[must_use]
    pub fn documents(&self, request_id: &str) -> BTreeMap<String, Value> {
        let folder = format!("requests/{request_id}/");
        let documents = self.ledger(&folder).into_iter();
        documents.map(|(key, value)| (key.trim_start_matches(&folder).to_owned(), value)).collect()
    }

    /// The hold that Rollcall has on what it gave somebody, if it has one.
    #[must_use]
    pub fn hold(&self, user_id: &str, entitlement: &str) -> Option<Value> {
        self.entry(&format!("holds/{user_id}/{}.json", sha256(entitlement)))
    }

    /// The keys of the grants that are to end, below `ledger/expiring/`.
    #[must_use]
    pub fn expiring(&self) -> Vec<String> {
        let below = |key: &String| key.trim_start_matches("expiring/").to_owned();
        self.ledger("expiring/").keys().map(below).collect()
    }

    /// Makes it so that what was seen to be gone was seen so long ago that it may be looked at again;
    /// how much that is.
    pub fn let_first_sights_pass(&self) -> usize {
        let connection = &self.scenario.connection;
        let mut passed = 0;
        for (key, mut entry) in self.ledger("expiring/") {
            if entry["seen_gone_at"].is_string() {
                entry["seen_gone_at"] = "2020-01-01T00:00:00Z".into();
                let key = format!("{}/ledger/{key}", connection.name);
                connection.bucket.put(&key, entry.to_string());
                passed += 1;
            }
        }
        passed
    }
}

fn sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
