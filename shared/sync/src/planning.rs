//! What kind of run it is: settled once, by the function that begins it.

use bytes::Bytes;
use jiff::Timestamp;
use rollcall_snapshot::{
    CheckpointError, Latest, MANIFEST_VERSION, Manifest, Mode, PutMode, Quarantined, RunId,
    RunPlan, StoreError, current_run, document, store::put_or_same,
};
use serde::de::DeserializeOwned;

use crate::{Sync, SyncError};

impl Sync {
    /// Settles what kind of run it is, or takes note that it is settled already.
    pub(crate) async fn settle(
        &self,
        run_id: &RunId,
        asked: Option<Mode>,
    ) -> Result<RunPlan, SyncError> {
        let key = self.keys.plan(run_id);
        if let Some(settled) = self.document::<RunPlan>(&key).await? {
            return Ok(settled);
        }
        let latest = match self.document::<Latest>(&self.keys.latest()).await? {
            Some(latest) => self.document::<Manifest>(&latest.manifest).await?,
            None => None,
        };
        let asked = asked.unwrap_or_default();
        if asked == Mode::Delta {
            self.check_quarantine(run_id, latest.as_ref()).await?;
        }
        let now = Timestamp::now();
        let plan = RunPlan::settle(asked, latest.as_ref(), &self.scope, self.delta, now);
        let text = serde_json::to_vec(&plan).expect("a plain struct");
        match put_or_same(&*self.store, &key, Bytes::from(text), PutMode::Create).await {
            Ok(_) => {}
            // Another instance was first.
            Err(StoreError::Conflict { .. }) => {
                return Ok(self.document(&key).await?.unwrap_or(plan));
            }
            Err(error) => return Err(error.into()),
        }
        if let Some(why) = plan.fell_back() {
            tracing::warn!(why, "everything is read instead of changes");
        }
        tracing::info!(mode = plan.mode().name(), base = ?plan.base(), "run begun");
        Ok(plan)
    }

    /// A delta run after what readers see would be followed by nothing: neither could the quarantined
    /// full run be accepted any more, nor is sure what readers see.
    async fn check_quarantine(
        &self,
        run_id: &RunId,
        latest: Option<&Manifest>,
    ) -> Result<(), SyncError> {
        let quarantined = self.document::<Quarantined>(&self.keys.quarantined()).await?;
        let waits =
            quarantined.filter(|full| latest.is_none_or(|latest| full.run_id > latest.run_id));
        let Some(full) = waits else { return Ok(()) };
        current_run::release(&*self.store, &self.keys, run_id).await?;
        Err(SyncError::Quarantined(full.run_id.to_string()))
    }

    /// A JSON document of the connection, if it is there.
    pub(crate) async fn document<T: DeserializeOwned>(
        &self,
        key: &str,
    ) -> Result<Option<T>, SyncError> {
        let Some(object) = self.store.get(key).await? else { return Ok(None) };
        document::read(&object.bytes, MANIFEST_VERSION).map(Some).map_err(|error| {
            let (key, reason) = (key.to_owned(), error.to_string());
            CheckpointError::Corrupt { key, reason }.into()
        })
    }
}
