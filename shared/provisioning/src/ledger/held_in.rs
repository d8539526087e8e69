//! What some people hold of one team.

use futures::{StreamExt, TryStreamExt, stream};

use super::{Ledger, LedgerError};
use crate::{Entitlement, Hold, TeamLevel};

/// How many are read at a time.
const UNDER_WAY: usize = 20;

impl Ledger {
    /// What Rollcall gave these users of a team. Each is looked at by its key: a team has fewer members
    /// than everybody has holds.
    pub(crate) async fn held_in(
        &self,
        team_id: &str,
        users: &[&String],
    ) -> Result<Vec<Hold>, LedgerError> {
        let levels = TeamLevel::ALL.map(|(level, _)| level);
        let keys = users.iter().flat_map(|user| {
            levels.map(|level| {
                let team_id = team_id.to_owned();
                self.keys.hold(user, &Entitlement::Team { team_id, level })
            })
        });
        let keys: Vec<_> = keys.collect();
        let reads = stream::iter(&keys).map(|key| self.read::<Hold>(key));
        let holds: Vec<_> = reads.buffer_unordered(UNDER_WAY).try_collect().await?;
        Ok(holds.into_iter().flatten().collect())
    }
}
