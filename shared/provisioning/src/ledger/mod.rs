//! The record of every request: its body first of all, the intent before the first write at the
//! vendor, the outcome after the last. All of it is create-only.

mod ends;
mod held_in;
mod holds;
mod keys;
mod settled;
mod unsent;

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use rollcall_snapshot::{
    PutMode, Store, StoreError, Version,
    document::{self, DocumentError, Versioned},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

pub use ends::DueEntry;
pub(crate) use holds::HeldBy;
pub use keys::LedgerKeys;
pub(crate) use keys::sha256;

use crate::{
    Hold, RequestId,
    outcome::{EffectNote, Outcome},
    plan::Added,
};

/// The newest format of the ledger's documents, outcomes on the queue too.
pub const LEDGER_VERSION: u32 = 1;

/// The ledger of one connection.
#[derive(Clone)]
pub struct Ledger {
    store: Arc<dyn Store>,
    keys: LedgerKeys,
}

/// What was observed and will be done: written before the first write at the vendor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// When it was written.
    pub decided_at: Timestamp,
    /// Who sent the request, as the queue knows them; untold by releases that did not ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// The principal, who may have another user name by the time the request goes on.
    pub user_id: Option<String>,
    /// What was there, for whoever reads this later.
    pub observed: Value,
    /// The principal's holds before, to go back to if the vendor refuses.
    pub holds: Vec<Hold>,
    /// What will be done.
    pub effects: Vec<EffectNote>,
    /// What a grant adds: stays as the first intent says, whatever an interruption did.
    #[serde(flatten)]
    pub added: Added,
}

/// Where a request stands when its message arrives.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// It was never seen; its body is recorded now.
    New,
    /// It was seen, but nothing was intended yet.
    Begun,
    /// It may have been done in part.
    Interrupted(Intent),
    /// It is settled: this is the outcome, and nothing is to be done.
    Settled(Box<Outcome>),
    /// The id belongs to another request.
    Reused,
}

/// Why the ledger cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// What is recorded makes no sense.
    #[error("the ledger's {key} cannot be read: {reason}")]
    Damaged {
        /// Its key.
        key: String,
        /// What is wrong.
        reason: String,
    },
    /// The store did not answer, or something else is there already.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Ledger {
    /// The ledger below the connection's name.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, connection: &str) -> Self {
        Self { store, keys: LedgerKeys::new(connection) }
    }

    /// Records a request's body, or finds out what became of it before.
    ///
    /// # Errors
    /// If the store does not answer or what is recorded makes no sense.
    pub async fn open(&self, id: &RequestId, body: &Value) -> Result<Standing, LedgerError> {
        // As it is: what it says belongs to whoever sent it.
        let text = serde_json::to_vec_pretty(body).expect("it was JSON");
        match self.store.put(&self.keys.request(id), text.into(), PutMode::Create).await {
            Ok(_) => Ok(Standing::New),
            Err(StoreError::Conflict { .. }) => self.standing(id, body).await,
            Err(error) => Err(error.into()),
        }
    }

    /// What became of a request before. Records nothing of it.
    ///
    /// # Errors
    /// If the store does not answer or what is recorded makes no sense.
    pub async fn look(&self, id: &RequestId, body: &Value) -> Result<Standing, LedgerError> {
        if self.store.get(&self.keys.request(id)).await?.is_none() {
            return Ok(Standing::New);
        }
        self.standing(id, body).await
    }

    async fn standing(&self, id: &RequestId, body: &Value) -> Result<Standing, LedgerError> {
        let key = self.keys.request(id);
        match self.body(&key).await? {
            // The same body means the same JSON value, however it was written.
            Some(there) if there == *body => {}
            Some(_) => return Ok(Standing::Reused),
            // It was there a moment ago: nothing is known of it, least of all that it is another one.
            None => return Err(StoreError::Conflict { key }.into()),
        }
        if let Some(outcome) = self.read(&self.keys.outcome(id)).await? {
            self.list(id, &outcome).await?;
            self.enter(id, &outcome).await?;
            return Ok(Standing::Settled(Box::new(outcome)));
        }
        let intent = self.read(&self.keys.intent(id)).await?;
        Ok(intent.map_or(Standing::Begun, Standing::Interrupted))
    }

    /// Records what will be done. The first intent stands: it is given back.
    ///
    /// # Errors
    /// If the store does not answer; then nothing may be done.
    pub async fn intend(&self, id: &RequestId, intent: Intent) -> Result<Intent, LedgerError> {
        self.first(&self.keys.intent(id), intent).await
    }

    /// Records what came of one message of a request, where that does not bind the request.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn note_attempt(
        &self,
        id: &RequestId,
        message_id: &str,
        outcome: Outcome,
    ) -> Result<Outcome, LedgerError> {
        self.first(&self.keys.attempt(id, message_id), outcome).await
    }

    /// Records what came of a message without a usable id.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn note_unreadable(
        &self,
        message_id: &str,
        outcome: Outcome,
    ) -> Result<Outcome, LedgerError> {
        self.first(&self.keys.unreadable(message_id), outcome).await
    }

    /// Records what came of it. The first outcome stands: it is given back.
    ///
    /// # Errors
    /// If the store does not answer; the message must come again.
    pub async fn settle(&self, id: &RequestId, outcome: Outcome) -> Result<Outcome, LedgerError> {
        let outcome = self.first(&self.keys.outcome(id), outcome).await?;
        self.list(id, &outcome).await?;
        self.enter(id, &outcome).await?;
        Ok(outcome)
    }

    /// Puts the outcome that stands where there are only outcomes. Query engines read whole folders,
    /// and what lies beside it in the request's own is whatever its sender wrote.
    async fn list(&self, id: &RequestId, outcome: &Outcome) -> Result<(), LedgerError> {
        match self.create(&self.keys.listed(id), outcome).await {
            Err(LedgerError::Store(StoreError::Conflict { .. })) => Ok(()),
            other => other,
        }
    }

    async fn first<T: Serialize + DeserializeOwned>(
        &self,
        key: &str,
        document: T,
    ) -> Result<T, LedgerError> {
        match self.create(key, &document).await {
            Ok(()) => Ok(document),
            Err(LedgerError::Store(StoreError::Conflict { key })) => {
                let there = self.read(&key).await?;
                there.ok_or_else(|| LedgerError::Store(StoreError::Conflict { key }))
            }
            Err(error) => Err(error),
        }
    }

    async fn create<T: Serialize>(&self, key: &str, document: &T) -> Result<(), LedgerError> {
        self.store.put(key, bytes(document), PutMode::Create).await?;
        Ok(())
    }

    async fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, LedgerError> {
        Ok(self.read_version(key).await?.map(|(document, _)| document))
    }

    async fn read_version<T: DeserializeOwned>(
        &self,
        key: &str,
    ) -> Result<Option<(T, Version)>, LedgerError> {
        let Some(object) = self.store.get(key).await? else { return Ok(None) };
        let document = document::read(&object.bytes, LEDGER_VERSION);
        let document = document.map_err(|error| damaged(key, &error))?;
        Ok(Some((document, object.version)))
    }

    /// The body of a request. A version in it is that of the request.
    async fn body(&self, key: &str) -> Result<Option<Value>, LedgerError> {
        let Some(object) = self.store.get(key).await? else { return Ok(None) };
        let body = serde_json::from_slice(&object.bytes);
        body.map(Some).map_err(|error| damaged(key, &error.into()))
    }
}

fn damaged(key: &str, error: &DocumentError) -> LedgerError {
    LedgerError::Damaged { key: key.to_owned(), reason: error.to_string() }
}

fn bytes<T: Serialize>(document: &T) -> Bytes {
    let document = Versioned { version: LEDGER_VERSION, document };
    Bytes::from(serde_json::to_vec_pretty(&document).expect("documents are plain structs"))
}

#[cfg(test)]
mod tests;
