//! Percipio has no teams: both tables are there, and empty.

use async_trait::async_trait;
use rollcall_roster::Table;
use rollcall_snapshot::{Findings, Mode};
use serde::{Deserialize, Serialize};

use crate::{Brief, Meter, Step, SyncError, TableColumns, Walk};

/// There is nothing to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum NoTask {}

/// The walk over no teams.
pub struct NoTeamsWalk;

#[async_trait]
impl Walk for NoTeamsWalk {
    type Task = NoTask;

    fn tables(_: Mode) -> Vec<TableColumns> {
        [Table::Teams, Table::TeamMembers].map(|table| TableColumns::all_but(table, &[])).into()
    }

    fn first(_: Brief<'_>) -> Vec<NoTask> {
        Vec::new()
    }

    fn stage(task: &NoTask) -> u8 {
        match *task {}
    }

    async fn step(&self, task: NoTask, _: &Findings) -> Result<Step<NoTask>, SyncError> {
        match task {}
    }

    fn meter(&self) -> Meter {
        Meter::default()
    }
}
