//! `/courses` and `/coursecustomfields`.

use super::{Answer, Desk};
use crate::{
    reply::Refusal,
    wire::{
        cell::Cell,
        content::{COURSE_FIELDS, COURSES, Content, Row, USERS},
    },
};

pub(super) fn list(desk: &Desk<'_>) -> Answer {
    desk.page(COURSES, desk.world.courses.listed(), |course| desk.world.course_record(course))
}

pub(super) fn one(desk: &Desk<'_>, id: &str) -> Answer {
    let course = desk.world.courses.find(id).ok_or_else(|| unknown(id))?;
    Ok(Content::One(COURSES, desk.dressed(desk.world.course_record(course))))
}

/// An unknown course has no learners, unless it is to be 404.
pub(super) fn learners(desk: &Desk<'_>, id: &str) -> Answer {
    let Some(course) = desk.world.courses.find(id) else {
        return match desk.quirks.unknown_course_is_404 {
            true => Err(unknown(id)),
            false => Ok(Content::List(USERS, Vec::new())),
        };
    };
    let learners = desk.world.learners(course, desk.quirks.inactive_learners);
    desk.page(USERS, &learners, |user| desk.world.learner_record(course, user))
}

/// The same three in every organisation.
pub(super) fn custom_fields() -> Answer {
    let fields: [(&'static str, &'static str, &'static [&'static str]); 3] = [
        ("Cf01aaBBcc01", "Hours", &[]),
        ("Cf02aaBBcc02", "Audience", &["Staff", "Contractors"]),
        ("Cf03aaBBcc01", "Owner's name", &[]),
    ];
    let kinds = ["Number", "Dropdown", "Text"];
    let rows = fields.into_iter().zip(kinds).map(|((id, label, choices), kind)| {
        Row::Record(vec![
            ("CustomFieldId", Cell::Exact(id.into())),
            ("Label", Cell::Exact(label.into())),
            ("DefaultValue", Cell::Exact("".into())),
            ("Mandatory", Cell::Bool(false)),
            ("VisibleToLearner", Cell::Bool(true)),
            ("Type", Cell::Exact(kind.into())),
            ("Dropdown", Cell::List(choices)),
        ])
    });
    Ok(Content::List(COURSE_FIELDS, rows.collect()))
}

fn unknown(id: &str) -> Refusal {
    Refusal::new(404, format!("The course {id} does not exist."))
}
