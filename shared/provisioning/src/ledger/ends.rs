//! The ends of grants: working state, cleared when an end is settled.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use rollcall_snapshot::{PutMode, StoreError};

use super::{Ledger, LedgerError, bytes};
use crate::{End, RequestId};

/// Where an end of a grant lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueEntry {
    key: String,
    /// The second in which it has become due.
    pub second: Timestamp,
}

impl Ledger {
    /// Notes when a grant ends; noted twice is noted once.
    pub(crate) async fn note_end(&self, end: &End) -> Result<(), LedgerError> {
        self.first(&self.keys.expiring(end.expires_at, &end.request_id), end.clone()).await?;
        Ok(())
    }

    /// The same of an end that may have been settled before, because another grant stood in its place:
    /// it is carried out all the same.
    pub(crate) async fn note_end_anew(&self, mut end: End) -> Result<(), LedgerError> {
        while self.store.get(&self.keys.outcome(&end.revocation_id())).await?.is_some() {
            end.failed += 1;
        }
        let key = self.keys.expiring(end.expires_at, &end.request_id);
        match self.read_version::<End>(&key).await? {
            // Settled, and not cleared yet: its message must not clear the new one.
            Some((there, version)) if there.failed < end.failed => {
                self.store.put(&key, bytes(&end), PutMode::Update(version)).await?;
                Ok(())
            }
            Some(_) => Ok(()),
            None => self.note_end(&end).await,
        }
    }

    /// The end of a grant, while it is not settled.
    pub(crate) async fn end(
        &self,
        expires_at: Timestamp,
        grant: &RequestId,
    ) -> Result<Option<End>, LedgerError> {
        self.read(&self.keys.expiring(expires_at, grant)).await
    }

    /// An end is settled, unless it has come back meanwhile.
    pub(crate) async fn clear_end(&self, end: &End) -> Result<(), LedgerError> {
        let key = self.keys.expiring(end.expires_at, &end.request_id);
        match self.read_version::<End>(&key).await? {
            Some((there, version)) if there.failed == end.failed => {
                self.clear(&key, &version).await
            }
            _ => Ok(()),
        }
    }

    /// The revocation of an end has failed for good: the next try is another request.
    pub(crate) async fn try_end_again(&self, end: &End) -> Result<(), LedgerError> {
        self.change_end(end, |there| End { failed: end.failed + 1, asked_at: None, ..there }).await
    }

    /// It is on the queue.
    pub(crate) async fn note_asked(&self, end: &End, now: Timestamp) -> Result<(), LedgerError> {
        match self.change_end(end, |there| End { asked_at: Some(now), ..there }).await {
            // Whoever carries it out has been faster.
            Err(LedgerError::Store(StoreError::Conflict { .. })) => Ok(()),
            other => other,
        }
    }

    /// It is not on the queue any more, though it is not settled.
    pub(crate) async fn note_unasked(&self, end: &End) -> Result<(), LedgerError> {
        self.change_end(end, |there| End { asked_at: None, ..there }).await
    }

    /// What ends was seen to be gone.
    pub(crate) async fn note_seen_gone(
        &self,
        end: &End,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.change_end(end, |there| End { seen_gone_at: Some(now), ..there }).await
    }

    /// What ends is there, whatever was seen before.
    pub(crate) async fn note_seen_there(&self, end: &End) -> Result<(), LedgerError> {
        if end.seen_gone_at.is_none() {
            return Ok(());
        }
        self.change_end(end, |there| End { seen_gone_at: None, ..there }).await
    }

    /// Changes an entry that is still about the same try.
    async fn change_end(
        &self,
        end: &End,
        change: impl FnOnce(End) -> End,
    ) -> Result<(), LedgerError> {
        let key = self.keys.expiring(end.expires_at, &end.request_id);
        let Some((there, version)) = self.read_version::<End>(&key).await? else { return Ok(()) };
        if there.failed != end.failed {
            return Ok(());
        }
        self.store.put(&key, bytes(&change(there)), PutMode::Update(version)).await?;
        Ok(())
    }

    /// Where the ends lie that are due, the oldest first. They are not read: there may be many.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn due(&self, now: Timestamp) -> Result<Vec<DueEntry>, LedgerError> {
        let folder = self.keys.all_expiring();
        let entries = self.store.list(&folder).await?.into_iter().map(|entry| {
            let second = entry.key[folder.len()..].split('/').next().and_then(instant);
            DueEntry { key: entry.key, second: second.unwrap_or(now) }
        });
        Ok(entries.take_while(|entry| entry.second <= now).collect())
    }

    /// The end that lies there; nothing if it was settled meanwhile, or is not quite due.
    ///
    /// # Errors
    /// If the store does not answer, or [`LedgerError::Damaged`] if it makes no sense.
    pub async fn due_end(
        &self,
        entry: &DueEntry,
        now: Timestamp,
    ) -> Result<Option<End>, LedgerError> {
        Ok(self.read::<End>(&entry.key).await?.filter(|end| end.expires_at <= now))
    }
}

fn instant(second: &str) -> Option<Timestamp> {
    let read = DateTime::strptime("%Y%m%dT%H%M%SZ", second).ok()?;
    Some(read.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use jiff::SignedDuration;
    use rollcall_snapshot::{Store, store::MemoryStore};

    use super::*;

    fn end(id: &str, second: i64) -> End {
        End {
            request_id: RequestId::parse(id).unwrap(),
            user_id: "u".into(),
            user_name: None,
            entitlement: "team:t:member".to_owned().try_into().unwrap(),
            expires_at: Timestamp::UNIX_EPOCH + SignedDuration::from_millis(second * 1000 + 500),
            failed: 0,
            asked_at: None,
            seen_gone_at: None,
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
    }

    #[tokio::test]
    async fn what_is_due_comes_back_until_it_is_settled() {
        let store = Arc::new(MemoryStore::new());
        let ledger = Ledger::new(store.clone(), "acme");
        for (id, second) in [("b", 10), ("a", 20), ("c", 30)] {
            ledger.note_end(&end(id, second)).await.unwrap();
        }
        let read = async |now| {
            let mut read = Vec::new();
            for entry in ledger.due(now).await.unwrap() {
                read.extend(ledger.due_end(&entry, now).await.transpose());
            }
            read
        };
        let due = async |now| {
            let due = read(now).await.into_iter().map(Result::unwrap);
            due.map(|end| (end.request_id.as_str().to_owned(), end.failed)).collect::<Vec<_>>()
        };
        let of = |id: &str, failed| (id.to_owned(), failed);
        assert_eq!(due(at(10)).await, []);
        assert_eq!(due(at(21)).await, [of("b", 0), of("a", 0)]);
        ledger.clear_end(&end("b", 10)).await.unwrap();
        for _ in 0..2 {
            ledger.try_end_again(&end("a", 20)).await.unwrap();
        }
        ledger.note_end(&end("a", 20)).await.unwrap();
        assert_eq!(due(at(99)).await, [of("a", 1), of("c", 0)]);
        let damaged = "acme/ledger/expiring/19700101T000025Z/x.json";
        store.put(damaged, Bytes::from("{"), PutMode::Create).await.unwrap();
        let due = read(at(99)).await;
        assert_eq!(due.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    }
}
