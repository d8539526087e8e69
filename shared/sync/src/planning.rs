//! What a run is about: settled once, by the function that begins it.

use bytes::Bytes;
use jiff::Timestamp;
use rollcall_roster::Table;
use rollcall_snapshot::{
    CheckpointError, Kind, Latest, MANIFEST_VERSION, Manifest, Mode, PutMode, Quarantined, RunId,
    RunPlan, StoreError, Superseded, UnusableObject, document, store::put_or_same,
};
use serde::de::DeserializeOwned;

use crate::{Sync, SyncError};

impl Sync {
    /// Settles what a run is about, or takes note that it is settled already.
    pub(crate) async fn settle(
        &self,
        run_id: &RunId,
        asked: Option<Mode>,
    ) -> Result<RunPlan, SyncError> {
        let key = self.keys.plan(run_id);
        if let Some(settled) = self.read_plan(&key).await? {
            return Ok(settled);
        }
        let latest = self.latest_manifest().await?;
        if let Some(latest) = &latest {
            self.check_base(latest).await?;
        }
        let asked = asked.unwrap_or_default();
        if asked == Mode::Delta {
            self.check_quarantine(latest.as_ref()).await?;
        }
        let plan =
            RunPlan::settle(asked, &self.subject, latest.as_ref(), self.delta, Timestamp::now());
        let text = serde_json::to_vec(&plan).expect("a plain struct");
        match put_or_same(&*self.store, &key, Bytes::from(text), PutMode::Create).await {
            Ok(_) => {}
            // Another instance was first.
            Err(StoreError::Conflict { .. }) => {
                return Ok(self.read_plan(&key).await?.unwrap_or(plan));
            }
            Err(error) => return Err(error.into()),
        }
        if let Some(why) = plan.fell_back() {
            tracing::warn!(why, "everything is read instead of changes");
        }
        tracing::info!(mode = plan.mode().name(), base = ?plan.base(), "run begun");
        Ok(plan)
    }

    /// Whether a run can still be published: readers may have gone on since it was begun.
    pub(crate) async fn check_not_superseded(
        &self,
        run_id: &RunId,
        plan: &RunPlan,
    ) -> Result<(), SyncError> {
        let latest = self.document::<Latest>(&self.keys.latest()).await?;
        let latest = latest.map(|latest| latest.run_id);
        let base = match &plan.kind {
            Kind::Delta(base) => Some(&base.run_id),
            Kind::Full { .. } => latest.as_ref(),
        };
        if latest.as_ref() == base && latest.as_ref().is_none_or(|latest| latest < run_id) {
            return Ok(());
        }
        let base = base.cloned();
        Err(Superseded { run_id: run_id.clone(), latest, base }.into())
    }

    /// Whether the function is configured for what the run is about.
    pub(crate) fn check_subject(&self, run_id: &RunId, plan: &RunPlan) -> Result<(), SyncError> {
        match plan.differs_from(&self.subject) {
            None => Ok(()),
            Some(differs) => Err(SyncError::SubjectChanged { run_id: run_id.to_string(), differs }),
        }
    }

    async fn latest_manifest(&self) -> Result<Option<Manifest>, SyncError> {
        let Some(latest) = self.document::<Latest>(&self.keys.latest()).await? else {
            return Ok(None);
        };
        let manifest = self.document::<Manifest>(&latest.manifest).await?;
        manifest.map(Some).ok_or_else(|| UnusableObject::Missing(latest.manifest).into())
    }

    /// What the run will be compared with, or is laid over, must be there: else everything would be
    /// read before that is found.
    async fn check_base(&self, latest: &Manifest) -> Result<(), SyncError> {
        if self.subject.other_account(latest).is_some() {
            return Ok(());
        }
        for table in Table::ALL {
            let Some(listed) = latest.tables.get(table.name()) else { continue };
            let folder = self.keys.parts_of(table.name(), &latest.run_id);
            let there = self.store.list(&folder).await?;
            let is_there =
                |key: &str| there.binary_search_by(|entry| entry.key.as_str().cmp(key)).is_ok();
            if let Some(part) = listed.parts.iter().find(|part| !is_there(&part.key)) {
                return Err(UnusableObject::Missing(part.key.clone()).into());
            }
        }
        Ok(())
    }

    /// A delta run after what readers see would be followed by nothing: neither could the quarantined
    /// full run be accepted any more, nor is sure what readers see.
    async fn check_quarantine(&self, latest: Option<&Manifest>) -> Result<(), SyncError> {
        let quarantined = self.document::<Quarantined>(&self.keys.quarantined()).await?;
        let waits =
            quarantined.filter(|full| latest.is_none_or(|latest| full.run_id > latest.run_id));
        match waits {
            None => Ok(()),
            Some(full) => Err(SyncError::Quarantined(full.run_id.to_string())),
        }
    }

    async fn read_plan(&self, key: &str) -> Result<Option<RunPlan>, SyncError> {
        self.document(key).await.map_err(|error| match error {
            SyncError::Unusable(UnusableObject::Damaged { key, reason }) => {
                CheckpointError::Corrupt { key, reason: reason.to_string() }.into()
            }
            other => other,
        })
    }

    /// A JSON document of the connection, if it is there.
    pub(crate) async fn document<T: DeserializeOwned>(
        &self,
        key: &str,
    ) -> Result<Option<T>, SyncError> {
        let read = document::load::<T, SyncError>(&*self.store, key, MANIFEST_VERSION).await?;
        Ok(read.map(|(document, _)| document))
    }
}
