//! Publication: judges a finished run and moves the pointer, or quarantines it. Can be repeated
//! and killed at any point.

mod catalogue;
mod error;
mod evidence;
mod examine;
mod judge;
mod pointer;
#[cfg(test)]
mod tests;
mod unreadable;

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use jiff::Timestamp;
use rollcall_roster::Table;
use serde::{Deserialize, Serialize};

pub use catalogue::{Catalogue, CatalogueError};
pub use error::PublishError;
pub use evidence::Measured;
pub use judge::Limits;

use crate::{
    AccountChange, ChangeCounts, Checkpoint, FullRun, Keys, Manifest, Mode, Phase, PutMode,
    Quarantined, RunId, RunPlan, Store, StoreError, TableManifest, Verdict, Version, current_run,
    document, manifest::MANIFEST_VERSION, store::put_or_same,
};

/// What publication works with.
#[derive(Clone)]
pub struct Publisher {
    /// Where the run lies.
    pub store: Arc<dyn Store>,
    /// The connection's keys.
    pub keys: Keys,
    /// What the operator allows.
    pub limits: Limits,
    /// The functions that make a run.
    pub functions: &'static [&'static str],
    /// Where published runs are registered, if anywhere.
    pub catalogue: Option<Arc<dyn Catalogue>>,
}

/// Who releases a quarantined run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// What became of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Publication {
    /// The run.
    pub run_id: RunId,
    /// Whether readers are led to it now.
    pub verdict: Verdict,
    /// Why, as in the manifest.
    pub reasons: Vec<String>,
    /// What differs from the base run, by table.
    pub changes: BTreeMap<String, ChangeCounts>,
    /// Of a full run after delta runs: what they had missed. The manifest tells it.
    #[serde(skip)]
    pub missed_by_delta: Option<BTreeMap<String, ChangeCounts>>,
    /// How near it came to being quarantined; `None` if it was judged before.
    #[serde(skip)]
    pub measured: Option<Measured>,
}

type Finished = Checkpoint<serde_json::Value>;

/// A verdict, what differs from the base run, and how near it was.
type Judged = (Manifest, BTreeMap<String, ChangeCounts>, Measured);

impl Publisher {
    /// Judges a run, or takes note of its verdict, and moves the pointer if it may be seen.
    ///
    /// # Errors
    /// See [`PublishError`]; whatever it is, readers are where they were. Only where the catalogue
    /// failed they have gone on: the same call again makes up for it. An error that ends the run lets
    /// another one begin.
    pub async fn publish(
        &self,
        run_id: &RunId,
        accept: Option<&Acceptance>,
        now: Timestamp,
    ) -> Result<Publication, PublishError> {
        let published = self.judge_and_show(run_id, accept, now).await;
        if published.as_ref().is_err_and(PublishError::ends_run) {
            current_run::give_up(&*self.store, &self.keys, run_id).await;
        }
        published
    }

    /// Lets another run begin, if this one is under way; tells whether it was. A run that goes on all
    /// the same takes its place again.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn release(&self, run_id: &RunId) -> Result<bool, StoreError> {
        current_run::release(&*self.store, &self.keys, run_id).await
    }

    async fn judge_and_show(
        &self,
        run_id: &RunId,
        accept: Option<&Acceptance>,
        now: Timestamp,
    ) -> Result<Publication, PublishError> {
        let key = self.keys.manifest(run_id);
        let (manifest, changes, measured, accept) = match self.read(&key).await? {
            Some(manifest) => {
                let changes = examine::recount(self, &manifest).await?;
                (manifest, changes, None, accept)
            }
            None => {
                let (manifest, changes, measured) = self.judge_run(run_id, now).await?;
                // Nobody can have accepted a verdict that did not exist.
                (manifest, changes, Some(measured), None)
            }
        };
        let moved = self.show(&manifest, accept, now).await;
        self.release(run_id).await?;
        let verdict = moved?;
        if verdict == Verdict::Published {
            self.register(&manifest).await?;
        }
        let Manifest { reasons, missed_by_delta, .. } = manifest;
        let run_id = run_id.clone();
        Ok(Publication { run_id, verdict, reasons, changes, missed_by_delta, measured })
    }

    /// Leads readers to a judged run, if its verdict or an acceptance allows it.
    async fn show(
        &self,
        manifest: &Manifest,
        accept: Option<&Acceptance>,
        now: Timestamp,
    ) -> Result<Verdict, PublishError> {
        if manifest.verdict == Verdict::Quarantined {
            let key = self.keys.acceptance(&manifest.run_id);
            if self.store.get(&key).await?.is_none() {
                let Some(accept) = accept else {
                    self.note_quarantine(manifest).await?;
                    return Ok(Verdict::Quarantined);
                };
                self.check_pointer(manifest).await?;
                self.record(&key, &manifest.run_id, accept, now).await?;
            }
        }
        self.move_pointer(manifest).await?;
        Ok(Verdict::Published)
    }

    /// Notes that a full run waits for somebody to accept it.
    async fn note_quarantine(&self, manifest: &Manifest) -> Result<(), StoreError> {
        if manifest.mode == Mode::Delta {
            return Ok(());
        }
        let note = Quarantined { run_id: manifest.run_id.clone() };
        self.write(&self.keys.quarantined(), &note, PutMode::Overwrite).await
    }

    async fn judge_run(&self, run_id: &RunId, now: Timestamp) -> Result<Judged, PublishError> {
        let finished = self.finished(run_id).await?;
        current_run::hold(&*self.store, &self.keys, run_id, now).await?;
        let plan = plan_of(&finished);
        let base = self.settle_base(run_id, plan).await?;
        let change = account_change(plan, base.as_ref());
        let examined = examine::examine(self, run_id, &finished, base.as_ref(), change).await?;
        let (verdict, reasons) = judge::judge(&examined.evidence, &self.limits);
        let measured = examined.evidence.measured();
        let first = &finished[0];
        let mut tables = tables_of(&finished);
        tables.insert("changes".to_owned(), examined.changes);
        let itself =
            FullRun { run_id: run_id.clone(), started_at: first.started_at, age_seconds: 0 };
        let mode = plan.map(RunPlan::mode).unwrap_or_default();
        let carried_from = plan.filter(|_| mode == Mode::Full).and_then(RunPlan::base);
        let full_run = match (mode, &base) {
            (Mode::Delta, Some(base)) => base.full_run_before(first.started_at),
            _ => itself,
        };
        let manifest = Manifest {
            version: MANIFEST_VERSION,
            connection: self.keys.connection().to_owned(),
            vendor: first.vendor.clone(),
            account: plan.and_then(|plan| plan.account.clone()),
            run_id: run_id.clone(),
            mode,
            started_at: first.started_at,
            finished_at: now,
            base_run_id: base.map(|base| base.run_id),
            full_run: Some(full_run),
            page_cap: finished.iter().filter_map(|function| function.findings.page_cap).max(),
            longest_page: finished.iter().filter_map(|f| f.findings.longest_page).max(),
            carried_from: carried_from.map(|base| base.run_id.clone()),
            missed_by_delta: examined.missed,
            memberships_unsure: examined.evidence.memberships_unsure,
            unreadable: examined.evidence.unreadable,
            verdict,
            reasons,
            scope: scope_of(&finished),
            tables,
            requests: finished.iter().map(|f| (f.function.clone(), f.requests)).collect(),
        };
        let key = self.keys.manifest(run_id);
        match self.write(&key, &manifest, PutMode::Create).await {
            Ok(()) => Ok((manifest, examined.counts, measured)),
            // Somebody else judged it at the same time; there is one verdict, the one that stands.
            Err(StoreError::Conflict { .. }) => match self.read(&key).await? {
                Some(manifest) => Ok((manifest, examined.counts, measured)),
                None => Err(StoreError::Conflict { key }.into()),
            },
            Err(error) => Err(error.into()),
        }
    }

    /// The checkpoints of the run's functions, all complete.
    async fn finished(&self, run_id: &RunId) -> Result<Vec<Finished>, PublishError> {
        let mut finished = Vec::new();
        for function in self.functions {
            let key = self.keys.checkpoint(run_id, function);
            let what = match Finished::load(&*self.store, &key).await? {
                Some((checkpoint, _)) if checkpoint.phase == Phase::Complete => {
                    finished.push(checkpoint);
                    continue;
                }
                Some(_) => format!("{function} has not finished"),
                None => format!("{function} has not begun"),
            };
            return Err(PublishError::Incomplete { run_id: run_id.clone(), what });
        }
        Ok(finished)
    }

    /// Records who released a run; the first one stands.
    async fn record(
        &self,
        key: &str,
        run_id: &RunId,
        Acceptance { by, reason }: &Acceptance,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let record = serde_json::json!({
            "run_id": run_id, "by": by, "reason": reason, "accepted_at": now,
        });
        match self.write(key, &record, PutMode::Create).await {
            Err(StoreError::Conflict { .. }) => Ok(()),
            other => other,
        }
    }

    pub(crate) async fn read<T: for<'a> Deserialize<'a>>(
        &self,
        key: &str,
    ) -> Result<Option<T>, PublishError> {
        Ok(self.read_version(key).await?.map(|(document, _)| document))
    }

    async fn read_version<T: for<'a> Deserialize<'a>>(
        &self,
        key: &str,
    ) -> Result<Option<(T, Version)>, PublishError> {
        document::load(&*self.store, key, MANIFEST_VERSION).await
    }

    async fn write<T: Serialize>(
        &self,
        key: &str,
        written: &T,
        mode: PutMode,
    ) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec_pretty(written).expect("documents are plain structs");
        put_or_same(&*self.store, key, Bytes::from(bytes), mode).await.map(|_| ())
    }
}

fn tables_of(finished: &[Finished]) -> BTreeMap<String, TableManifest> {
    let tables = finished.iter().flat_map(|function| &function.tables);
    let listed = tables.map(|(table, held)| {
        let listed = TableManifest {
            rows: held.rows(),
            known_columns: held.known_columns.clone(),
            parts: held.parts.clone(),
        };
        (table.name().to_owned(), listed)
    });
    listed.collect()
}

/// How the account of a run stands to that of the run before. A run that an earlier release began
/// tells none.
fn account_change(plan: Option<&RunPlan>, base: Option<&Manifest>) -> AccountChange {
    let account = plan.and_then(|plan| plan.account.as_ref());
    let (Some(base), Some(account)) = (base, account) else { return AccountChange::Same };
    AccountChange::since(&base.vendor, base.account.as_ref(), account)
}

/// What kind of run it is: all its functions have it from the one that began it.
fn plan_of(finished: &[Finished]) -> Option<&RunPlan> {
    finished.first().and_then(|function| function.plan.as_ref())
}

/// The scope is that of the function that reads courses; the others have no use for it.
fn scope_of(finished: &[Finished]) -> crate::Scope {
    let courses = finished.iter().find(|function| function.tables.contains_key(&Table::Courses));
    courses.map(|function| function.scope.clone()).unwrap_or_default()
}
