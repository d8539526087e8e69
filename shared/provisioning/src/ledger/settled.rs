//! What was settled when: a place for each outcome under the day and the time of its end, so that
//! whoever asks what is new lists a day, and not everything.

use std::time::Duration;

use futures::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use rollcall_snapshot::{PutMode, StoreError, Version, store::Entry};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout_at};

use super::{Ledger, LedgerError, bytes};
use crate::{
    RequestId,
    outcome::{Outcome, Status},
};

/// How many outcomes are entered at a time.
const UNDER_WAY: usize = 20;
/// How long outcomes of before are entered in one go.
const PORTION: Duration = Duration::from_secs(30);
/// All outcomes are walked through twice: while a stack is updated, the release before may still
/// settle some where the first walk has passed. An hour after it began, none is left at work.
const WALKS: u32 = 2;
const UPDATED: SignedDuration = SignedDuration::from_hours(1);

/// An outcome's place among all that was settled.
#[derive(Debug, Serialize, Deserialize)]
struct Settled {
    status: Status,
}

/// How far the outcomes of releases have been entered that did not do so themselves.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Indexed {
    /// When the first walk began.
    since: Timestamp,
    /// How many walks have come to their end.
    walks: u32,
    /// The last key of the present one.
    after: String,
}

impl Ledger {
    /// Enters an outcome. Where it lies follows from it, so that it is entered once, however often.
    pub(super) async fn enter(&self, id: &RequestId, outcome: &Outcome) -> Result<(), LedgerError> {
        let key = self.keys.settled(outcome.finished_at, id);
        match self.create(&key, &Settled { status: outcome.status }).await {
            Err(LedgerError::Store(StoreError::Conflict { .. })) => Ok(()),
            other => other,
        }
    }

    /// Enters the outcomes of releases that did not do so themselves: a portion of them, until they are
    /// all entered, once.
    ///
    /// # Errors
    /// If the store does not answer; the next portion begins where this one ended.
    pub async fn enter_earlier(
        &self,
        now: Timestamp,
        deadline: Instant,
    ) -> Result<(), LedgerError> {
        let deadline = deadline.min(Instant::now() + PORTION);
        let Some((mut indexed, mut version)) = self.indexed(now).await? else { return Ok(()) };
        while indexed.is_due(now) {
            let Ok(page) = timeout_at(deadline, self.enter_page(&indexed.after)).await else {
                break;
            };
            indexed = indexed.went_on(page?, self.keys.all_requests());
            let mode = PutMode::Update(version);
            version = match self.store.put(&self.keys.indexed(), bytes(&indexed), mode).await {
                Ok(version) => version,
                // Another tick is at it.
                Err(StoreError::Conflict { .. }) => return Ok(()),
                Err(error) => return Err(error.into()),
            };
        }
        Ok(())
    }

    /// How far that has come; nothing if another tick begins just now.
    async fn indexed(&self, now: Timestamp) -> Result<Option<(Indexed, Version)>, LedgerError> {
        let key = self.keys.indexed();
        if let Some(there) = self.read_version(&key).await? {
            return Ok(Some(there));
        }
        let first = Indexed { since: now, walks: 0, after: self.keys.all_requests() };
        match self.store.put(&key, bytes(&first), PutMode::Create).await {
            Ok(version) => Ok(Some((first, version))),
            Err(StoreError::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Enters what lies behind a key, as much as the store lists at once. Tells the last key that was
    /// looked at.
    async fn enter_page(&self, after: &str) -> Result<Option<String>, LedgerError> {
        let page = self.store.list_after(&self.keys.all_requests(), after).await?;
        let entered = stream::iter(&page).map(|entry| self.enter_listed(entry));
        let mut entered = entered.buffer_unordered(UNDER_WAY);
        while let Some(one) = entered.next().await {
            match one {
                Err(error @ LedgerError::Damaged { .. }) => {
                    tracing::error!(reason = %error, "an outcome cannot be entered in ledger/settled/");
                }
                other => other?,
            }
        }
        drop(entered);
        Ok(page.into_iter().next_back().map(|entry| entry.key))
    }

    /// Enters an outcome that is listed; passes by what else there is of requests.
    async fn enter_listed(&self, entry: &Entry) -> Result<(), LedgerError> {
        let Some(id) = self.keys.settled_by(&entry.key) else { return Ok(()) };
        match self.read::<Outcome>(&entry.key).await? {
            Some(outcome) => self.enter(&id, &outcome).await,
            None => Ok(()),
        }
    }
}

impl Indexed {
    fn is_due(&self, now: Timestamp) -> bool {
        self.walks < WALKS && (self.walks == 0 || now >= self.since + UPDATED)
    }

    fn went_on(self, last: Option<String>, first: String) -> Self {
        match last {
            Some(after) => Self { after, ..self },
            None => Self { after: first, walks: self.walks + 1, ..self },
        }
    }
}

#[cfg(test)]
#[path = "settled_tests.rs"]
mod tests;
