//! Writes to `/users/{id}/learningpaths`.

use super::{Done, Outcome, Pen, known};
use crate::{body::PATH, reply::Refusal, world::Sent};

/// That mail goes out unless it is forbidden is inferred from courses.
pub(super) fn assign(pen: &mut Pen<'_>, id: &str) -> Outcome {
    let forms = pen.body.list(&PATH)?;
    if forms.iter().any(|form| form.text("Id").is_empty()) {
        let detail = "The LearningPath Id can't be null. Check the body for the proper format.";
        return Err(Refusal::new(400, detail));
    }
    let paths = known(&forms, &pen.world.paths);
    let Some(user) = pen.world.users.find(id).filter(|_| !paths.is_empty()) else {
        let detail = "The userid does not exist or no valid learning paths were included in the \
                      request. Check the body for the proper format.";
        return Err(Refusal::new(404, detail));
    };
    paths.into_iter().for_each(|path| pen.world.take_path(path, user, pen.at));
    Ok(Done { mail: !pen.call.is_false("sendmessage"), ..Done::ADDED })
}

/// A path that is held through a team stays.
pub(super) fn unassign(pen: &mut Pen<'_>, id: &str, path_id: &str) -> Outcome {
    let user = pen.user(id, 404, "The userid does not exist.")?;
    let path = pen.world.paths.find(path_id);
    let held = path.and_then(|path| Some((path, pen.world.holding(path, user)?)));
    let Some((path, holding)) = held else {
        return Err(Refusal::new(404, "The Learning Path does not exist."));
    };
    if holding.through_team {
        let detail = "The Learning Path can't be removed because it was assigned via a Team. \
                      Remove the user from the team or remove the learning path from the team.";
        return Err(Refusal::new(406, detail));
    }
    pen.world.drop_path(path, user, pen.at);
    Ok(Done::PLAIN)
}
