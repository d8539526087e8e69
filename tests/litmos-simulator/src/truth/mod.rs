//! The rows that a perfect copy of the organisation has, from what is meant, not from the wire.

mod detailed;
mod facts;
mod rows;

use std::sync::Arc;

pub use self::facts::Membership;
use rollcall_roster::{Course, Enrolment, Row, Table, Team, TeamMember, User};
use simulator_kit::{Pieces, json_lines};

use crate::{
    state::State,
    world::{World, groups::Roles},
};

/// The rows that a perfect copy of the organisation has at the moment of asking.
#[derive(Debug, Clone)]
pub struct Truth(Arc<State>);

impl Truth {
    pub(crate) fn new(state: Arc<State>) -> Self {
        Self(state)
    }

    /// All users, active or not, by id.
    #[must_use]
    pub fn users(&self) -> Vec<User> {
        let world = self.0.world.read();
        let users = world.users.listed().iter();
        sorted(users.map(|user| rows::user(world.user_record(*user))).collect())
    }

    /// All teams, by id.
    #[must_use]
    pub fn teams(&self) -> Vec<Team> {
        let world = self.0.world.read();
        let teams = world.teams.listed().iter();
        sorted(teams.map(|team| rows::team(world.team_record(*team))).collect())
    }

    /// The active members of all teams, by team and user.
    #[must_use]
    pub fn team_members(&self) -> Vec<TeamMember> {
        let world = self.0.world.read();
        sorted(world.teams.listed().iter().flat_map(|team| members(&world, *team)).collect())
    }

    /// All courses, by id.
    #[must_use]
    pub fn courses(&self) -> Vec<Course> {
        let world = self.0.world.read();
        let courses = world.courses.listed().iter();
        sorted(courses.map(|course| rows::course(world.course_record(*course))).collect())
    }

    /// All enrolments, by course and user.
    #[must_use]
    pub fn enrolments(&self) -> Vec<Enrolment> {
        self.course_ids().iter().flat_map(|course| self.enrolments_of(course)).collect()
    }

    /// The enrolments of one course, by user; of all of them there may be millions.
    #[must_use]
    pub fn enrolments_of(&self, course_id: &str) -> Vec<Enrolment> {
        let (world, quirks) = (self.0.world.read(), self.0.quirks.read());
        let Some(course) = world.courses.find(course_id) else { return Vec::new() };
        let learners = world.learners(course, quirks.inactive_learners).into_iter();
        let row =
            |user| rows::enrolment(course_id, world.users.id(user), &world.progress(course, user));
        sorted(learners.map(row).collect())
    }

    /// The ids of all courses, sorted.
    #[must_use]
    pub fn course_ids(&self) -> Vec<String> {
        let mut ids = self.0.world.read().courses.ids();
        ids.sort_unstable();
        ids
    }

    /// A table as JSON lines, in pieces, with what only the lists of what has changed can tell.
    pub(crate) fn detailed_lines(self, table: Table) -> Pieces {
        let once = |lines| Box::new(std::iter::once(lines));
        match table {
            Table::Users => once(json_lines(&self.detailed_users())),
            Table::TeamMembers => once(json_lines(&self.detailed_team_members())),
            Table::Enrolments => {
                let ids = self.course_ids().into_iter();
                Box::new(ids.map(move |id| json_lines(&self.detailed_enrolments_of(&id))))
            }
            Table::Teams | Table::Courses => self.lines(table),
        }
    }

    /// A table as JSON lines, in pieces.
    pub(crate) fn lines(self, table: Table) -> Pieces {
        let once = |lines| Box::new(std::iter::once(lines));
        match table {
            Table::Users => once(json_lines(&self.users())),
            Table::Teams => once(json_lines(&self.teams())),
            Table::TeamMembers => once(json_lines(&self.team_members())),
            Table::Courses => once(json_lines(&self.courses())),
            Table::Enrolments => Box::new(
                self.course_ids().into_iter().map(move |id| json_lines(&self.enrolments_of(&id))),
            ),
        }
    }
}

fn members(world: &World, team: u32) -> Vec<TeamMember> {
    let member = |(user, roles): (u32, Roles)| TeamMember {
        team_id: world.teams.id(team),
        user_id: world.users.id(user),
        is_leader: Some(roles.leader),
        is_admin: Some(roles.admin),
    };
    let active = world.memberships(team).into_iter().filter(|(user, _)| world.active(*user));
    active.map(member).collect()
}

fn sorted<R: Row>(mut rows: Vec<R>) -> Vec<R> {
    rows.sort_unstable_by(|a, b| a.key().cmp(&b.key()));
    rows
}
