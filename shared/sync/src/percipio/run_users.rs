//! The accounts of a run by the customer's key, for a report that names people by nothing else.

use std::collections::HashMap;

use rollcall_snapshot::RunId;
use serde::Deserialize;
use tokio::sync::OnceCell;

use crate::{Sync, SyncError};

/// The accounts of a run; read when the first of them is asked for.
pub struct RunUsers {
    sync: Sync,
    run_id: RunId,
    /// Account ids by user name in lower case: some 10 MB for 100,000 accounts. `None` where two
    /// accounts have one name.
    by_name: OnceCell<HashMap<Box<str>, Option<Box<str>>>>,
}

/// The columns that are read.
#[derive(Deserialize)]
struct NamedUser {
    user_id: String,
    user_name: Option<String>,
}

impl RunUsers {
    /// Of a run whose users are complete when the first one is asked for.
    #[must_use]
    pub fn of(sync: &Sync, run_id: &RunId) -> Self {
        Self { sync: sync.clone(), run_id: run_id.clone(), by_name: OnceCell::new() }
    }

    /// The id of the one account with this external user id, in any case (Percipio reference 4.2).
    pub(super) async fn id_of(&self, external_id: &str) -> Result<Option<&str>, SyncError> {
        let by_name = self.by_name.get_or_try_init(|| self.read()).await?;
        Ok(by_name.get(key(external_id).as_str()).and_then(Option::as_deref))
    }

    async fn read(&self) -> Result<HashMap<Box<str>, Option<Box<str>>>, SyncError> {
        let mut users = self.sync.user_columns(&self.run_id, &["user_id", "user_name"]).await?;
        let mut by_name = HashMap::new();
        while let Some(NamedUser { user_id, user_name }) = users.next().await? {
            let Some(name) = user_name else { continue };
            let id = Some(user_id.into_boxed_str());
            let same = by_name.entry(key(&name).into_boxed_str());
            same.and_modify(|id| *id = None).or_insert(id);
        }
        tracing::info!(users = by_name.len(), "the report names people by userId: accounts read");
        Ok(by_name)
    }
}

fn key(external_id: &str) -> String {
    external_id.trim().to_lowercase()
}
