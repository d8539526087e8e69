//! Who cannot lead or administer a team: read from the run's own users table.

use std::sync::Arc;

use rollcall_roster::Table;
use rollcall_snapshot::{Checkpoint, Phase, RunId, TableReader};
use rollcall_sync::{Sync, SyncError, litmos::PlainLearners};
use serde::Deserialize;

const USERS_FUNCTION: &str = "sync-users";

#[derive(Deserialize)]
struct UserRole {
    user_id: String,
    role: Option<String>,
}

/// Reads the roles of a run's users.
pub(crate) async fn read(sync: &Sync, run_id: &RunId) -> Result<PlainLearners, SyncError> {
    let key = sync.keys.checkpoint(run_id, USERS_FUNCTION);
    let users = Checkpoint::<serde_json::Value>::load(&*sync.store, &key).await?;
    let users = users.filter(|(users, _)| users.phase == Phase::Complete);
    let Some((users, _)) = users else {
        let (function, run_id) = (sync.function, run_id.to_string());
        return Err(SyncError::TooEarly { function, needs: USERS_FUNCTION, run_id });
    };
    let parts = users.tables.get(&Table::Users).map(|held| held.parts.clone());
    let parts = parts.unwrap_or_default();
    let store = Arc::clone(&sync.store);
    let mut rows = TableReader::<UserRole>::of_columns(store, parts, &["user_id", "role"]);
    let mut plain = PlainLearners::default();
    while let Some(user) = rows.next().await? {
        plain.note(&user.user_id, user.role.as_deref());
    }
    Ok(plain)
}
