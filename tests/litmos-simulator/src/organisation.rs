//! The organisation, to look at and to change while it is being read.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    state::State,
    world::{Change, Churned, Possession, now},
};

/// The organisation of a running simulator. Every call is a change of its own: a page is from
/// before it or after it. Texts are as meant; the wire makes them odd.
#[derive(Debug, Clone)]
pub struct Organisation(Arc<State>);

impl Organisation {
    pub(crate) fn new(state: Arc<State>) -> Self {
        Self(state)
    }

    /// The ids of all users, in the order of lists.
    #[must_use]
    pub fn user_ids(&self) -> Vec<String> {
        self.0.world.read().users.ids()
    }

    /// The ids of all teams, in the order of lists.
    #[must_use]
    pub fn team_ids(&self) -> Vec<String> {
        self.0.world.read().teams.ids()
    }

    /// The ids of all courses, in the order of lists.
    #[must_use]
    pub fn course_ids(&self) -> Vec<String> {
        self.0.world.read().courses.ids()
    }

    /// The ids of all learning paths, in the order of lists.
    #[must_use]
    pub fn learning_path_ids(&self) -> Vec<String> {
        self.0.world.read().paths.ids()
    }

    /// Makes a change. The answer is the id of what was added or changed, nothing if there is no
    /// such thing.
    pub fn change(&self, change: Change) -> Option<String> {
        self.0.change(change, None)
    }

    /// Makes a change that lists of changes tell of as if it had been made at an instant.
    pub fn change_at(&self, change: Change, at: Timestamp) -> Option<String> {
        self.0.change(change, Some(at))
    }

    /// Makes a change before the request is answered that comes after so many others from now on.
    pub fn change_after(&self, requests: u64, change: Change) {
        self.0.schedule(requests, change);
    }

    /// Changes about this share of the users' names, the memberships and the enrolments, now:
    /// always the same ones for a seed and a state.
    pub fn churn(&self, seed: u64, percent: f64) -> Churned {
        self.0.world.write().churn(seed, percent, now())
    }

    /// Adds an active account at the end of the list, in no team and no course, and gives its id.
    pub fn add_user(&self, first_name: &str, last_name: &str) -> String {
        let (first_name, last_name) = (first_name.to_owned(), last_name.to_owned());
        self.change(Change::AddUser { first_name, last_name }).unwrap_or_default()
    }

    /// Deletes an account, its memberships and enrolments; false if there is none of that id.
    pub fn remove_user(&self, id: &str) -> bool {
        self.change(Change::RemoveUser { id: id.to_owned() }).is_some()
    }

    /// Activates or deactivates an account; false if there is none of that id.
    pub fn set_active(&self, id: &str, active: bool) -> bool {
        self.change(Change::SetActive { id: id.to_owned(), active }).is_some()
    }

    /// Changes a person's name; false if there is no account of that id.
    pub fn rename_user(&self, id: &str, first_name: &str, last_name: &str) -> bool {
        let (first_name, last_name) = (first_name.to_owned(), last_name.to_owned());
        self.change(Change::RenameUser { id: id.to_owned(), first_name, last_name }).is_some()
    }

    /// Gives somebody something or takes it away, as by hand; false if there is no such user or
    /// thing.
    pub fn possess(&self, user_id: &str, what: Possession, id: &str, has: bool) -> bool {
        let (user_id, id) = (user_id.to_owned(), id.to_owned());
        self.change(Change::Possess { user_id, what, id, has }).is_some()
    }

    /// Gives an account a level of its own; false if there is none of that id.
    pub fn set_level(&self, id: &str, level: &str) -> bool {
        let (id, level) = (id.to_owned(), level.to_owned());
        self.change(Change::SetLevel { id, level }).is_some()
    }

    /// Deletes every account but the first `keep` of the list.
    pub fn shrink_users(&self, keep: usize) {
        self.change(Change::ShrinkUsers { keep });
    }

    /// Adds a team without members, at the top or below another one, and gives its id; nothing if
    /// there is no such other one.
    pub fn add_team(&self, name: &str, parent_id: Option<&str>) -> Option<String> {
        let (name, parent_id) = (name.to_owned(), parent_id.map(str::to_owned));
        self.change(Change::AddTeam { name, parent_id })
    }

    /// Puts a team below another one or at the top; false if there is no such team, or if the
    /// other one is the team itself or below it.
    pub fn move_team(&self, id: &str, parent_id: Option<&str>) -> bool {
        let (id, parent_id) = (id.to_owned(), parent_id.map(str::to_owned));
        self.change(Change::MoveTeam { id, parent_id }).is_some()
    }

    /// Says how far a learner is; false if there is no such enrolment.
    pub fn progress(&self, user_id: &str, course_id: &str, percent: f64, completed: bool) -> bool {
        let (user_id, course_id) = (user_id.to_owned(), course_id.to_owned());
        self.change(Change::Progress { user_id, course_id, percent, completed }).is_some()
    }

    /// Deletes a team; false if there is none of that id.
    pub fn delete_team(&self, id: &str) -> bool {
        self.change(Change::DeleteTeam { id: id.to_owned() }).is_some()
    }

    /// Renames a team; false if there is none of that id.
    pub fn rename_team(&self, id: &str, name: &str) -> bool {
        self.change(Change::RenameTeam { id: id.to_owned(), name: name.to_owned() }).is_some()
    }

    /// Deletes a course; false if there is none of that id.
    pub fn delete_course(&self, id: &str) -> bool {
        self.change(Change::DeleteCourse { id: id.to_owned() }).is_some()
    }

    /// Renames a course; false if there is none of that id.
    pub fn rename_course(&self, id: &str, name: &str) -> bool {
        self.change(Change::RenameCourse { id: id.to_owned(), name: name.to_owned() }).is_some()
    }
}
