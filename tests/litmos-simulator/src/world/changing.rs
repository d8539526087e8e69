//! What a change does.

use jiff::Timestamp;

use super::{Change, World};
use crate::wire::cell::Cell;

impl World {
    /// Changes the organisation. The answer is the id of what was added or changed, nothing if
    /// there is no such thing.
    pub(crate) fn change(&mut self, change: Change, at: Timestamp) -> Option<String> {
        match change {
            Change::AddUser { first_name, last_name } => {
                Some(self.add_user(first_name, last_name, at))
            }
            Change::ShrinkUsers { keep } => {
                self.shrink_users(keep);
                Some(String::new())
            }
            Change::RemoveUser { id } => self.remove_user(&id).map(|()| id),
            Change::SetActive { id, active } => {
                let user = self.users.find(&id)?;
                self.users.change(user, "Active", Cell::Bool(active));
                self.touch_user(user, at);
                Some(id)
            }
            Change::RenameUser { id, first_name, last_name } => {
                self.name_user(self.users.find(&id)?, first_name, last_name, at);
                Some(id)
            }
            Change::Possess { user_id, what, id, has } => {
                self.possess(&user_id, what, &id, has, at).map(|()| user_id)
            }
            Change::SetLevel { id, level } => {
                let user = self.users.find(&id)?;
                let own = (level != "Learner").then_some(&*level);
                self.set_own_level(user, own, at);
                Some(id)
            }
            Change::DeleteTeam { id } => {
                self.delete_team(self.teams.find(&id)?, at);
                Some(id)
            }
            Change::RenameTeam { id, name } => {
                self.name_team(self.teams.find(&id)?, name, at);
                Some(id)
            }
            Change::AddTeam { name, parent_id } => {
                let parent = self.above(parent_id)?;
                let team = self.add_team(name, String::new(), parent, at);
                Some(self.teams.id(team))
            }
            Change::MoveTeam { id, parent_id } => {
                let (team, parent) = (self.teams.find(&id)?, self.above(parent_id)?);
                let within = |above| above == team || self.descendants(team).contains(&above);
                if parent.is_some_and(within) {
                    return None;
                }
                self.move_team(team, parent, at);
                Some(id)
            }
            Change::Progress { user_id, course_id, percent, completed } => {
                let (user, course) = (self.users.find(&user_id)?, self.courses.find(&course_id)?);
                let held = self.holds(course, user);
                held.then(|| self.learn(course, user, (percent, completed), at))?;
                Some(user_id)
            }
            Change::DeleteCourse { id } => {
                self.courses.remove(self.courses.find(&id)?);
                Some(id)
            }
            Change::RenameCourse { id, name } => {
                let course = self.courses.find(&id)?;
                self.courses.change(course, "Name", Cell::Free(name.into()));
                self.touch_course(course, at);
                Some(id)
            }
        }
    }

    /// The team that is to be above another, if any; nothing if there is no such team.
    fn above(&self, id: Option<String>) -> Option<Option<u32>> {
        id.map_or(Some(None), |id| self.teams.find(&id).map(Some))
    }

    fn add_user(&mut self, first_name: String, last_name: String, at: Timestamp) -> String {
        let user = self.new_user(at);
        self.name_user(user, first_name, last_name, at);
        self.users.change(user, "Active", Cell::Bool(true));
        self.by_name.insert(self.login(user), user);
        self.users.id(user)
    }

    pub(crate) fn remove_user(&mut self, id: &str) -> Option<()> {
        let user = self.users.find(id)?;
        self.by_name.remove(&self.login(user));
        self.users.remove(user);
        Some(())
    }

    fn shrink_users(&mut self, keep: usize) {
        for user in self.users.shrink(keep) {
            self.by_name.remove(&self.login(user));
        }
    }

    pub(super) fn name_user(
        &mut self,
        user: u32,
        first_name: String,
        last_name: String,
        at: Timestamp,
    ) {
        self.users.change(user, "FirstName", Cell::Free(first_name.into()));
        self.users.change(user, "LastName", Cell::Free(last_name.into()));
        self.touch_user(user, at);
    }
}
