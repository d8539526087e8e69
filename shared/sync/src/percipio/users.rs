//! Users: `/users`, inactive ones included, read side by side.
//!
//! Accounts that come or go while the list is read shift its pages, and what stood between two of
//! them is missed. The vendor tells how long the list is with each page: where that changes, the
//! list is read once more, and what either reading has counts.
//!
//! A server that heeds no offset gives the first page for ever: a later page that begins as it did
//! ends the run. (An account that moves from the head of the list to that of a page would too.)

use async_trait::async_trait;
use rollcall_roster::Table;
use rollcall_snapshot::{DataSet, Findings, Scope};
use rollcall_vendor_client::{VendorError, percipio::UserPage};
use serde::{Deserialize, Serialize};

use super::{Connection, odd, ranges::Range};
use crate::{Meter, Step, SyncError, TableColumns, Walk, connection::faults_of};

/// How often a list is read that does not keep still.
const READINGS: u8 = 3;

/// A part of a reading of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UserTask {
    /// Which reading; the first is 0.
    reading: u8,
    /// The part.
    range: Range,
}

/// The walk over the users, active or not.
pub struct UsersWalk(pub Connection);

#[async_trait]
impl Walk for UsersWalk {
    type Task = UserTask;

    fn tables() -> Vec<TableColumns> {
        vec![TableColumns::all_but(Table::Users, &["brand", "created_at", "last_login_at"])]
    }

    fn first(_: &Scope) -> Vec<UserTask> {
        vec![UserTask { reading: 0, range: Range::WHOLE }]
    }

    fn stage(task: &UserTask) -> u8 {
        task.reading
    }

    async fn step(&self, task: UserTask, found: &Findings) -> Result<Step<UserTask>, SyncError> {
        let UserTask { reading, range } = task;
        let answer = self.0.client.users(range.start, None).await?;
        check(range, &answer, found)?;
        let mut step = Step { findings: faults_of("users", &answer.page), ..Step::default() };
        step.stage(&answer.page.rows);
        if range.start == 0 {
            let (total, first) = (answer.total, first(&answer).cloned());
            step.findings.data_set = Some(DataSet { id: None, total, first });
        }
        let told = found.vendor_count.get(&Table::Users).copied();
        let at_first = if range.start == 0 { answer.total } else { told };
        step.findings.vendor_count.extend(at_first.map(|total| (Table::Users, total)));
        // A list that has grown goes on behind where it ended.
        let parts = range.after(answer.page.received, answer.total.or(at_first));
        step.next = parts.into_iter().map(|range| UserTask { reading, range }).collect();
        if answer.total != at_first && reading + 1 < READINGS {
            tracing::info!(at_first, now = answer.total, "the list of users moves: read once more");
            step.next.push(UserTask { reading: reading + 1, range: Range::WHOLE });
        }
        Ok(step)
    }

    fn meter(&self) -> Meter {
        self.0.meter()
    }
}

fn check(range: Range, answer: &UserPage, found: &Findings) -> Result<(), VendorError> {
    let odd = |detail| odd("GET /users", detail);
    range.check(answer.total).map_err(odd)?;
    let began = found.data_set.as_ref().and_then(|list| list.first.as_ref());
    if range.start > 0 && began.is_some() && first(answer) == began {
        return Err(odd("a later page of the list is the first one again"));
    }
    Ok(())
}

/// The account that a page begins with.
fn first(answer: &UserPage) -> Option<&String> {
    answer.page.rows.first().map(|user| &user.user_id)
}
