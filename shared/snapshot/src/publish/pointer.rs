//! `latest.json`: which run readers see.

use serde::{Deserialize, Serialize};

use super::{PublishError, Publisher};
use crate::{
    Kind, Latest, Manifest, PutMode, RunId, RunPlan, StoreError, Superseded, UnusableObject,
    store::Version,
};

/// What publication of a run has settled before anything of it was written: what it is compared
/// with, so that a repetition writes the same changes.
#[derive(Debug, Serialize, Deserialize)]
struct Settled {
    base_run_id: Option<RunId>,
}

impl Publisher {
    /// The published run that this one is compared with, the same however often it is asked.
    pub(super) async fn settle_base(
        &self,
        run_id: &RunId,
        plan: Option<&RunPlan>,
    ) -> Result<Option<Manifest>, PublishError> {
        if let Some(RunPlan { kind: Kind::Delta(base), .. }) = plan {
            return self.base_of_delta(run_id, &base.run_id).await.map(Some);
        }
        let key = self.keys.publication(run_id);
        let settled = match self.read::<Settled>(&key).await? {
            Some(settled) => settled,
            None => {
                let base_run_id = self.latest().await?.map(|(latest, _)| latest.run_id);
                if base_run_id.as_ref().is_some_and(|latest| latest >= run_id) {
                    return Err(superseded(run_id, base_run_id.as_ref(), None));
                }
                let settled = Settled { base_run_id };
                self.write(&key, &settled, PutMode::Create).await?;
                settled
            }
        };
        let Some(base) = settled.base_run_id else { return Ok(None) };
        Ok(Some(self.manifest(&base).await?))
    }

    /// What a delta run was laid over, if readers are there still: it can follow nothing else.
    async fn base_of_delta(&self, run_id: &RunId, base: &RunId) -> Result<Manifest, PublishError> {
        let latest = self.latest().await?.map(|(latest, _)| latest.run_id);
        if latest.as_ref() != Some(base) || base >= run_id {
            return Err(superseded(run_id, latest.as_ref(), Some(base)));
        }
        self.manifest(base).await
    }

    /// Leads readers to the run, if they are where it was compared with.
    pub(super) async fn move_pointer(&self, manifest: &Manifest) -> Result<(), PublishError> {
        let Some(mode) = self.check_pointer(manifest).await? else { return Ok(()) };
        let run_id = &manifest.run_id;
        let pointer = Latest { run_id: run_id.clone(), manifest: self.keys.manifest(run_id) };
        match self.write(&self.keys.latest(), &pointer, mode).await {
            Ok(()) => Ok(()),
            Err(StoreError::Conflict { .. }) => {
                let latest = self.latest().await?.map(|(latest, _)| latest.run_id);
                Err(superseded(run_id, latest.as_ref(), manifest.base_run_id.as_ref()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// How the pointer may be moved to the run; `None` if readers have seen it already.
    pub(super) async fn check_pointer(
        &self,
        manifest: &Manifest,
    ) -> Result<Option<PutMode>, PublishError> {
        let (run_id, base) = (&manifest.run_id, manifest.base_run_id.as_ref());
        let latest = self.latest().await?;
        let at = latest.as_ref().map(|(latest, _)| latest.run_id.clone());
        if at.as_ref() == base {
            return Ok(Some(
                latest.map_or(PutMode::Create, |(_, version)| PutMode::Update(version)),
            ));
        }
        if self.leads_to(at.clone(), run_id).await? {
            return Ok(None);
        }
        Err(superseded(run_id, at.as_ref(), base))
    }

    /// Whether readers are at the run, or came past it: every run names the one it followed.
    async fn leads_to(&self, at: Option<RunId>, run_id: &RunId) -> Result<bool, PublishError> {
        let mut at = at;
        while let Some(there) = at.take_if(|there| *there > *run_id) {
            at = self.manifest(&there).await?.base_run_id;
        }
        Ok(at.as_ref() == Some(run_id))
    }

    pub(super) async fn manifest(&self, run_id: &RunId) -> Result<Manifest, PublishError> {
        let key = self.keys.manifest(run_id);
        self.read(&key).await?.ok_or_else(|| UnusableObject::Missing(key).into())
    }

    async fn latest(&self) -> Result<Option<(Latest, Version)>, PublishError> {
        self.read_version(&self.keys.latest()).await
    }
}

fn superseded(run_id: &RunId, latest: Option<&RunId>, base: Option<&RunId>) -> PublishError {
    let (latest, base) = (latest.cloned(), base.cloned());
    Superseded { run_id: run_id.clone(), latest, base }.into()
}
