//! Where the ledger's objects lie. No part of a key comes from a request unchecked.

use crate::RequestId;

/// The keys of one connection's ledger.
#[derive(Debug, Clone)]
pub struct LedgerKeys {
    root: String,
}

impl LedgerKeys {
    /// The keys below the connection's (already validated) name.
    #[must_use]
    pub fn new(connection: &str) -> Self {
        Self { root: format!("{connection}/ledger") }
    }

    /// The body of a request.
    #[must_use]
    pub fn request(&self, id: &RequestId) -> String {
        format!("{}/requests/{}/request.json", self.root, id.as_str())
    }

    /// What will be done about it.
    #[must_use]
    pub fn intent(&self, id: &RequestId) -> String {
        format!("{}/requests/{}/intent.json", self.root, id.as_str())
    }

    /// What came of it.
    #[must_use]
    pub fn outcome(&self, id: &RequestId) -> String {
        format!("{}/requests/{}/outcome.json", self.root, id.as_str())
    }
}
