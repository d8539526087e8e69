//! Who cannot lead or administer a team: read from the run's own users table.

use rollcall_snapshot::RunId;
use rollcall_sync::{Sync, SyncError, litmos::PlainLearners};

/// Reads the roles of a run's users.
pub(crate) async fn read(sync: &Sync, run_id: &RunId) -> Result<PlainLearners, SyncError> {
    let mut users = sync.users_of(run_id).await?;
    let mut plain = PlainLearners::default();
    while let Some(user) = users.next().await? {
        plain.note(&user.user_id, user.role.as_deref());
    }
    Ok(plain)
}
