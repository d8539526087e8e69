//! `/users`.

use std::borrow::Cow;

use super::{Answer, Desk};
use crate::{
    reply::Refusal,
    window::instant,
    wire::{
        cell::{Cell, field},
        content::{COURSES, Content, TEAMS, USERS},
    },
};

pub(super) fn list(desk: &Desk<'_>) -> Answer {
    desk.page(USERS, &listed(desk), |user| desk.world.user_summary(user))
}

pub(super) fn paginated(desk: &Desk<'_>) -> Answer {
    let users = listed(desk);
    let rows = desk.rows(&users, |user| desk.world.user_summary(user))?;
    let page = desk.call.page(desk.quirks)?;
    let pagination = vec![
        ("BatchParam", Cell::Exact("Limit".into())),
        ("BatchSize", Cell::Int(page.limit as i64)),
        ("Start", Cell::Int(page.start as i64)),
        ("TotalCount", Cell::Int(users.len() as i64)),
    ];
    Ok(Content::Paginated(USERS, pagination, rows))
}

pub(super) fn details(desk: &Desk<'_>) -> Answer {
    let mut users = listed(desk);
    let shown = users.len().saturating_sub(desk.quirks.users_hidden as usize);
    users.to_mut().truncate(shown);
    if let Some(since) = desk.call.parameter("since") {
        let since = instant(since, 0).ok_or_else(|| {
            Refusal::new(406, "Please enter a valid date in the 'since' parameter")
        })?;
        users.to_mut().retain(|user| desk.world.created(*user) >= since);
    }
    desk.page(USERS, &users, |user| desk.world.user_record(user))
}

pub(super) fn one(desk: &Desk<'_>, id: &str) -> Answer {
    let unknown = || Refusal::new(404, format!("User - {id} was not found"));
    let user = desk.world.find_user(id).ok_or_else(unknown)?;
    Ok(Content::One(USERS, desk.dressed(desk.world.user_record(user))))
}

pub(super) fn custom_fields(desk: &Desk<'_>, id: &str) -> Answer {
    let unknown = || Refusal::new(404, "The user does not exist.");
    let user = desk.world.find_user(id).ok_or_else(unknown)?;
    let record = desk.dressed(desk.world.user_record(user));
    let value = |name| field(&record, name).cloned().unwrap_or(Cell::Null);
    let fields = [
        ("Department", value("CustomField1")),
        ("Cost centre", value("CustomField2")),
        ("Contractor", value("CustomField7")),
    ];
    Ok(Content::Parameters(fields.to_vec()))
}

/// An unknown user has no teams; the vendor documents no 404.
pub(super) fn teams(desk: &Desk<'_>, id: &str) -> Answer {
    let user = desk.world.find_user(id);
    let teams = user.map(|user| desk.world.teams_of(user)).unwrap_or_default();
    desk.page(TEAMS, &teams, |team| desk.world.team_record(team))
}

/// An unknown user has no courses; the vendor documents no 404.
pub(super) fn courses(desk: &Desk<'_>, id: &str) -> Answer {
    let Some(user) = desk.world.find_user(id) else {
        return Ok(Content::List(COURSES, Vec::new()));
    };
    let courses = desk.world.courses_of(user);
    desk.page(COURSES, &courses, |course| desk.world.user_course_record(course, user))
}

/// One course of a user's, with its due date; its modules are left out.
pub(super) fn course(desk: &Desk<'_>, id: &str, course_id: &str) -> Answer {
    let found = desk.world.find_user(id).zip(desk.world.courses.find(course_id));
    let held = found.filter(|(user, course)| desk.world.holds(*course, *user));
    let Some((user, course)) = held else {
        let detail = format!("The course - {course_id} is not assigned to {id}.");
        return Err(Refusal::new(404, detail));
    };
    let mut record = desk.world.user_course_record(course, user);
    let progress = desk.world.progress(course, user);
    record.push(("CourseDueDate", Cell::instant(progress.due)));
    record.push(("LastUpdated", Cell::instant(progress.done.or(progress.started))));
    record.push(("Modules", Cell::List(&[])));
    Ok(Content::One(COURSES, desk.dressed(record)))
}

/// All users, or the active ones if the caller does not want the others.
fn listed<'a>(desk: &Desk<'a>) -> Cow<'a, [u32]> {
    let users = desk.world.users.listed();
    if !desk.call.is_false("showInactive") {
        return Cow::Borrowed(users);
    }
    users.iter().copied().filter(|user| desk.world.active(*user)).collect()
}
