//! Outcomes that the outcome queue has not taken: working state, removed once they are sent.

use rollcall_snapshot::{StoreError, Version};

use super::{Ledger, LedgerError};
use crate::outcome::Outcome;

impl Ledger {
    /// Keeps the outcome of a message to be sent later; kept twice is kept once.
    pub(crate) async fn keep_unsent(
        &self,
        message_id: &str,
        outcome: &Outcome,
    ) -> Result<(), LedgerError> {
        match self.create(&self.keys.unsent(message_id), outcome).await {
            Err(LedgerError::Store(StoreError::Conflict { .. })) => Ok(()),
            other => other,
        }
    }

    /// Where those lie that were kept.
    pub(crate) async fn unsent(&self) -> Result<Vec<String>, LedgerError> {
        let kept = self.store.list(&self.keys.all_unsent()).await?;
        Ok(kept.into_iter().map(|entry| entry.key).collect())
    }

    /// The one that lies there.
    pub(crate) async fn unsent_outcome(
        &self,
        key: &str,
    ) -> Result<Option<(Outcome, Version)>, LedgerError> {
        self.read_version(key).await
    }
}
