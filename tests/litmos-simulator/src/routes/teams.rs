//! `/teams`.

use simulator_kit::Dice;

use super::{Answer, Desk};
use crate::{
    reply::Refusal,
    wire::{
        cell::{Cell, Record},
        content::{Content, TEAMS, USERS},
    },
};

pub(super) fn list(desk: &Desk<'_>) -> Answer {
    desk.page(TEAMS, desk.world.teams.listed(), |team| desk.world.team_record(team))
}

pub(super) fn one(desk: &Desk<'_>, id: &str) -> Answer {
    let detail = format!("No team with this {id} exists in your organization");
    let team = find(desk, id, &detail)?;
    Ok(Content::One(TEAMS, desk.dressed(desk.world.team_details(team))))
}

/// Every team below, at any depth; an unknown one has none.
pub(super) fn below(desk: &Desk<'_>, id: &str) -> Answer {
    let team = desk.world.teams.find(id);
    let teams = team.map(|team| desk.world.descendants(team)).unwrap_or_default();
    desk.page(TEAMS, &teams, |team| desk.world.team_record(team))
}

/// The active members.
pub(super) fn members(desk: &Desk<'_>, id: &str) -> Answer {
    let team = find(desk, id, "Not Found")?;
    people(desk, team, &desk.world.members(team))
}

pub(super) fn leaders(desk: &Desk<'_>, id: &str) -> Answer {
    let team = find(desk, id, &format!("The team {id} does not exist."))?;
    people(desk, team, &desk.world.leaders(team))
}

pub(super) fn admins(desk: &Desk<'_>, id: &str) -> Answer {
    let team = find(desk, id, &format!("The team {id} does not exist."))?;
    people(desk, team, &desk.world.admins(team))
}

fn find(desk: &Desk<'_>, id: &str, detail: &str) -> Result<u32, Refusal> {
    desk.world.teams.find(id).ok_or_else(|| Refusal::new(404, detail))
}

fn people(desk: &Desk<'_>, team: u32, users: &[u32]) -> Answer {
    let nil = f64::from(desk.quirks.nil_access_level_percent);
    let summary = |user| {
        let mut record: Record = desk.world.user_summary(user);
        let pair = (u64::from(team) << 32) | u64::from(user);
        if Dice::new(desk.world.seed(), "member", pair).chance("nil level", nil) {
            for (name, cell) in &mut record {
                if matches!(*name, "AccessLevel" | "Brand") {
                    *cell = Cell::Null;
                }
            }
        }
        record
    };
    desk.page(USERS, users, summary)
}
