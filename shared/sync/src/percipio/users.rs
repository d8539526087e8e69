//! Users: `/users`, inactive ones included, read side by side.
//!
//! Accounts that come or go while the list is read shift its pages, and what stood between two of
//! them is missed. The pages overlap by a row, and each tells how long the list is: where they do not
//! fit together, or are not as much as was counted, the list is read once more, and what any reading
//! has counts.
//!
//! A server that heeds no offset gives the first page for ever: a later page that begins as it did
//! ends the run. (An account that moves from the head of the list to that of a page would too.)

use async_trait::async_trait;
use jiff::Timestamp;
use rollcall_roster::Table;
use rollcall_snapshot::{COUNTED_UP_TO, DataSet, Findings, Mode, PagesRead};
use serde::{Deserialize, Serialize};

use super::{
    Connection,
    lists::List,
    ranges::Range,
    readings::{Due, Part, READINGS, check},
};
use crate::{Brief, Meter, Step, SyncError, TableColumns, Walk, connection::faults_of};

const CALL: &str = "GET /users";

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
        List::of(brief).map(|list| UserTask::of(list, Part::FIRST)).collect()
    }

    /// The lists are read one after another.
    fn stage(task: &UserTask) -> u8 {
        let lists_before = match task.list {
            List::All => 0,
            List::Count => 1,
            List::Changed => 2,
            List::Recount => 3,
        };
        lists_before * (READINGS + 1) + task.reading
    }

    async fn step(&self, task: UserTask, found: &Findings) -> Result<Step<UserTask>, SyncError> {
        let UserTask { list, reading, range } = task;
        if matches!(list, List::Count | List::Recount) {
            return self.count(found).await;
        }
        let part = Part { reading, range };
        match part.due(list, CALL, found) {
            Due::Page => self.page(list, part, found).await,
            Due::Nothing => Ok(Step::default()),
            Due::End(mut findings) => {
                let told = list.set(found).as_ref().and_then(|set| set.pages.told());
                let told = told.filter(|_| list == List::All);
                findings.vendor_count.extend(told.map(|told| (Table::Users, told)));
                Ok(Step { findings: *findings, ..Step::default() })
            }
        }
    }

    fn meter(&self) -> Meter {
        self.connection.meter()
    }
}

impl UserTask {
    const fn of(list: List, Part { reading, range }: Part) -> Self {
        Self { list, reading, range }
    }
}

impl UsersWalk {
    /// How many accounts the vendor counts, unless that is where it may have stopped counting.
    /// Of two counts the lesser one stands.
    async fn count(&self, found: &Findings) -> Result<Step<UserTask>, SyncError> {
        let client = &self.connection.client;
        let mut step = Step::default();
        let count = client.count_users().await?;
        let stopped = count == Some(COUNTED_UP_TO) && client.has_user_at(COUNTED_UP_TO).await?;
        let before = found.vendor_count.get(&Table::Users).copied();
        let count = count
            .filter(|_| !stopped)
            .map(|count| before.map_or(count, |before| before.min(count)));
        step.findings.vendor_count.extend(count.map(|count| (Table::Users, count)));
        Ok(step)
    }

    async fn page(
        &self,
        list: List,
        part: Part,
        found: &Findings,
    ) -> Result<Step<UserTask>, SyncError> {
        let Part { reading, range } = part;
        let since = self.since.filter(|_| list.is_of_changes());
        let answer = self.connection.client.users(range.start, since).await?;
        let known = list.set(found).as_ref().filter(|set| set.reading == reading);
        check(CALL, part, (answer.ends.first.as_ref(), answer.total), known)?;
        let findings = faults_of(Table::Users, "users", &answer.page);
        let mut step = Step { findings, ..Step::default() };
        list.put(&mut step, &answer.page.rows, |user| user.updated_at);
        let (received, ends) = (answer.page.received, (answer.ends.first, answer.ends.last));
        let pages = PagesRead::page(range.start, received, ends.clone(), answer.total);
        let first = ends.0.filter(|_| range.start == 0);
        let set = DataSet { reading, total: answer.total, first, pages, ..DataSet::default() };
        *list.set_mut(&mut step.findings) = Some(set);
        // A list that has grown goes on behind where it ended.
        let total = answer.total.or(known.and_then(|set| set.total));
        let parts = range.after(received, total).into_iter().map(|range| Part { reading, range });
        let parts = parts.chain([part.after_all()]);
        step.next = parts.map(|part| UserTask::of(list, part)).collect();
        Ok(step)
    }
}
