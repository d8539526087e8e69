//! One slice of one function's part of a run.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use rollcall_snapshot::{
    CHECKPOINT_VERSION, Checkpoint, CheckpointError, Findings, Held, Keys, Manifest, Phase,
    RequestCounts, RunId, Scope, Store, Version, current_run,
};

use crate::{
    Answer, Slice, SyncError, Walk, reading,
    walk::Meter,
    writing::{self, Written},
};

/// A sync function: what it works with, whichever run it is called for.
#[derive(Clone)]
pub struct Sync {
    /// Where runs lie.
    pub store: Arc<dyn Store>,
    /// The connection's keys.
    pub keys: Keys,
    /// The function's name.
    pub function: &'static str,
    /// The vendor's name.
    pub vendor: &'static str,
    /// What is asked for.
    pub scope: Scope,
    /// The function that must run before, as it shows how the vendor pages.
    pub learns_from: Option<&'static str>,
}

/// The checkpoint in hand, and what it must replace.
pub(crate) struct Book<'a, W: Walk> {
    pub(crate) sync: &'a Sync,
    pub(crate) checkpoint: Checkpoint<W::Task>,
    key: String,
    version: Option<Version>,
    /// Requests before this slice.
    requests_before: RequestCounts,
}

impl Sync {
    /// Goes on with a run until it is complete or the slice is over. `walk` is made only if there
    /// is something to read: from what was found so far, and the instant before which no request
    /// may be sent.
    ///
    /// # Errors
    /// See [`SyncError`]. What was staged is kept; calling again goes on from there.
    pub async fn slice<W: Walk>(
        &self,
        run_id: &RunId,
        slice: Slice,
        walk: impl AsyncFnOnce(Option<Timestamp>) -> Result<W, SyncError>,
    ) -> Result<Answer, SyncError> {
        let key = self.keys.checkpoint(run_id, self.function);
        let found = Checkpoint::<W::Task>::load(&*self.store, &key).await?;
        let (checkpoint, version) = match found {
            Some((checkpoint, _)) if checkpoint.phase == Phase::Complete => {
                return Ok(Answer::of(&checkpoint));
            }
            Some((checkpoint, version)) => (checkpoint, Some(version)),
            None => {
                if let Some(answer) = self.judged::<W>(run_id).await? {
                    return Ok(answer);
                }
                (self.begin::<W>(run_id).await?, None)
            }
        };
        if checkpoint.scope != self.scope {
            return Err(SyncError::ScopeChanged(run_id.to_string()));
        }
        current_run::hold(&*self.store, &self.keys, run_id, Timestamp::now()).await?;
        let requests_before = checkpoint.requests;
        let mut book = Book { sync: self, checkpoint, key, version, requests_before };
        book.checkpoint.writer = format!("{:016x}", rand::random::<u64>());
        if book.checkpoint.phase == Phase::Walking {
            // Whoever wrote before is told by this that it goes on no longer.
            book.save().await?;
            let walk = walk(book.checkpoint.next_request_at).await?;
            reading::read(&mut book, Arc::new(walk), slice).await?;
        }
        if book.checkpoint.phase == Phase::Writing
            && writing::write(&mut book, slice).await? == Written::Everything
        {
            book.checkpoint.phase = Phase::Complete;
            book.save().await?;
        }
        let wait_seconds = book.wait_seconds(Timestamp::now());
        Ok(Answer { wait_seconds, ..Answer::of(&book.checkpoint) })
    }

    /// The answer for a run whose working state is gone, because it was judged long ago.
    async fn judged<W: Walk>(&self, run_id: &RunId) -> Result<Option<Answer>, SyncError> {
        let Some(object) = self.store.get(&self.keys.manifest(run_id)).await? else {
            return Ok(None);
        };
        let manifest: Manifest = serde_json::from_slice(&object.bytes).map_err(|error| {
            let (key, reason) = (self.keys.manifest(run_id), error.to_string());
            CheckpointError::Corrupt { key, reason }
        })?;
        let tables: Vec<_> = W::tables().iter().map(|columns| columns.table.name()).collect();
        Ok(Some(Answer::of_judged(&manifest, self.function, &tables)))
    }

    async fn begin<W: Walk>(&self, run_id: &RunId) -> Result<Checkpoint<W::Task>, SyncError> {
        let held = |columns: crate::TableColumns| {
            (columns.table, Held { known_columns: columns.known, ..Held::default() })
        };
        Ok(Checkpoint {
            version: CHECKPOINT_VERSION,
            function: self.function.to_owned(),
            vendor: self.vendor.to_owned(),
            run_id: run_id.clone(),
            writer: String::new(),
            started_at: Timestamp::now(),
            scope: self.scope.clone(),
            phase: Phase::Walking,
            pending: W::first(&self.scope),
            findings: self.learned(run_id).await?,
            requests: RequestCounts::default(),
            next_request_at: None,
            staged: BTreeMap::new(),
            tables: W::tables().into_iter().map(held).collect(),
        })
    }

    /// What the function that must run before has learned about the vendor's paging.
    async fn learned(&self, run_id: &RunId) -> Result<Findings, SyncError> {
        let Some(needs) = self.learns_from else { return Ok(Findings::default()) };
        let key = self.keys.checkpoint(run_id, needs);
        let found = Checkpoint::<serde_json::Value>::load(&*self.store, &key).await?;
        let complete = found.filter(|(checkpoint, _)| checkpoint.phase == Phase::Complete);
        let Some((checkpoint, _)) = complete else {
            let (function, run_id) = (self.function, run_id.to_string());
            return Err(SyncError::TooEarly { function, needs, run_id });
        };
        let Findings { honours_limit, page_cap, .. } = checkpoint.findings;
        Ok(Findings { honours_limit, page_cap, ..Findings::default() })
    }
}

impl<W: Walk> Book<'_, W> {
    /// Notes what the slice has cost so far.
    pub(crate) fn charge(&mut self, meter: &Meter) {
        let RequestCounts { sent, retried } = self.requests_before;
        self.checkpoint.requests = RequestCounts {
            sent: sent + meter.requests.sent,
            retried: retried + meter.requests.retried,
        };
        self.checkpoint.next_request_at = meter.next_request_at;
    }

    /// How long there is nothing to do: as long as every piece that is left is of no use yet.
    fn wait_seconds(&self, now: Timestamp) -> u64 {
        let pending = self.checkpoint.pending.iter();
        let due = pending.map(|task| W::not_before(task).unwrap_or(now)).min().unwrap_or(now);
        let milliseconds = due.duration_since(now).as_millis().max(0);
        u64::try_from(milliseconds).map_or(0, |milliseconds| milliseconds.div_ceil(1000))
    }

    pub(crate) async fn save(&mut self) -> Result<(), CheckpointError> {
        let before = self.version.take();
        let saved = self.checkpoint.save(&*self.sync.store, &self.key, before).await?;
        self.version = Some(saved);
        Ok(())
    }
}
