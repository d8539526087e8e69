//! Writes to a team's members, leaders and administrators.

use super::{Done, Outcome, Pen, known};
use crate::{body::USER, reply::Refusal};

/// Members and unknown ids are passed over without a word.
pub(super) fn add(pen: &mut Pen<'_>, id: &str) -> Outcome {
    let forms = pen.body.list(&USER)?;
    let team = pen.world.teams.find(id).filter(|_| !forms.is_empty());
    let Some(team) = team else {
        let detail = "No team with this id exists in your organization, or the user list is empty.";
        return Err(Refusal::new(404, detail));
    };
    for user in known(&forms, &pen.world.users) {
        pen.world.join(team, user, pen.at);
    }
    Ok(Done { mail: pen.call.is_true("sendmessage"), ..Done::ADDED })
}

/// Somebody who is no member is removed all the same.
pub(super) fn remove(pen: &mut Pen<'_>, id: &str, user: &str) -> Outcome {
    let found = pen.world.teams.find(id).zip(pen.world.users.find(user));
    let Some((team, user)) = found else {
        let detail = "No team with this id exists in your organization, or no user exists with \
                      this id";
        return Err(Refusal::new(404, detail));
    };
    pen.world.leave(team, user, pen.at);
    Ok(Done::PLAIN)
}

/// Leader or administrator, or no longer; only of those who are members. That a member who is
/// neither can be demoted without an error is a guess.
pub(super) fn promote(
    pen: &mut Pen<'_>,
    id: &str,
    user_id: &str,
    leader: bool,
    promoted: bool,
) -> Outcome {
    let found = pen.world.teams.find(id).zip(pen.world.users.find(user_id));
    let member = found.and_then(|(team, user)| Some((team, user, pen.world.roles(team, user)?)));
    let Some((team, user, mut roles)) = member else {
        // the vendor's two texts differ by their full stop
        let stop = if promoted { "." } else { "" };
        let detail = format!("User: {user_id} does not exist on the team: {id}{stop}");
        return Err(Refusal::new(404, detail));
    };
    *(if leader { &mut roles.leader } else { &mut roles.admin }) = promoted;
    pen.world.set_roles(team, user, roles, pen.at);
    if promoted && pen.quirks.promotion_lowers {
        pen.world.set_own_level(user, None, pen.at);
    }
    Ok(Done::PLAIN)
}
