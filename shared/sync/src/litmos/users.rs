//! Users: `/users/details`, split into ranges by the vendor's own count; what changed: `/org/users/details`.

use async_trait::async_trait;
use rollcall_roster::Table;
use rollcall_snapshot::{Findings, Mode};
use rollcall_vendor_client::litmos::LIMIT;
use serde::{Deserialize, Serialize};

use super::{
    Connection, Window, findings_of,
    windows::{self, changed},
};
use crate::{Brief, Meter, Step, SyncError, TableColumns, Walk, paging};

/// A piece of the walk over the users.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserTask {
    /// Ask how many there are.
    Count,
    /// Read the list from here up to the next range, or to the end.
    Range {
        /// The offset of the next row.
        start: u64,
        /// Where the next range begins.
        until: Option<u64>,
    },
    /// Ask how many there are of a list that is not read: it must come out after the changes.
    Check,
    /// Read what changed in a window from here.
    Changed {
        /// The window.
        window: Window,
        /// The offset.
        start: u64,
    },
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
        let first = match brief.plan.mode() {
            Mode::Full => UserTask::Count,
            Mode::Delta => UserTask::Check,
        };
        let changed = |window| UserTask::Changed { window, start: 0 };
        std::iter::once(first).chain(windows::of(brief).map(changed)).collect()
    }

    fn stage(task: &UserTask) -> u8 {
        match task {
            UserTask::Count | UserTask::Check => 0,
            UserTask::Range { .. } => 1,
            UserTask::Changed { .. } => 2,
        }
    }

    async fn step(&self, task: UserTask, found: &Findings) -> Result<Step<UserTask>, SyncError> {
        let mut step = Step::default();
        match task {
            UserTask::Count => {
                let count = self.0.client.count_users().await?;
                step.findings.vendor_count.insert(Table::Users, count);
                step.next.push(UserTask::Range { start: 0, until: None });
            }
            UserTask::Check => {
                let count = self.0.client.count_users().await?;
                step.findings.vendor_count.insert(Table::Users, count);
            }
            UserTask::Changed { window, start } => {
                let page = self.0.client.changed_users(window.into(), start).await?;
                let again = |start| UserTask::Changed { window, start };
                return Ok(changed("changed users", &page, start, found, again));
            }
            UserTask::Range { start, until } => {
                let page = self.0.client.users(start).await?;
                step.stage(&page.rows);
                step.findings = findings_of(Table::Users, "users", &page);
                let count = found.vendor_count.get(&Table::Users).copied();
                (step.next, step.findings.page_cap) =
                    after_page(start, until, page.received, count, found);
            }
        }
        Ok(step)
    }

    fn meter(&self) -> Meter {
        self.0.meter()
    }
}

/// What follows from a page, and the cap that it shows, if it does: pure.
fn after_page(
    start: u64,
    until: Option<u64>,
    received: u64,
    count: Option<u64>,
    found: &Findings,
) -> (Vec<UserTask>, Option<u64>) {
    let next = start + received;
    let count = count.unwrap_or(0);
    let range = |start, until| UserTask::Range { start, until };
    // Fewer than asked for, though there are more: the server caps its pages.
    let cap = (0 < received && received < LIMIT && next < count).then_some(received);
    let follows = match until {
        _ if received == 0 => Vec::new(),
        Some(until) if next >= until => Vec::new(),
        Some(until) => vec![range(next, Some(until))],
        // The first page is a whole one: the rest can be read side by side.
        None if start == 0 && received >= LIMIT && count > next => {
            let starts: Vec<_> =
                (next..count).step_by(usize::try_from(LIMIT).unwrap_or(1)).collect();
            let ends = starts.iter().skip(1).map(|end| Some(*end)).chain([None]);
            starts.iter().zip(ends).map(|(start, end)| range(*start, end)).collect()
        }
        None if next < count => vec![range(next, None)],
        None => paging::after(start, received, found)
            .map(|next| range(next, None))
            .into_iter()
            .collect(),
    };
    (follows, cap)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Every row is read, whatever the page size: capped, overlong now and then, and with a
        /// count that is a little wrong.
        #[test]
        fn the_ranges_cover_the_list(
            rows in 0..9_000_u64,
            cap in prop_oneof![Just(LIMIT), 1..1_200_u64],
            surplus in 0..4_u64,
            error in -5..5_i64,
        ) {
            let count = rows.saturating_add_signed(error);
            let mut found = Findings::default();
            let mut todo = BTreeSet::from([UserTask::Range { start: 0, until: None }]);
            let mut read = vec![false; usize::try_from(rows).unwrap()];
            let mut pages = 0;
            while let Some(UserTask::Range { start, until }) = todo.pop_first() {
                pages += 1;
                let size = if cap == LIMIT && start % 3 == 0 { LIMIT + surplus } else { cap.min(LIMIT) };
                let received = rows.saturating_sub(start).min(size);
                for row in start..start + received {
                    read[usize::try_from(row).unwrap()] = true;
                }
                let (next, cap) = after_page(start, until, received, Some(count), &found);
                found.add(Findings { page_cap: cap, ..paging::shown(received) });
                todo.extend(next);
            }
            // With a count that is too low, what was added behind it may be left to the next run.
            let sure = if cap == LIMIT { rows } else { rows.min(count) };
            let sure = usize::try_from(sure).unwrap();
            prop_assert!(read[..sure].iter().all(|read| *read), "{pages} pages");
        }
    }
}
