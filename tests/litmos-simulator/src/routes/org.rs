//! `/org`: what has changed.

use super::{Answer, Desk};
use crate::{
    reply::Refusal,
    window::Window,
    wire::content::{COURSES, TEAM_USERS, TEAMS, USER_COURSES, USER_RESULTS, USERS},
};

pub(super) fn users(desk: &Desk<'_>) -> Answer {
    let users = desk.world.users_changed(desk.window(named())?);
    let iso = desk.quirks.deltas.iso_dates_of_users;
    desk.page(USERS, &users, |user| desk.world.org_user_record(user, iso))
}

pub(super) fn teams(desk: &Desk<'_>) -> Answer {
    let teams = desk.world.teams_changed(desk.window(named())?);
    desk.page(TEAMS, &teams, |team| desk.world.org_team_record(team))
}

pub(super) fn members(desk: &Desk<'_>) -> Answer {
    let members = desk.world.members_changed(desk.window(named())?, &desk.quirks.deltas);
    desk.page(TEAM_USERS, &members, |(team, user)| desk.world.org_member_record(team, user))
}

pub(super) fn courses(desk: &Desk<'_>) -> Answer {
    let courses = desk.world.courses_changed(desk.window(Refusal::malformed())?);
    desk.page(COURSES, &courses, |course| desk.world.org_course_record(course))
}

pub(super) fn assignments(desk: &Desk<'_>) -> Answer {
    let deltas = &desk.quirks.deltas;
    let pairs = desk.world.assignments_changed(desk.window(named())?, deltas);
    desk.page(USER_COURSES, &pairs, |(course, user)| {
        desk.world.org_assignment_record(course, user, deltas)
    })
}

pub(super) fn results(desk: &Desk<'_>) -> Answer {
    let deltas = &desk.quirks.deltas;
    let pairs = desk.world.results_changed(desk.window(Refusal::malformed())?, deltas);
    desk.page(USER_RESULTS, &pairs, |(course, user)| {
        desk.world.org_result_record(course, user, deltas)
    })
}

/// What most of these lists say; of the others only the status is known.
fn named() -> Refusal {
    Refusal::new(406, "Please provide a valid since and to query string parameters")
}

impl Desk<'_> {
    fn window(&self, wrong: Refusal) -> Result<Window, Refusal> {
        Window::new(self.call, &self.quirks.deltas, wrong)
    }
}
