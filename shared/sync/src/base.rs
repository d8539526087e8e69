//! What a run builds on: the base's tables, and what a walk over everything cannot see.

use std::{collections::HashSet, sync::Arc};

use rollcall_roster::{Row, Table, Team, Told};
use rollcall_snapshot::{
    Carried, Manifest, Merge, OneOf, Overlay, Rows, RowsError, RunId, Segment, TableReader, Unseen,
    UnusableObject,
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{Sync, SyncError};

/// The function whose table tells who is active.
const USERS_FUNCTION: &str = "sync-users";

/// A table's rows, by the kind of run.
pub(crate) enum Source<R: Row> {
    /// What a walk has found.
    Found(Merge<R>),
    /// What a walk has found, with what only the base can tell.
    Carried(Box<Carried<R>>),
    /// The base, with what lists of changes tell.
    Changed(Box<Overlay<R>>),
}

impl<R: Row> Source<R> {
    pub(crate) async fn next(&mut self) -> Result<Option<R>, RowsError> {
        match self {
            Self::Found(rows) => Rows::next(rows).await,
            Self::Carried(rows) => rows.next().await,
            Self::Changed(rows) => rows.next().await,
        }
    }
}

/// The columns of a user that say what else of the account can be seen.
#[derive(Debug, Deserialize)]
pub struct Standing {
    /// The user.
    pub user_id: String,
    /// Whether the account may be used.
    pub active: Option<bool>,
    /// The access level.
    pub role: Option<String>,
}

impl Sync {
    /// A table of the base after what was `told`.
    pub(crate) async fn overlay<R: Row>(
        &self,
        base: &RunId,
        told: &[Segment],
        one_of: Option<OneOf<R>>,
    ) -> Result<Overlay<R>, SyncError> {
        let key = self.keys.manifest(base);
        let missing = || UnusableObject::Missing(key.clone());
        let manifest = self.document::<Manifest>(&key).await?.ok_or_else(missing)?;
        let table = manifest.tables.get(R::TABLE.name()).ok_or_else(missing)?;
        Ok(Overlay::new(&self.store, table.parts.clone(), told, one_of))
    }

    /// A table without rows.
    pub(crate) fn nothing<R: Row>(&self) -> Overlay<R> {
        Overlay::new(&self.store, Vec::new(), &[], None)
    }

    /// The teams that lists of changes say are gone.
    pub(crate) async fn gone_teams(&self, told: &[Segment]) -> Result<HashSet<String>, SyncError> {
        let mut told = Merge::new(Arc::clone(&self.store), told, None, Told::<Team>::and);
        let mut gone = HashSet::new();
        while let Some(team) = told.next().await? {
            if team.there.gone {
                gone.insert(team.row.team_id);
            }
        }
        Ok(gone)
    }

    /// Which memberships a walk over everything cannot see: those of inactive users, in teams that
    /// are there.
    pub(crate) async fn unseen_members(
        &self,
        run_id: &RunId,
        teams: &[Segment],
    ) -> Result<Unseen, SyncError> {
        let mut found = Merge::new(Arc::clone(&self.store), teams, None, |_: Team, later| later);
        let mut unseen = Unseen::default();
        while let Some(team) = found.next().await? {
            unseen.first.insert(team.team_id.into());
        }
        let mut users = self.users_of(run_id).await?;
        while let Some(user) = users.next().await? {
            if user.active == Some(false) {
                unseen.second.insert(user.user_id.into());
            }
        }
        Ok(unseen)
    }

    /// How the users of a run stand, whose table must be whole.
    ///
    /// # Errors
    /// If it is not, or the store does not answer.
    pub async fn users_of(&self, run_id: &RunId) -> Result<TableReader<Standing>, SyncError> {
        self.user_columns(run_id, &["user_id", "active", "role"]).await
    }

    /// Some columns of the users of a run, whose table must be whole.
    pub(crate) async fn user_columns<T: DeserializeOwned>(
        &self,
        run_id: &RunId,
        columns: &'static [&'static str],
    ) -> Result<TableReader<T>, SyncError> {
        let users = self.completed(run_id, USERS_FUNCTION).await?;
        let parts = users.tables.get(&Table::Users).map(|held| held.parts.clone());
        Ok(TableReader::of_columns(Arc::clone(&self.store), parts.unwrap_or_default(), columns))
    }
}
