//! One slice of one function's part of a run.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;
use rollcall_snapshot::{
    CHECKPOINT_VERSION, Checkpoint, CheckpointError, CurrentRunError, DeltaLimits, Findings, Held,
    Keys, Manifest, Mode, Phase, RequestCounts, RunId, RunPlan, RunSubject, Store, TeamOrCourse,
    Version, current_run,
};

use crate::{
    Answer, Brief, Slice, SyncError, Walk, paging, reading,
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
    /// What it is configured to read.
    pub subject: RunSubject,
    /// The function that must run before, as it shows how the vendor pages.
    pub learns_from: Option<&'static str>,
    /// What delta runs are allowed.
    pub delta: DeltaLimits,
    /// Teams and courses of which it is known that the vendor can no longer give them.
    pub unreadable: BTreeSet<TeamOrCourse>,
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
    /// Goes on with a run until it is complete or the slice is over. What is `asked` for counts when
    /// the run is begun; later it may be left out. `walk` is made only if there is something to read:
    /// from what is asked for, and the instant before which no request may be sent.
    ///
    /// # Errors
    /// See [`SyncError`]. What was staged is kept; calling again goes on from there. An error that ends
    /// the run lets another one begin.
    pub async fn slice<W: Walk>(
        &self,
        run_id: &RunId,
        asked: Option<Mode>,
        slice: Slice,
        walk: impl AsyncFnOnce(Brief<'_>, Option<Timestamp>) -> Result<W, SyncError>,
    ) -> Result<Answer, SyncError> {
        let done = self.go_on(run_id, asked, slice, walk).await;
        if done.as_ref().is_err_and(SyncError::ends_run) {
            current_run::give_up(&*self.store, &self.keys, run_id).await;
        }
        done
    }

    async fn go_on<W: Walk>(
        &self,
        run_id: &RunId,
        asked: Option<Mode>,
        slice: Slice,
        walk: impl AsyncFnOnce(Brief<'_>, Option<Timestamp>) -> Result<W, SyncError>,
    ) -> Result<Answer, SyncError> {
        let key = self.keys.checkpoint(run_id, self.function);
        let found = Checkpoint::<W::Task>::load(&*self.store, &key).await?;
        let (checkpoint, version) = match found {
            Some((checkpoint, _)) if checkpoint.phase == Phase::Complete => {
                check_mode(&checkpoint, asked)?;
                return Ok(Answer::of(&checkpoint));
            }
            Some((checkpoint, version)) => {
                check_mode(&checkpoint, asked)?;
                self.check_subject(run_id, &plan_of(&checkpoint))?;
                self.hold(run_id).await?;
                (checkpoint, Some(version))
            }
            None => {
                if let Some(answer) = self.judged::<W>(run_id).await? {
                    return Ok(answer);
                }
                (self.begin::<W>(run_id, asked).await?, None)
            }
        };
        let requests_before = checkpoint.requests;
        let mut book = Book { sync: self, checkpoint, key, version, requests_before };
        book.checkpoint.writer = format!("{:016x}", rand::random::<u64>());
        if book.checkpoint.phase == Phase::Walking {
            let plan = book.plan();
            self.check_not_superseded(run_id, &plan).await?;
            // Whoever wrote before is told by this that it goes on no longer.
            book.save().await?;
            let brief = Brief { scope: &self.subject.scope, plan: &plan };
            let walk = walk(brief, book.checkpoint.next_request_at).await?;
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
        let manifest = self.document::<Manifest>(&self.keys.manifest(run_id)).await?;
        let Some(manifest) = manifest else { return Ok(None) };
        let tables = W::tables(manifest.mode);
        let tables: Vec<_> = tables.iter().map(|columns| columns.table.name()).collect();
        Ok(Some(Answer::of_judged(&manifest, self.function, &tables)))
    }

    async fn begin<W: Walk>(
        &self,
        run_id: &RunId,
        asked: Option<Mode>,
    ) -> Result<Checkpoint<W::Task>, SyncError> {
        let learned = self.learned(run_id).await?;
        // What a run builds on is settled when no other one can be published any more.
        self.hold(run_id).await?;
        let plan = match &learned {
            Some((_, plan)) => plan.clone(),
            None => self.settle(run_id, asked).await?,
        };
        self.check_subject(run_id, &plan)?;
        // A full run sees for itself how the vendor cuts its pages.
        let before = match plan.mode() {
            Mode::Full => Findings::default(),
            Mode::Delta => paging::carried(plan.page_cap, plan.longest_page),
        };
        let findings = learned.map_or(before, |(findings, _)| findings);
        let held = |columns: crate::TableColumns| {
            (columns.table, Held { known_columns: columns.known, ..Held::default() })
        };
        let checkpoint = Checkpoint {
            version: CHECKPOINT_VERSION,
            function: self.function.to_owned(),
            vendor: self.subject.account.vendor.clone(),
            run_id: run_id.clone(),
            writer: String::new(),
            started_at: Timestamp::now(),
            scope: self.subject.scope.clone(),
            phase: Phase::Walking,
            pending: W::first(Brief { scope: &self.subject.scope, plan: &plan }),
            findings,
            requests: RequestCounts::default(),
            next_request_at: None,
            staged: BTreeMap::new(),
            set_aside: BTreeMap::new(),
            told: BTreeMap::new(),
            tables: W::tables(plan.mode()).into_iter().map(held).collect(),
            plan: Some(plan),
        };
        check_mode(&checkpoint, asked)?;
        Ok(checkpoint)
    }

    async fn hold(&self, run_id: &RunId) -> Result<(), CurrentRunError> {
        current_run::hold(&*self.store, &self.keys, run_id, Timestamp::now()).await
    }

    /// The checkpoint of a function that must have finished its part of the run.
    pub(crate) async fn completed(
        &self,
        run_id: &RunId,
        needs: &'static str,
    ) -> Result<Checkpoint<serde_json::Value>, SyncError> {
        let key = self.keys.checkpoint(run_id, needs);
        let found = Checkpoint::load(&*self.store, &key).await?;
        let complete = found.filter(|(checkpoint, _)| checkpoint.phase == Phase::Complete);
        let (function, run_id) = (self.function, run_id.to_string());
        let too_early = || SyncError::TooEarly { function, needs, run_id };
        complete.map(|(checkpoint, _)| checkpoint).ok_or_else(too_early)
    }

    /// What the function that must run before has learned about the vendor's paging, and what kind of
    /// run it has begun.
    async fn learned(&self, run_id: &RunId) -> Result<Option<(Findings, RunPlan)>, SyncError> {
        let Some(needs) = self.learns_from else { return Ok(None) };
        let checkpoint = self.completed(run_id, needs).await?;
        let plan = plan_of(&checkpoint);
        let Findings { page_cap, longest_page, .. } = checkpoint.findings;
        Ok(Some((paging::carried(page_cap, longest_page), plan)))
    }
}

fn plan_of<T>(checkpoint: &Checkpoint<T>) -> RunPlan {
    let plan = checkpoint.plan.clone();
    let plan = plan.unwrap_or_else(|| RunPlan::plain(checkpoint.started_at));
    // A release that did not settle the scope has it in each function's checkpoint.
    let scope = plan.scope.or_else(|| Some(checkpoint.scope.clone()));
    RunPlan { scope, ..plan }
}

/// A run stays what it was begun as.
fn check_mode<T>(checkpoint: &Checkpoint<T>, asked: Option<Mode>) -> Result<(), SyncError> {
    let began_as = plan_of(checkpoint).asked;
    if asked.is_none_or(|asked| asked == began_as) {
        return Ok(());
    }
    Err(SyncError::OtherMode { run_id: checkpoint.run_id.to_string(), began_as })
}

impl<W: Walk> Book<'_, W> {
    /// What kind of run it is.
    pub(crate) fn plan(&self) -> RunPlan {
        plan_of(&self.checkpoint)
    }

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
        let before = self.version.clone();
        let saved = self.checkpoint.save(&*self.sync.store, &self.key, before).await?;
        self.version = Some(saved);
        Ok(())
    }
}
