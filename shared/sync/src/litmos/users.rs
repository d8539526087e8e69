//! Users: `/users/details`, split into ranges by the vendor's own count; what changed: `/org/users/details`.
//!
//! A reading is whole if the pages that meet have rows in common, and if it gave as many users as the
//! vendor counts, before it or after it. If not, it is made again, three times at most; a whole one
//! stands alone, else what any of them has counts.

mod compare;
mod ranges;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use rollcall_roster::Table;
use rollcall_snapshot::{Findings, Mode};
use serde::{Deserialize, Serialize};

use self::compare::{Verdict, judge};
use super::{
    Connection, Window,
    lists::{List, ListKind},
    windows::{self, Windowed},
};
use crate::{Brief, Meter, Step, SyncError, TableColumns, Walk, paging::Trail, walk::Reread};

/// A piece of the walk over the users.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserTask {
    /// Ask how many there are.
    Count,
    /// Read the list from here up to an offset, or to the end.
    Range {
        /// The offset of the next row.
        start: u64,
        /// The offset behind the last row.
        until: Option<u64>,
        /// How it came here.
        #[serde(default)]
        trail: Trail,
    },
    /// Compare what a reading gave with what the vendor counts.
    Compare,
    /// Ask how many there are of a list that is not read: so many must come out after the changes.
    Check,
    /// Read what changed in a window from here.
    Changed {
        /// The window.
        window: Window,
        /// The offset.
        start: u64,
        /// How it came here.
        #[serde(default)]
        trail: Trail,
    },
    /// Ask that once more: an account that has gone since is in no list of changes, and one that has
    /// come since must not hide that.
    CheckAgain,
}

/// The walk over the users, active or not.
pub struct UsersWalk(pub Connection);

#[async_trait]
impl Walk for UsersWalk {
    type Task = UserTask;

    /// Whether signing in changes an account is not known, so lists of changes do not tell the last
    /// time.
    fn tables(mode: Mode) -> Vec<TableColumns> {
        let untold = match mode {
            Mode::Full => "updated_at",
            Mode::Delta => "last_login_at",
        };
        vec![TableColumns::all_but(Table::Users, &[untold])]
    }

    fn first(brief: Brief<'_>) -> Vec<UserTask> {
        let mut tasks = match brief.plan.mode() {
            Mode::Full => vec![UserTask::Count],
            Mode::Delta => vec![UserTask::Check, UserTask::CheckAgain],
        };
        let changed = |window| UserTask::Changed { window, start: 0, trail: Trail::default() };
        tasks.extend(windows::of(brief).map(changed));
        tasks
    }

    fn stage(task: &UserTask) -> u8 {
        match task {
            UserTask::Count | UserTask::Check => 0,
            UserTask::Range { .. } => 1,
            UserTask::Compare => 2,
            UserTask::Changed { .. } => 3,
            UserTask::CheckAgain => 4,
        }
    }

    fn compares(task: &UserTask) -> Option<Table> {
        (*task == UserTask::Compare).then_some(Table::Users)
    }

    async fn step(&self, task: UserTask, found: &Findings) -> Result<Step<UserTask>, SyncError> {
        match task {
            UserTask::Count => {
                let mut step = self.count().await?;
                step.next.push(whole(0));
                Ok(step)
            }
            UserTask::Check => self.count().await,
            UserTask::CheckAgain => self.count_again(found).await,
            UserTask::Range { start, until, trail } => {
                self.range((start, until), &trail, found).await
            }
            UserTask::Compare => self.compare(found).await,
            UserTask::Changed { window, start, trail } => {
                let again = |start, trail| UserTask::Changed { window, start, trail };
                let read = |start| self.0.client.changed_users(window.into(), start);
                let list = Windowed { kind: ListKind::ChangedUsers, start, trail, within: None };
                list.read(found, read, again).await
            }
        }
    }

    fn meter(&self) -> Meter {
        self.0.meter()
    }
}

/// A reading of the whole list.
fn whole(reading: u8) -> UserTask {
    UserTask::Range { start: 0, until: None, trail: Trail::of_reading(reading) }
}

impl UsersWalk {
    async fn count(&self) -> Result<Step<UserTask>, SyncError> {
        let count = self.0.client.count_users().await?;
        let mut step = Step::default();
        step.findings.vendor_count.insert(Table::Users, count);
        Ok(step)
    }

    async fn count_again(&self, found: &Findings) -> Result<Step<UserTask>, SyncError> {
        let mut step = self.count().await?;
        let least = |count: u64| {
            found.vendor_count.get(&Table::Users).map_or(count, |&before| before.min(count))
        };
        step.findings.vendor_count.entry(Table::Users).and_modify(|count| *count = least(*count));
        Ok(step)
    }

    async fn range(
        &self,
        (start, until): (u64, Option<u64>),
        trail: &Trail,
        found: &Findings,
    ) -> Result<Step<UserTask>, SyncError> {
        let list = List { kind: ListKind::Users, of: None };
        let id = |user: &rollcall_roster::User| user.user_id.clone();
        let read = |start| self.0.client.users(start);
        let read = list.read((start, trail), id, read).await?;
        let mut step = Step { findings: read.findings, ..Step::default() };
        step.stage(&read.page.rows);
        let (next, shown) = ranges::after_page(until, trail, &read.look, found);
        step.findings.add(shown);
        step.next = next;
        step.next.push(UserTask::Compare);
        Ok(step)
    }

    /// Compares a reading with the count from before it, and where it differs with that of now.
    async fn compare(&self, found: &Findings) -> Result<Step<UserTask>, SyncError> {
        let mut step = Step::default();
        let mut verdict = judge(found, None);
        if verdict == Verdict::CountAgain {
            step = self.count().await?;
            verdict = judge(found, step.findings.vendor_count.get(&Table::Users).copied());
        }
        match verdict {
            Verdict::Whole | Verdict::CountAgain => {}
            Verdict::ReadAgain => {
                let rows = found.rows_staged.get(&Table::Users).copied();
                tracing::info!(rows, "the list of users moves: it is read once more");
                step.findings.reading = found.reading.next(rows);
                step.reread = Some(Reread::SetAside(Table::Users));
                step.next.push(whole(found.reading.number + 1));
            }
            Verdict::KeepAll => {
                step.reread = Some(Reread::BringBack(Table::Users));
                let moving = found.reading.is_torn().then(|| ListKind::Users.name().to_owned());
                step.findings.moving_lists.extend(moving);
            }
        }
        Ok(step)
    }
}
