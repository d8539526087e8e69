//! Holds: working state, replaced by condition.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_snapshot::{PutMode, StoreError, Version};

use super::{Ledger, LedgerError, LedgerKeys, bytes};
use crate::{Entitlement, Hold, Holds, TeamLevel};

/// A user's holds as they were read.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeldBy {
    pub(crate) holds: Holds,
    versions: BTreeMap<Entitlement, Version>,
}

impl Ledger {
    /// What Rollcall gave a user.
    pub(crate) async fn held_by(&self, user_id: &str) -> Result<HeldBy, LedgerError> {
        let mut held = HeldBy::default();
        for entry in self.store.list(&self.keys.holds(user_id)).await? {
            let Some((hold, version)) = self.read_version::<Hold>(&entry.key).await? else {
                continue;
            };
            held.versions.insert(hold.entitlement.clone(), version);
            held.holds.insert(hold.entitlement.clone(), hold);
        }
        Ok(held)
    }

    /// Of whom something of a team is held. Every hold's key is looked at: teams are rarely removed.
    pub(crate) async fn holders_in(&self, team_id: &str) -> Result<BTreeSet<String>, LedgerError> {
        let names = TeamLevel::ALL.map(|(level, _)| {
            let team_id = team_id.to_owned();
            LedgerKeys::hold_name(&Entitlement::Team { team_id, level })
        });
        let mut holders = BTreeSet::new();
        for entry in self.store.list(&self.keys.all_holds()).await? {
            let name = entry.key.rsplit('/').next().unwrap_or_default();
            if names.iter().any(|of_team| of_team == name)
                && let Some(hold) = self.read::<Hold>(&entry.key).await?
            {
                holders.insert(hold.user_id);
            }
        }
        Ok(holders)
    }

    /// Replaces what differs. What another one changed since it was read is a conflict.
    pub(crate) async fn hold(
        &self,
        user_id: &str,
        held: &mut HeldBy,
        after: Holds,
    ) -> Result<(), LedgerError> {
        for (entitlement, hold) in &after {
            if held.holds.get(entitlement) == Some(hold) {
                continue;
            }
            let key = self.keys.hold(user_id, entitlement);
            let version = held.versions.get(entitlement).cloned();
            let mode = version.map_or(PutMode::Create, PutMode::Update);
            let version = self.store.put(&key, bytes(hold), mode).await?;
            held.versions.insert(entitlement.clone(), version);
        }
        let gone = held.holds.keys().filter(|entitlement| !after.contains_key(entitlement));
        for entitlement in gone {
            let key = self.keys.hold(user_id, entitlement);
            if let Some(version) = held.versions.remove(entitlement) {
                self.clear(&key, &version).await?;
            }
        }
        held.holds = after;
        Ok(())
    }

    /// Removes working state that has served; what has changed since stays.
    pub(crate) async fn clear(&self, key: &str, version: &Version) -> Result<(), LedgerError> {
        match self.store.delete(key, version).await {
            Ok(()) | Err(StoreError::Conflict { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
