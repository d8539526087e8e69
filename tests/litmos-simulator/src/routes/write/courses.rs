//! Writes to `/users/{id}/courses`.

use super::{Done, Outcome, Pen, known};
use crate::{body::COURSE, reply::Refusal};

/// Courses that are held already and unknown ids are passed over; the mail goes out all the same,
/// unless it is forbidden.
pub(super) fn assign(pen: &mut Pen<'_>, id: &str) -> Outcome {
    let forms = pen.body.list(&COURSE)?;
    let user = pen.user(id, 404, "The userid does not exist.")?;
    if forms.is_empty() {
        return Err(Refusal::new(404, "There are no courses in the body of the request."));
    }
    for course in known(&forms, &pen.world.courses) {
        if !pen.world.holds(course, user) {
            pen.world.assign(course, user, pen.at);
        }
    }
    Ok(Done { mail: !pen.call.is_false("sendmessage"), ..Done::ADDED })
}

/// A course that is held through a learning path stays. That one which is not held at all is 404
/// is inferred.
pub(super) fn unassign(pen: &mut Pen<'_>, id: &str, course_id: &str) -> Outcome {
    let user = pen.user(id, 404, "The userid does not exist.")?;
    let course = pen.world.courses.find(course_id);
    let Some(course) = course.filter(|course| pen.world.holds(*course, user)) else {
        let detail = format!("The course - {course_id} is not assigned to {id}.");
        return Err(Refusal::new(404, detail));
    };
    if pen.world.only_through_path(course, user) {
        let detail = format!(
            "The course - {course_id} can't be removed from {id} because it is part of a learning \
             path. Remove the user from the learning path or remove the course from the learning \
             path."
        );
        return Err(Refusal::new(406, detail));
    }
    pen.world.unassign(course, user, pen.at);
    Ok(Done::PLAIN)
}
