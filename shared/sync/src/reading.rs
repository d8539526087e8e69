//! The reading half of a slice: a few pieces of work in flight, what they give staged.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use rollcall_snapshot::{Phase, TeamOrCourse};
use tokio::{
    task::{Id, JoinError, JoinSet},
    time::{Instant, sleep_until, timeout_at},
};

use crate::{
    Slice, Step, SyncError, Walk,
    run::Book,
    set_aside::{self, Expected, Failed, Fate, IN_FLIGHT},
    staging::{Staging, listed},
    walk::Reread,
};

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
        answered: false,
    };
    let began = Instant::now();
    let outcome = reading.walk(slice).await;
    // Nothing is sent any more that the checkpoint would not count and the next slice not wait for.
    reading.steps.shutdown().await;
    // Whatever happened: what was read is kept.
    let finished = outcome.is_ok() && reading.queue.is_empty() && reading.running.is_empty();
    let outcome = outcome.and_then(|()| reading.set_silent_aside(slice.stop - began));
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

type Outcome<T> = Result<Step<T>, Failed>;
type Ended<T> = Result<(Id, Outcome<T>), JoinError>;

/// Work in flight.
struct Running<T> {
    task: T,
    began: Instant,
}

struct Reading<'a, 'b, W: Walk> {
    book: &'a mut Book<'b, W>,
    walk: Arc<W>,
    queue: BTreeSet<W::Task>,
    running: BTreeMap<Id, Running<W::Task>>,
    steps: JoinSet<Outcome<W::Task>>,
    staging: Staging,
    done: u64,
    /// Whether the vendor has answered anything in this slice.
    answered: bool,
}

impl<W: Walk> Reading<'_, '_, W> {
    async fn walk(&mut self, slice: Slice) -> Result<(), SyncError> {
        self.check_missing()?;
        loop {
            if !slice.winds_down() {
                self.count_what_is_compared().await?;
                self.begin_what_may_begin();
                if self.running.is_empty() {
                    self.begin_again(slice).await?;
                }
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

    /// Fills the places in flight with work of the lowest stage that there is, but for what was set
    /// aside.
    fn begin_what_may_begin(&mut self) {
        while self.running.len() < usize::from(IN_FLIGHT) {
            let due = self.queue.iter().filter(|task| is_due::<W>(task));
            let Some(task) = due.clone().find(|task| !self.is_set_aside(task)).cloned() else {
                return;
            };
            let stage = W::stage(&task);
            if self.running.values().any(|running| W::stage(&running.task) < stage) {
                return;
            }
            self.begin(task);
        }
    }

    /// Begins something of what was set aside, if the vendor answers: else it would be no wonder that
    /// it fails again.
    async fn begin_again(&mut self, slice: Slice) -> Result<(), SyncError> {
        let Some(task) = self.queue.iter().find(|task| is_due::<W>(task)).cloned() else {
            return Ok(());
        };
        if !self.answered {
            match timeout_at(slice.stop, self.walk.look_for_vendor()).await {
                Ok(answer) => answer?,
                Err(_) => return Ok(()),
            }
            self.answered = true;
        }
        self.begin(task);
        Ok(())
    }

    fn begin(&mut self, task: W::Task) {
        self.queue.remove(&task);
        let (walk, doing) = (Arc::clone(&self.walk), task.clone());
        let found = self.book.checkpoint.findings.clone();
        let expected = Expected::of(W::about(&task).as_ref(), &self.book.sync.unreadable);
        let attempt = async move { set_aside::attempt(&*walk, doing, &found, expected).await };
        let handle = self.steps.spawn(attempt);
        self.running.insert(handle.id(), Running { task, began: Instant::now() });
    }

    fn is_set_aside(&self, task: &W::Task) -> bool {
        let failed = &self.book.checkpoint.findings.failed_calls;
        !failed.is_empty() && W::about(task).is_some_and(|of| failed.contains_key(&of))
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
        let step = match step {
            Ok(step) => step,
            Err(Failed { error, of: Some(of) }) => {
                self.answered = true;
                self.set_aside(id, &of, error)?;
                return Ok(true);
            }
            // It stays in hand, so that the checkpoint still names it.
            Err(Failed { error, of: None }) => return Err(error),
        };
        let ended = self.running.remove(&id);
        self.done += 1;
        self.answered = true;
        for (shelf, table, segment) in step.segments {
            listed(&mut self.book.checkpoint, shelf, table).push(segment);
        }
        self.staging.add(step.rows);
        self.queue.extend(step.next);
        let findings = &mut self.book.checkpoint.findings;
        if let Some(of) = ended.and_then(|ended| W::about(&ended.task)) {
            findings.failed_calls.remove(&of);
        }
        findings.add(step.findings);
        match step.reread {
            Some(Reread::SetAside(table)) => self.book.checkpoint.set_aside(table),
            Some(Reread::BringBack(table)) => self.book.checkpoint.bring_back(table),
            None => {}
        }
        if self.check_missing().is_err() {
            // Those that are to be tried again may be answered yet.
            set_aside::forget_failures(&mut self.book.checkpoint.findings);
            self.check_missing()?;
        }
        Ok(step.is_costly)
    }

    /// Puts work about one team or course off until nothing else is left, or gives it up.
    fn set_aside(&mut self, id: Id, of: &TeamOrCourse, error: SyncError) -> Result<(), SyncError> {
        let Some(Running { task, .. }) = self.running.remove(&id) else { return Ok(()) };
        self.done += 1;
        let expected = Expected::of(Some(of), &self.book.sync.unreadable);
        let findings = &mut self.book.checkpoint.findings;
        let fate = set_aside::note_failure(findings, of, error.to_string(), expected);
        if fate == Fate::SetAside {
            self.queue.insert(task);
        }
        match (self.check_missing(), error) {
            (Err(too_many), SyncError::NotGiven(_)) => Err(too_many),
            // What the vendor gives of none of them it may give later.
            (Err(_), error) => {
                set_aside::forget_failures(&mut self.book.checkpoint.findings);
                Err(error)
            }
            (Ok(()), _) => Ok(()),
        }
    }

    /// The same with work that has no answer when a slice of this length ends, though others had theirs.
    fn set_silent_aside(&mut self, slice: Duration) -> Result<(), SyncError> {
        if !self.answered {
            return Ok(());
        }
        let silence = set_aside::silence(slice, self.walk.meter().requests_per_minute);
        let is_silent = |running: &Running<W::Task>| running.began.elapsed() >= silence;
        let silent = self.running.iter().filter(|(_, running)| is_silent(running));
        let of_one = silent.filter_map(|(id, running)| Some((*id, W::about(&running.task)?)));
        for (id, of) in of_one.collect::<Vec<_>>() {
            self.set_aside(id, &of, SyncError::Silent(of.clone()))?;
        }
        Ok(())
    }

    /// Stages what is in memory and writes the checkpoint.
    async fn keep(&mut self) -> Result<(), SyncError> {
        let meter = self.walk.meter();
        let (checkpoint, sync) = (&mut self.book.checkpoint, self.book.sync);
        let requests = meter.requests.sent;
        self.staging.write(&*sync.store, &sync.keys, checkpoint, requests).await?;
        let running = self.running.values().map(|running| &running.task);
        checkpoint.pending = self.queue.iter().chain(running).cloned().collect();
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
        set_aside::check_missing(&self.book.checkpoint.findings, &self.book.sync.unreadable)
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
