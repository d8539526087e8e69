//! How a sync sees whether provisioning is at work.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use rollcall_snapshot::{Store, StoreError};
use rollcall_sync::{Neighbour, Work};

/// A connection's provisioning, seen by its lease: which is there before its first request, unlike
/// what SQS tells of its queue, which is approximate.
pub(crate) struct ProvisioningNextDoor {
    /// Where the lease lies.
    pub(crate) store: Arc<dyn Store>,
    /// The connection.
    pub(crate) name: String,
}

#[async_trait]
impl Neighbour for ProvisioningNextDoor {
    async fn work(&self) -> Result<Work, StoreError> {
        let now = Timestamp::now();
        let seen = rollcall_provisioning::Work::of(&*self.store, &self.name, now).await?;
        Ok(Work { total: seen.total, quiet: seen.quiet })
    }
}
