//! The reading half of a slice: a few pieces of work in flight, what they give staged.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;
use rollcall_snapshot::Phase;
use tokio::{
    task::{Id, JoinError, JoinSet},
    time::sleep_until,
};

use crate::{
    Slice, Step, SyncError, Walk,
    run::Book,
    staging::{Staging, listed},
    walk::Reread,
};

/// Requests in flight, so that a slow vendor does not waste the allowance.
const IN_FLIGHT: usize = 4;
/// Things that were listed and are gone when they are read. A few are deleted meanwhile; more mean
/// that something is wrong with what is asked or with who answers.
const MISSING_ALLOWED: usize = 5;

/// Reads until everything is staged or the slice is over.
pub(crate) async fn read<W: Walk>(
    book: &mut Book<'_, W>,
    walk: Arc<W>,
    slice: Slice,
) -> Result<(), SyncError> {
    let queue = std::mem::take(&mut book.checkpoint.pending).into_iter().collect();
    let mut reading = Reading {
        book,
        walk,
        queue,
        running: BTreeMap::new(),
        steps: JoinSet::new(),
        staging: Staging::default(),
        done: 0,
    };
    let outcome = reading.walk(slice).await;
    // Nothing is sent any more that the checkpoint would not count and the next slice not wait for.
    reading.steps.shutdown().await;
    // Whatever happened: what was read is kept.
    let finished = outcome.is_ok() && reading.queue.is_empty() && reading.running.is_empty();
    let checked = if finished { reading.check_scope() } else { Ok(()) };
    if finished && checked.is_ok() {
        reading.book.checkpoint.phase = Phase::Writing;
    }
    reading.keep().await?;
    outcome.and(checked)?;
    if !finished && reading.done == 0 && !reading.waits() {
        return Err(SyncError::NoProgress(reading.walk.meter().excuse()));
    }
    Ok(())
}

type Outcome<T> = Result<Step<T>, SyncError>;
type Ended<T> = Result<(Id, Outcome<T>), JoinError>;

struct Reading<'a, 'b, W: Walk> {
    book: &'a mut Book<'b, W>,
    walk: Arc<W>,
    queue: BTreeSet<W::Task>,
    running: BTreeMap<Id, W::Task>,
    steps: JoinSet<Outcome<W::Task>>,
    staging: Staging,
    done: u64,
}

impl<W: Walk> Reading<'_, '_, W> {
    async fn walk(&mut self, slice: Slice) -> Result<(), SyncError> {
        self.check_missing()?;
        loop {
            if !slice.winds_down() {
                self.count_what_is_compared().await?;
                self.begin_what_may_begin();
            }
            let ended = tokio::select! {
                ended = self.steps.join_next_with_id() => ended,
                () = sleep_until(slice.stop) => None,
            };
            let Some(ended) = ended else { return Ok(()) };
            let was_costly = self.absorb(ended)?;
            if was_costly || self.staging.is_due(self.walk.meter().requests.sent) {
                self.keep().await?;
            }
        }
    }

    /// Fills the places in flight with work of the lowest stage that there is.
    fn begin_what_may_begin(&mut self) {
        while self.running.len() < IN_FLIGHT {
            let Some(task) = self.queue.iter().find(|&task| is_due::<W>(task)).cloned() else {
                return;
            };
            let stage = W::stage(&task);
            if self.running.values().any(|running| W::stage(running) < stage) {
                return;
            }
            self.queue.remove(&task);
            let (walk, doing) = (Arc::clone(&self.walk), task.clone());
            let found = self.book.checkpoint.findings.clone();
            let handle = self.steps.spawn(async move { walk.step(doing, &found).await });
            self.running.insert(handle.id(), task);
        }
    }

    /// Counts the staged rows that the next piece of work compares with something.
    async fn count_what_is_compared(&mut self) -> Result<(), SyncError> {
        if !self.running.is_empty() {
            return Ok(());
        }
        let Some(table) = self.queue.first().and_then(W::compares) else { return Ok(()) };
        self.keep().await?;
        let checkpoint = &self.book.checkpoint;
        let staged = checkpoint.staged.get(&table).map(Vec::as_slice).unwrap_or_default();
        let rows = self.book.sync.count_staged(table, staged).await?;
        self.book.checkpoint.findings.rows_staged.insert(table, rows);
        Ok(())
    }

    /// Takes what a piece of work gave; tells whether it was a costly one.
    fn absorb(&mut self, ended: Ended<W::Task>) -> Result<bool, SyncError> {
        let (id, step) = match ended {
            Ok(ended) => ended,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        };
        // A piece of work that failed stays in hand, so that the checkpoint still names it.
        let step = step?;
        self.running.remove(&id);
        self.done += 1;
        for (shelf, table, segment) in step.segments {
            listed(&mut self.book.checkpoint, shelf, table).push(segment);
        }
        self.staging.add(step.rows);
        self.queue.extend(step.next);
        self.book.checkpoint.findings.add(step.findings);
        match step.reread {
            Some(Reread::SetAside(table)) => self.book.checkpoint.set_aside(table),
            Some(Reread::BringBack(table)) => self.book.checkpoint.bring_back(table),
            None => {}
        }
        self.check_missing()?;
        Ok(step.is_costly)
    }

    /// Stages what is in memory and writes the checkpoint.
    async fn keep(&mut self) -> Result<(), SyncError> {
        let meter = self.walk.meter();
        let (checkpoint, sync) = (&mut self.book.checkpoint, self.book.sync);
        let requests = meter.requests.sent;
        self.staging.write(&*sync.store, &sync.keys, checkpoint, requests).await?;
        checkpoint.pending = self.queue.iter().chain(self.running.values()).cloned().collect();
        self.book.charge(&meter);
        self.book.save().await?;
        let checkpoint = &self.book.checkpoint;
        let staged = checkpoint.staged.values().chain(checkpoint.told.values());
        let rows: u64 = staged.flatten().map(|segment| segment.rows).sum();
        tracing::info!(
            rows,
            requests_sent = checkpoint.requests.sent,
            requests_retried = checkpoint.requests.retried,
            requests_per_minute = meter.requests_per_minute,
            left = checkpoint.pending.len(),
            "staged"
        );
        Ok(())
    }

    /// Whether there is nothing to be done but to wait.
    fn waits(&self) -> bool {
        self.running.is_empty() && !self.queue.iter().any(is_due::<W>)
    }

    fn check_missing(&self) -> Result<(), SyncError> {
        let missing: Vec<_> = self.book.checkpoint.findings.missing().cloned().collect();
        if missing.len() <= MISSING_ALLOWED {
            return Ok(());
        }
        let (count, ids) = (missing.len(), missing.join(", "));
        Err(SyncError::TooManyMissing { count, allowed: MISSING_ALLOWED, ids })
    }

    /// A scope of which nothing exists is a mistake, not an empty catalogue.
    fn check_scope(&self) -> Result<(), SyncError> {
        let checkpoint = &self.book.checkpoint;
        let Some(wanted) = &checkpoint.scope.limited_courses else { return Ok(()) };
        let unknown = &checkpoint.findings.unknown_courses;
        if wanted.iter().all(|id| unknown.contains(id)) {
            return Err(SyncError::EmptyScope(wanted.join(", ")));
        }
        Ok(())
    }
}

fn is_due<W: Walk>(task: &W::Task) -> bool {
    W::not_before(task).is_none_or(|at| at <= Timestamp::now())
}
