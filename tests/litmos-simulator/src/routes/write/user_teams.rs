//! Writes to `/users/{id}/teams`.

use super::{Done, Outcome, Pen, known};
use crate::{body::TEAM, reply::Refusal};

const MOST: usize = 25;

/// All of the teams or, if the user is in any of them already, none.
pub(super) fn join(pen: &mut Pen<'_>, id: &str) -> Outcome {
    let forms = pen.body.list(&TEAM)?;
    let user = pen.user(id, 404, "The userid does not exist.")?;
    let teams = known(&forms, &pen.world.teams);
    let unknown =
        forms.iter().any(|form| known(std::slice::from_ref(form), &pen.world.teams).is_empty());
    if forms.is_empty() || forms.len() > MOST || unknown {
        let detail = "Invalid Team Id found in the list or Maximum TeamIds is 25";
        return Err(Refusal::new(404, detail));
    }
    if teams.iter().any(|team| pen.world.is_member(*team, user)) {
        let detail = "The user already belongs to one or more of the teams";
        return Err(Refusal::new(409, detail));
    }
    teams.into_iter().for_each(|team| pen.world.join(team, user, pen.at));
    Ok(Done { mail: pen.call.is_true("sendmessage"), ..Done::ADDED })
}

/// Out of every team.
pub(super) fn leave_all(pen: &mut Pen<'_>, id: &str) -> Outcome {
    let user = pen.user(id, 404, "The userid does not exist.")?;
    for team in pen.world.teams_of(user) {
        pen.world.leave(team, user, pen.at);
    }
    Ok(Done::PLAIN)
}
