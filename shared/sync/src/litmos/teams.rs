//! Teams and their members: `/teams`, then `/teams/{id}/users` for each.
//!
//! Leaders and admins cost two more requests a team. Being one changes the user's access level, so
//! only teams are asked that have a member whose role is not plain `Learner` (reference 5.2.4).

use std::collections::{BTreeSet, HashSet};

use async_trait::async_trait;
use rollcall_roster::{Table, Team, TeamMember};
use rollcall_snapshot::{Findings, Mode, TeamOrCourse};
use rollcall_vendor_client::litmos::Member;
use serde::{Deserialize, Serialize};

use super::{
    Connection, Window,
    lists::{List, ListKind, probed},
    vanished,
    windows::{self, Windowed},
};
use crate::{
    Brief, Meter, Step, SyncError, TableColumns, Walk,
    connection::if_there,
    paging::{self, Next, Trail},
};

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

fn user_id(member: &Member) -> String {
    member.user_id.clone()
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
        let next = read.follow(list.kind, &trail, found);
        let mut step = Step { findings: read.findings, ..Step::default() };
        step.stage(&read.page.rows);
        let teams = read.page.rows.into_iter();
        step.next.extend(teams.map(|team| members(team.team_id, Trail::default())));
        step.next.extend(match next {
            Next::On(start, trail) => Some(TeamTask::List { start, trail }),
            Next::Again(trail) => Some(TeamTask::List { start: 0, trail }),
            Next::End | Next::Doubtful => None,
        });
        Ok(step)
    }

    async fn members(
        &self,
        team_id: String,
        ask: bool,
        (start, trail): (u64, Trail),
        found: &Findings,
    ) -> Result<Step<TeamTask>, SyncError> {
        let list = List { kind: ListKind::TeamMembers, of: Some(&team_id) };
        let read = |start| self.connection.client.team_members(&team_id, start);
        let answer = list.read((start, &trail), user_id, read).await;
        let Some(mut read) = if_there(answer)? else { return self.missing(team_id).await };
        let next = read.follow_one_of_many(list, &trail, found);
        let mut step = Step { findings: read.findings, ..Step::default() };
        let page = read.page.rows;
        let ask = ask || page.iter().any(|member| !self.plain.contains(member));
        let rows: Vec<_> = page.iter().map(|m| member_row(&team_id, &m.user_id)).collect();
        step.stage(&rows);
        step.next.extend((next == Next::Doubtful).then_some(TeamTask::SettleEnds));
        step.next.extend(match next {
            Next::On(start, trail) => Some(TeamTask::Members { team_id, start, ask, trail }),
            Next::Again(trail) => Some(members(team_id, trail)),
            Next::End | Next::Doubtful if ask => {
                let (leaders, trail) = (BTreeSet::new(), Trail::default());
                Some(TeamTask::Leaders { team_id, start: 0, leaders, trail })
            }
            Next::End | Next::Doubtful => None,
        });
        Ok(step)
    }

    async fn leaders(
        &self,
        team_id: String,
        mut leaders: BTreeSet<String>,
        (start, trail): (u64, Trail),
        found: &Findings,
    ) -> Result<Step<TeamTask>, SyncError> {
        let list = List { kind: ListKind::TeamLeaders, of: Some(&team_id) };
        let read = |start| self.connection.client.team_leaders(&team_id, start);
        let answer = list.read((start, &trail), user_id, read).await;
        let Some(mut read) = if_there(answer)? else { return self.missing(team_id).await };
        let next = read.follow_one_of_many(list, &trail, found);
        let mut step = Step { findings: read.findings, ..Step::default() };
        leaders.extend(read.page.rows.into_iter().map(|member| member.user_id));
        step.next.extend((next == Next::Doubtful).then_some(TeamTask::SettleEnds));
        step.next.push(match next {
            Next::On(start, trail) => TeamTask::Leaders { team_id, start, leaders, trail },
            Next::Again(trail) => {
                TeamTask::Leaders { team_id, start: 0, leaders: BTreeSet::new(), trail }
            }
            Next::End | Next::Doubtful => {
                let (admins, trail) = (BTreeSet::new(), Trail::default());
                TeamTask::Admins { team_id, start: 0, leaders, admins, trail }
            }
        });
        Ok(step)
    }

    async fn admins(
        &self,
        team_id: String,
        (leaders, mut admins): (BTreeSet<String>, BTreeSet<String>),
        (start, trail): (u64, Trail),
        found: &Findings,
    ) -> Result<Step<TeamTask>, SyncError> {
        let list = List { kind: ListKind::TeamAdmins, of: Some(&team_id) };
        let read = |start| self.connection.client.team_admins(&team_id, start);
        let answer = list.read((start, &trail), user_id, read).await;
        let Some(mut read) = if_there(answer)? else { return self.missing(team_id).await };
        let next = read.follow_one_of_many(list, &trail, found);
        let mut step = Step { findings: read.findings, ..Step::default() };
        admins.extend(read.page.rows.into_iter().map(|member| member.user_id));
        step.next.extend((next == Next::Doubtful).then_some(TeamTask::SettleEnds));
        match next {
            Next::On(start, trail) => {
                step.next.push(TeamTask::Admins { team_id, start, leaders, admins, trail });
            }
            Next::Again(trail) => {
                let admins = BTreeSet::new();
                step.next.push(TeamTask::Admins { team_id, start: 0, leaders, admins, trail });
            }
            // Staged after the plain rows of the same members, so that these stand.
            Next::End | Next::Doubtful => step.stage(&promoted(&team_id, &leaders, &admins)),
        }
        Ok(step)
    }

    /// Asks one of the teams of which it is doubtful for more; if there is, all are read again, from
    /// their members on: what is staged later stands, and that must be who leads.
    async fn settle_ends(&self, found: &Findings) -> Result<Step<TeamTask>, SyncError> {
        let litmos = &self.connection.client;
        let mut step = Step::default();
        for kind in [ListKind::TeamMembers, ListKind::TeamLeaders, ListKind::TeamAdmins] {
            let doubtful = paging::unsettled(kind.name(), found);
            for (team_id, rows) in &doubtful {
                let answer = match kind {
                    ListKind::TeamLeaders => litmos.team_leaders(team_id, *rows).await,
                    ListKind::TeamAdmins => litmos.team_admins(team_id, *rows).await,
                    _ => litmos.team_members(team_id, *rows).await,
                };
                let Some(more) = if_there(answer)? else { continue };
                step.findings.add(probed(kind, *rows, more.received));
                if more.received > 0 {
                    let teams = doubtful.iter().map(|(team_id, _)| (*team_id).to_owned());
                    step.next.extend(teams.map(|team_id| members(team_id, Trail::default())));
                }
                break;
            }
        }
        Ok(step)
    }

    /// A team that was listed, but whose members are not found: is it gone?
    async fn missing(&self, team_id: String) -> Result<Step<TeamTask>, SyncError> {
        let team = if_there(self.connection.client.team(&team_id).await)?;
        let findings = vanished(TeamOrCourse::Team(team_id), team)?;
        Ok(Step { findings, ..Step::default() })
    }
}

fn member_row(team_id: &str, user_id: &str) -> TeamMember {
    TeamMember {
        team_id: team_id.to_owned(),
        user_id: user_id.to_owned(),
        is_leader: Some(false),
        is_admin: Some(false),
    }
}

/// A leader or admin is a member, also where the list of members does not show it.
fn promoted(
    team_id: &str,
    leaders: &BTreeSet<String>,
    admins: &BTreeSet<String>,
) -> Vec<TeamMember> {
    let row = |user_id: &String| TeamMember {
        is_leader: Some(leaders.contains(user_id)),
        is_admin: Some(admins.contains(user_id)),
        ..member_row(team_id, user_id)
    };
    leaders.union(admins).map(row).collect()
}
