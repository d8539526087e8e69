//! Teams and their members: `/teams`, then `/teams/{id}/users` for each.
//!
//! Leaders and admins cost two more requests a team. Being one changes the user's access level, so
//! only teams are asked that have a member whose role is not plain `Learner` (reference 5.2.4).

mod members;

use std::collections::{BTreeSet, HashSet};

use async_trait::async_trait;
use rollcall_roster::{Table, Team};
use rollcall_snapshot::{Findings, Mode, TeamOrCourse};
use rollcall_vendor_client::litmos::Member;
use serde::{Deserialize, Serialize};

use super::{
    Connection, Window,
    lists::{List, ListKind},
    windows::{self, Windowed},
};
use crate::{Brief, Meter, Step, SyncError, TableColumns, Walk, paging::Trail};

/// A piece of the walk over the teams.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TeamTask {
    /// Read the list of teams from here.
    List {
        /// The offset.
        start: u64,
        /// How it came here.
        #[serde(default)]
        trail: Trail,
    },
    /// Read the members of a team from here.
    Members {
        /// The team.
        team_id: String,
        /// The offset.
        start: u64,
        /// Whether a member so far may be a leader or admin.
        ask: bool,
        /// How it came here.
        #[serde(default)]
        trail: Trail,
    },
    /// Read the leaders of a team from here.
    Leaders {
        /// The team.
        team_id: String,
        /// The offset.
        start: u64,
        /// Those read so far.
        leaders: BTreeSet<String>,
        /// How it came here.
        #[serde(default)]
        trail: Trail,
    },
    /// Read the admins of a team from here.
    Admins {
        /// The team.
        team_id: String,
        /// The offset.
        start: u64,
        /// The team's leaders.
        leaders: BTreeSet<String>,
        /// Those read so far.
        admins: BTreeSet<String>,
        /// How it came here.
        #[serde(default)]
        trail: Trail,
    },
    /// Make sure that no team's list was cut off.
    SettleEnds,
    /// Read which teams changed in a window from here.
    ChangedTeams {
        /// The window.
        window: Window,
        /// The offset.
        start: u64,
        /// How it came here.
        #[serde(default)]
        trail: Trail,
    },
    /// Read which memberships changed in a window from here.
    ChangedMembers {
        /// The window.
        window: Window,
        /// The offset.
        start: u64,
        /// How it came here.
        #[serde(default)]
        trail: Trail,
    },
}

/// The users that cannot be a leader or admin of any team, by the run's own users table.
#[derive(Debug, Default)]
pub struct PlainLearners(HashSet<Box<str>>);

impl PlainLearners {
    /// Takes note of a user. A role that is not told may be any.
    pub fn note(&mut self, user_id: &str, role: Option<&str>) {
        if role == Some("Learner") {
            self.0.insert(user_id.into());
        }
    }

    fn contains(&self, member: &Member) -> bool {
        self.0.contains(member.user_id.as_str())
    }
}

/// The walk over the teams.
pub struct TeamsWalk {
    /// The vendor.
    pub connection: Connection,
    /// Who need not be asked for.
    pub plain: PlainLearners,
}

#[async_trait]
impl Walk for TeamsWalk {
    type Task = TeamTask;

    fn tables(_: Mode) -> Vec<TableColumns> {
        [Table::Teams, Table::TeamMembers].map(|table| TableColumns::all_but(table, &[])).into()
    }

    fn first(brief: Brief<'_>) -> Vec<TeamTask> {
        let mut tasks = Vec::new();
        if brief.plan.mode() == Mode::Full {
            tasks.push(TeamTask::List { start: 0, trail: Trail::default() });
        }
        for window in windows::of(brief) {
            let (start, trail) = (0, Trail::default());
            tasks.push(TeamTask::ChangedTeams { window, start, trail: trail.clone() });
            tasks.push(TeamTask::ChangedMembers { window, start, trail });
        }
        tasks
    }

    fn stage(task: &TeamTask) -> u8 {
        match task {
            TeamTask::List { .. } => 0,
            TeamTask::SettleEnds
            | TeamTask::ChangedTeams { .. }
            | TeamTask::ChangedMembers { .. } => 2,
            _ => 1,
        }
    }

    fn about(task: &TeamTask) -> Option<TeamOrCourse> {
        match task {
            TeamTask::Members { team_id, .. }
            | TeamTask::Leaders { team_id, .. }
            | TeamTask::Admins { team_id, .. } => Some(TeamOrCourse::Team(team_id.clone())),
            TeamTask::List { .. }
            | TeamTask::SettleEnds
            | TeamTask::ChangedTeams { .. }
            | TeamTask::ChangedMembers { .. } => None,
        }
    }

    async fn look_for_vendor(&self) -> Result<(), SyncError> {
        self.connection.client.teams(0).await?;
        Ok(())
    }

    async fn step(&self, task: TeamTask, found: &Findings) -> Result<Step<TeamTask>, SyncError> {
        let litmos = &self.connection.client;
        match task {
            TeamTask::List { start, trail } => self.list((start, trail), found).await,
            TeamTask::Members { team_id, start, ask, trail } => {
                self.members(team_id, ask, (start, trail), found).await
            }
            TeamTask::Leaders { team_id, start, leaders, trail } => {
                self.leaders(team_id, leaders, (start, trail), found).await
            }
            TeamTask::Admins { team_id, start, leaders, admins, trail } => {
                self.admins(team_id, (leaders, admins), (start, trail), found).await
            }
            TeamTask::SettleEnds => self.settle_ends(found).await,
            TeamTask::ChangedTeams { window, start, trail } => {
                let list = Windowed { kind: ListKind::ChangedTeams, start, trail, within: None };
                let again = |start, trail| TeamTask::ChangedTeams { window, start, trail };
                let read = |start| litmos.changed_teams(window.into(), start);
                list.read(found, read, again).await
            }
            TeamTask::ChangedMembers { window, start, trail } => {
                let kind = ListKind::ChangedMembers;
                let list = Windowed { kind, start, trail, within: None };
                let again = |start, trail| TeamTask::ChangedMembers { window, start, trail };
                let read = |start| litmos.changed_members(window.into(), start);
                list.read(found, read, again).await
            }
        }
    }

    fn meter(&self) -> Meter {
        self.connection.meter()
    }
}

/// The members of a team, from the beginning.
fn members(team_id: String, trail: Trail) -> TeamTask {
    TeamTask::Members { team_id, start: 0, ask: false, trail }
}

impl TeamsWalk {
    async fn list(
        &self,
        (start, trail): (u64, Trail),
        found: &Findings,
    ) -> Result<Step<TeamTask>, SyncError> {
        let list = List { kind: ListKind::Teams, of: None };
        let id = |team: &Team| team.team_id.clone();
        let read = |start| self.connection.client.teams(start);
        let mut read = list.read((start, &trail), id, read).await?;
        let next = read.follow(list, &trail, found).place();
        let mut step = Step { findings: read.findings, ..Step::default() };
        step.stage(&read.page.rows);
        let teams = read.page.rows.into_iter();
        step.next.extend(teams.map(|team| members(team.team_id, Trail::default())));
        step.next.extend(next.map(|(start, trail)| TeamTask::List { start, trail }));
        Ok(step)
    }
}
