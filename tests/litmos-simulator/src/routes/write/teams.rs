//! Writes to `/teams`.

use super::{Done, Outcome, Pen};
use crate::{
    body::{Form, TEAM},
    reply::Refusal,
    wire::content::{Content, TEAMS},
    world::Sent,
};

/// A team at the top, or below the one in the path, or below the one in the body.
pub(super) fn create(pen: &mut Pen<'_>, above: Option<&str>) -> Outcome {
    let form = read(pen)?;
    let in_body = form.text("ParentTeamId");
    let parent = match above.unwrap_or(&in_body) {
        "" => None,
        id => Some(find(pen, id)?),
    };
    let name = form.text("Name");
    if pen.world.team_named(&name).is_some() {
        return taken();
    }
    let team = pen.world.add_team(name, form.text("Description"), parent, pen.at);
    let record = pen.world.team_details(team);
    let content = Some(Content::One(TEAMS, pen.desk().dressed(record)));
    Ok(Done { content, ..Done::ADDED })
}

/// Name and description. Whether a team can be moved is not known: here it stays where it is.
pub(super) fn replace(pen: &mut Pen<'_>, id: &str) -> Outcome {
    let form = read(pen)?;
    let team = find(pen, id)?;
    if form.text("Id") != id {
        return Err(unknown(&form.text("Id")));
    }
    let name = form.text("Name");
    if pen.world.team_named(&name).is_some_and(|other| other != team) {
        return taken();
    }
    pen.world.describe_team(team, name, form.text("Description"), pen.at);
    Ok(Done::PLAIN)
}

pub(super) fn delete(pen: &mut Pen<'_>, id: &str) -> Outcome {
    let team = find(pen, id)?;
    pen.world.delete_team(team, pen.at);
    Ok(Done::PLAIN)
}

fn read(pen: &Pen<'_>) -> Result<Form, Refusal> {
    let check = || Refusal::new(400, "Please check the xml/json included with this call");
    let form = pen.meant(pen.body.one(&TEAM)?.ok_or_else(check)?);
    let (name, about) = (form.text("Name"), form.text("Description"));
    if name.is_empty() || name.chars().count() > 100 || about.chars().count() > 1000 {
        return Err(check());
    }
    Ok(form)
}

fn find(pen: &Pen<'_>, id: &str) -> Result<u32, Refusal> {
    pen.world.teams.find(id).ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> Refusal {
    Refusal::new(404, format!("No team with this {id} exists in your organization"))
}

fn taken() -> Outcome {
    Err(Refusal::new(409, "Team name already exists"))
}
