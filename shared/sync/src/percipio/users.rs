//! Users: `/users`, inactive ones included.

use async_trait::async_trait;
use rollcall_roster::Table;
use rollcall_snapshot::{Findings, Scope};

use super::{Connection, ranges::Range};
use crate::{Meter, Step, SyncError, TableColumns, Walk, connection::faults_of};

/// A part of the list.
pub type UserTask = Range;

/// The walk over the users, active or not.
pub struct UsersWalk(pub Connection);

#[async_trait]
impl Walk for UsersWalk {
    type Task = UserTask;

    fn tables() -> Vec<TableColumns> {
        vec![TableColumns::all_but(Table::Users, &["brand", "created_at", "last_login_at"])]
    }

    fn first(_: &Scope) -> Vec<UserTask> {
        vec![Range::WHOLE]
    }

    fn stage(_: &UserTask) -> u8 {
        0
    }

    async fn step(&self, range: UserTask, found: &Findings) -> Result<Step<UserTask>, SyncError> {
        let answer = self.0.client.users(range.start, None).await?;
        let mut step = Step { findings: faults_of("users", &answer.page), ..Step::default() };
        step.stage(&answer.page.rows);
        // The list moves while it is read; what it had at first is what the ranges were cut by.
        let known = found.vendor_count.get(&Table::Users).copied();
        let total = known.or(answer.total);
        step.findings.vendor_count.extend(total.map(|total| (Table::Users, total)));
        step.next = range.after(answer.page.received, total);
        Ok(step)
    }

    fn meter(&self) -> Meter {
        self.0.meter()
    }
}
