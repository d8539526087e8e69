//! Who is in a team: `/teams/{id}/users`, then its leaders and admins.

use std::collections::BTreeSet;

use rollcall_roster::TeamMember;
use rollcall_snapshot::{Findings, TeamOrCourse};
use rollcall_vendor_client::{Page, VendorError, litmos::Member};

use super::{TeamTask, TeamsWalk, members};
use crate::{
    Step, SyncError,
    connection::if_there,
    litmos::{
        lists::{self, List, ListKind},
        vanished,
    },
    paging::{Next, Trail},
};

/// A page of a list of members, and what follows.
struct MembersPage {
    members: Vec<Member>,
    next: Next,
    step: Step<TeamTask>,
}

impl TeamsWalk {
    /// What the vendor gives of a list of members of a team.
    async fn read(
        &self,
        kind: ListKind,
        team_id: &str,
        start: u64,
    ) -> Result<Page<Member>, VendorError> {
        let litmos = &self.connection.client;
        match kind {
            ListKind::TeamLeaders => litmos.team_leaders(team_id, start).await,
            ListKind::TeamAdmins => litmos.team_admins(team_id, start).await,
            _ => litmos.team_members(team_id, start).await,
        }
    }

    /// A page of such a list; none if there is no such team.
    async fn page(
        &self,
        kind: ListKind,
        team_id: &str,
        (start, trail): (u64, &Trail),
        found: &Findings,
    ) -> Result<Option<MembersPage>, VendorError> {
        let list = List { kind, of: Some(team_id) };
        let user_id = |member: &Member| member.user_id.clone();
        let read = |start| self.read(kind, team_id, start);
        let answer = list.read((start, trail), user_id, read).await;
        let Some(mut read) = if_there(answer)? else { return Ok(None) };
        let next = read.follow(list, trail, found);
        let mut step = Step { findings: read.findings, ..Step::default() };
        step.next.extend((next == Next::Doubtful).then_some(TeamTask::SettleEnds));
        Ok(Some(MembersPage { members: read.page.rows, next, step }))
    }

    pub(super) async fn members(
        &self,
        team_id: String,
        ask: bool,
        (start, trail): (u64, Trail),
        found: &Findings,
    ) -> Result<Step<TeamTask>, SyncError> {
        let page = self.page(ListKind::TeamMembers, &team_id, (start, &trail), found).await?;
        let Some(page) = page else { return self.missing(team_id).await };
        let MembersPage { members: page, next, mut step } = page;
        let ask = ask || page.iter().any(|member| !self.plain.contains(member));
        let rows: Vec<_> = page.iter().map(|m| member_row(&team_id, &m.user_id)).collect();
        step.stage(&rows);
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

    pub(super) async fn leaders(
        &self,
        team_id: String,
        mut leaders: BTreeSet<String>,
        (start, trail): (u64, Trail),
        found: &Findings,
    ) -> Result<Step<TeamTask>, SyncError> {
        let page = self.page(ListKind::TeamLeaders, &team_id, (start, &trail), found).await?;
        let Some(page) = page else { return self.missing(team_id).await };
        let MembersPage { members, next, mut step } = page;
        leaders.extend(members.into_iter().map(|member| member.user_id));
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

    pub(super) async fn admins(
        &self,
        team_id: String,
        (leaders, mut admins): (BTreeSet<String>, BTreeSet<String>),
        (start, trail): (u64, Trail),
        found: &Findings,
    ) -> Result<Step<TeamTask>, SyncError> {
        let page = self.page(ListKind::TeamAdmins, &team_id, (start, &trail), found).await?;
        let Some(page) = page else { return self.missing(team_id).await };
        let MembersPage { members, next, mut step } = page;
        admins.extend(members.into_iter().map(|member| member.user_id));
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
    pub(super) async fn settle_ends(&self, found: &Findings) -> Result<Step<TeamTask>, SyncError> {
        let mut step = Step::default();
        for kind in [ListKind::TeamMembers, ListKind::TeamLeaders, ListKind::TeamAdmins] {
            let read = |team_id, start| self.read(kind, team_id, start);
            let (shown, again) = lists::settle_ends(kind, found, read).await?;
            step.findings.add(shown);
            let again = again.into_iter().map(|id| members(id.to_owned(), Trail::default()));
            step.next.extend(again);
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
