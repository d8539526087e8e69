//! What only the lists of what has changed can tell, beside the rest.

use rollcall_roster::{Enrolment, Source, TeamMember, User};

use super::{Truth, rows, sorted};
use crate::world::World;

impl Truth {
    /// All users, active or not, with when they last changed, by id.
    #[must_use]
    pub fn detailed_users(&self) -> Vec<User> {
        let world = self.0.world.read();
        let users = world.users.listed().iter();
        let row = |user: &u32| User {
            updated_at: world.user_dates(*user).updated,
            ..rows::user(world.user_record(*user))
        };
        sorted(users.map(row).collect())
    }

    /// The members of all teams, active or not, by team and user.
    #[must_use]
    pub fn detailed_team_members(&self) -> Vec<TeamMember> {
        let members = self.memberships().into_iter();
        let row = |member: super::Membership| TeamMember {
            team_id: member.team_id,
            user_id: member.user_id,
            is_leader: Some(member.leader),
            is_admin: Some(member.admin),
        };
        members.map(row).collect()
    }

    /// All enrolments with every column, of active users and others, by course and user.
    #[must_use]
    pub fn detailed_enrolments(&self) -> Vec<Enrolment> {
        self.course_ids().iter().flat_map(|course| self.detailed_enrolments_of(course)).collect()
    }

    /// The same of one course, by user; of all of them there may be millions.
    #[must_use]
    pub fn detailed_enrolments_of(&self, course_id: &str) -> Vec<Enrolment> {
        let world = self.0.world.read();
        let Some(course) = world.courses.find(course_id) else { return Vec::new() };
        let row = |user| {
            let progress = world.progress(course, user);
            Enrolment {
                assigned_at: Some(progress.assigned),
                started_at: progress.started,
                completed_at: progress.done,
                source: Some(source(&world, course, user)),
                ..rows::enrolment(course_id, world.users.id(user), &progress)
            }
        };
        sorted(world.learners(course, true).into_iter().map(row).collect())
    }
}

fn source(world: &World, course: u32, user: u32) -> Source {
    match () {
        () if world.only_through_path(course, user) => Source::LearningPath,
        () if world.by_team(course, user) => Source::Team,
        () => Source::Direct,
    }
}
