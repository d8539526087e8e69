//! Teams and their members: `/teams`, then `/teams/{id}/users` for each.
//!
//! Leaders and admins cost two more requests a team. Being one changes the user's access level, so
//! only teams are asked that have a member whose role is not plain `Learner` (reference 5.2.4).

use std::collections::{BTreeSet, HashSet};

use async_trait::async_trait;
use rollcall_roster::{Table, TeamMember};
use rollcall_snapshot::{Findings, Mode, TeamOrCourse};
use rollcall_vendor_client::{Page, litmos::Member};
use serde::{Deserialize, Serialize};

use super::{
    Connection, Window, findings_of, vanished,
    windows::{self, changed},
};
use crate::{Brief, Meter, Step, SyncError, TableColumns, Walk, connection::if_there, paging};

/// A piece of the walk over the teams.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TeamTask {
    /// Read the list of teams from here.
    List {
        /// The offset.
        start: u64,
    },
    /// Read the members of a team from here.
    Members {
        /// The team.
        team_id: String,
        /// The offset.
        start: u64,
        /// Whether a member so far may be a leader or admin.
        ask: bool,
    },
    /// Read the leaders of a team from here.
    Leaders {
        /// The team.
        team_id: String,
        /// The offset.
        start: u64,
        /// Those read so far.
        leaders: BTreeSet<String>,
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
    },
    /// Read which teams changed in a window from here.
    ChangedTeams {
        /// The window.
        window: Window,
        /// The offset.
        start: u64,
    },
    /// Read which memberships changed in a window from here.
    ChangedMembers {
        /// The window.
        window: Window,
        /// The offset.
        start: u64,
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
            tasks.push(TeamTask::List { start: 0 });
        }
        for window in windows::of(brief) {
            tasks.push(TeamTask::ChangedTeams { window, start: 0 });
            tasks.push(TeamTask::ChangedMembers { window, start: 0 });
        }
        tasks
    }

    fn stage(task: &TeamTask) -> u8 {
        match task {
            TeamTask::List { .. } => 0,
            TeamTask::ChangedTeams { .. } | TeamTask::ChangedMembers { .. } => 2,
            _ => 1,
        }
    }

    fn about(task: &TeamTask) -> Option<TeamOrCourse> {
        match task {
            TeamTask::Members { team_id, .. }
            | TeamTask::Leaders { team_id, .. }
            | TeamTask::Admins { team_id, .. } => Some(TeamOrCourse::Team(team_id.clone())),
            TeamTask::List { .. }
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
            TeamTask::List { start } => {
                let page = litmos.teams(start).await?;
                let mut step =
                    Step { findings: findings_of(Table::Teams, "teams", &page), ..Step::default() };
                step.stage(&page.rows);
                step.next.extend(page.rows.into_iter().map(|team| TeamTask::Members {
                    team_id: team.team_id,
                    start: 0,
                    ask: false,
                }));
                let next = paging::after(start, page.received, found);
                step.next.extend(next.map(|start| TeamTask::List { start }));
                Ok(step)
            }
            TeamTask::Members { team_id, start, ask } => {
                match if_there(litmos.team_members(&team_id, start).await)? {
                    Some(page) => Ok(self.members(team_id, start, ask, &page, found)),
                    None => self.missing(team_id).await,
                }
            }
            TeamTask::Leaders { team_id, start, mut leaders } => {
                let answer = litmos.team_leaders(&team_id, start).await;
                let Some(page) = if_there(answer)? else { return self.missing(team_id).await };
                let mut step = Step {
                    findings: findings_of(Table::TeamMembers, "leaders", &page),
                    ..Step::default()
                };
                let next = paging::after(start, page.received, found);
                leaders.extend(page.rows.into_iter().map(|member| member.user_id));
                step.next.push(match next {
                    Some(start) => TeamTask::Leaders { team_id, start, leaders },
                    None => {
                        TeamTask::Admins { team_id, start: 0, leaders, admins: BTreeSet::new() }
                    }
                });
                Ok(step)
            }
            TeamTask::Admins { team_id, start, leaders, mut admins } => {
                let answer = litmos.team_admins(&team_id, start).await;
                let Some(page) = if_there(answer)? else { return self.missing(team_id).await };
                let mut step = Step {
                    findings: findings_of(Table::TeamMembers, "admins", &page),
                    ..Step::default()
                };
                let next = paging::after(start, page.received, found);
                admins.extend(page.rows.into_iter().map(|member| member.user_id));
                match next {
                    Some(start) => {
                        step.next.push(TeamTask::Admins { team_id, start, leaders, admins });
                    }
                    // Staged after the plain rows of the same members, so that these stand.
                    None => step.stage(&promoted(&team_id, &leaders, &admins)),
                }
                Ok(step)
            }
            TeamTask::ChangedTeams { window, start } => {
                let page = litmos.changed_teams(window.into(), start).await?;
                let again = |start| TeamTask::ChangedTeams { window, start };
                Ok(changed("changed teams", &page, start, found, again))
            }
            TeamTask::ChangedMembers { window, start } => {
                let page = litmos.changed_members(window.into(), start).await?;
                let again = |start| TeamTask::ChangedMembers { window, start };
                Ok(changed("changed memberships", &page, start, found, again))
            }
        }
    }

    fn meter(&self) -> Meter {
        self.connection.meter()
    }
}

impl TeamsWalk {
    fn members(
        &self,
        team_id: String,
        start: u64,
        ask: bool,
        page: &Page<Member>,
        found: &Findings,
    ) -> Step<TeamTask> {
        let mut step = Step {
            findings: findings_of(Table::TeamMembers, "team members", page),
            ..Step::default()
        };
        let ask = ask || page.rows.iter().any(|member| !self.plain.contains(member));
        let rows: Vec<_> = page.rows.iter().map(|m| member_row(&team_id, &m.user_id)).collect();
        step.stage(&rows);
        match paging::after(start, page.received, found) {
            Some(start) => step.next.push(TeamTask::Members { team_id, start, ask }),
            None if ask => {
                step.next.push(TeamTask::Leaders { team_id, start: 0, leaders: BTreeSet::new() });
            }
            None => {}
        }
        step
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
