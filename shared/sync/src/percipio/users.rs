//! Users: `/users`, inactive ones included, read side by side.
//!
//! Accounts that come or go while the list is read shift its pages, and what stood between two of
//! them is missed. The vendor tells how long the list is with each page: where that changes, the
//! list is read once more, and what either reading has counts.
//!
//! A server that heeds no offset gives the first page for ever: a later page that begins as it did
//! ends the run. (An account that moves from the head of the list to that of a page would too.)

use async_trait::async_trait;
use jiff::Timestamp;
use rollcall_roster::Table;
use rollcall_snapshot::{DataSet, Findings, Mode};
use rollcall_vendor_client::{VendorError, percipio::UserPage};
use serde::{Deserialize, Serialize};

use super::{Connection, lists::List, odd, ranges::Range};
use crate::{Brief, Meter, Step, SyncError, TableColumns, Walk, connection::faults_of};

/// How often a list is read that does not keep still.
const READINGS: u8 = 3;

/// A part of a reading of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UserTask {
    /// Which list.
    #[serde(default)]
    list: List,
    /// Which reading; the first is 0.
    reading: u8,
    /// The part.
    range: Range,
}

/// The walk over the users, active or not.
pub struct UsersWalk {
    /// The vendor.
    pub connection: Connection,
    /// From when on changes are read, if they are.
    pub since: Option<Timestamp>,
}

#[async_trait]
impl Walk for UsersWalk {
    type Task = UserTask;

    fn tables(_: Mode) -> Vec<TableColumns> {
        vec![TableColumns::all_but(Table::Users, &["brand", "created_at", "last_login_at"])]
    }

    fn first(brief: Brief<'_>) -> Vec<UserTask> {
        let whole = |list| UserTask { list, reading: 0, range: Range::WHOLE };
        List::of(brief).map(whole).collect()
    }

    /// The lists are read one after another.
    fn stage(task: &UserTask) -> u8 {
        let lists_before = match task.list {
            List::All => 0,
            List::Count => 1,
            List::Changed => 2,
        };
        lists_before * READINGS + task.reading
    }

    async fn step(&self, task: UserTask, found: &Findings) -> Result<Step<UserTask>, SyncError> {
        let client = &self.connection.client;
        let UserTask { list, reading, range } = task;
        let mut step = Step::default();
        if list == List::Count {
            let count = client.count_users().await?;
            step.findings.vendor_count.extend(count.map(|count| (Table::Users, count)));
            return Ok(step);
        }
        let answer = client.users(range.start, self.since.filter(|_| list.is_of_changes())).await?;
        let began = list.set(found).as_ref().filter(|_| range.start > 0);
        check(range, &answer, began)?;
        step.findings = faults_of(Table::Users, "users", &answer.page);
        list.put(&mut step, &answer.page.rows, |user| user.updated_at);
        let at_first = began.map_or(answer.total, |began| began.total);
        if range.start == 0 {
            let (total, first) = (answer.total, first(&answer).cloned());
            *list.set_mut(&mut step.findings) = Some(DataSet { id: None, total, first });
        }
        if list == List::All {
            step.findings.vendor_count.extend(at_first.map(|total| (Table::Users, total)));
        }
        // A list that has grown goes on behind where it ended.
        let parts = range.after(answer.page.received, answer.total.or(at_first));
        step.next = parts.into_iter().map(|range| UserTask { list, reading, range }).collect();
        if answer.total != at_first && reading + 1 < READINGS {
            tracing::info!(at_first, now = answer.total, "the list of users moves: read once more");
            step.next.push(UserTask { list, reading: reading + 1, range: Range::WHOLE });
        }
        Ok(step)
    }

    fn meter(&self) -> Meter {
        self.connection.meter()
    }
}

fn check(range: Range, answer: &UserPage, began: Option<&DataSet>) -> Result<(), VendorError> {
    let odd = |detail| odd("GET /users", detail);
    range.check(answer.total).map_err(odd)?;
    let began = began.and_then(|list| list.first.as_ref());
    if range.start > 0 && began.is_some() && first(answer) == began {
        return Err(odd("a later page of the list is the first one again"));
    }
    Ok(())
}

/// The account that a page begins with.
fn first(answer: &UserPage) -> Option<&String> {
    answer.page.rows.first().map(|user| &user.user_id)
}
