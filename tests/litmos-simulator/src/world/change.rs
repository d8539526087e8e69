//! Changes that happen to the organisation while it is being read.

use serde::{Deserialize, Serialize};

use super::{Possession, World};
use crate::wire::cell::Cell;

/// One change. Texts are as meant; the wire makes them odd.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A new active account at the end of the list, in no team and no course.
    AddUser {
        /// Given name.
        first_name: String,
        /// Family name.
        last_name: String,
    },
    /// An account is deleted, and with it every membership and enrolment.
    RemoveUser {
        /// Whose.
        id: String,
    },
    /// An account is deactivated or activated.
    SetActive {
        /// Whose.
        id: String,
        /// Which of the two.
        active: bool,
    },
    /// A person's name changes; the user name stays.
    RenameUser {
        /// Whose.
        id: String,
        /// The new given name.
        first_name: String,
        /// The new family name.
        last_name: String,
    },
    /// Every account but the first ones of the list is deleted.
    ShrinkUsers {
        /// How many stay.
        keep: usize,
    },
    /// A team is deleted; teams below it are then at the top.
    DeleteTeam {
        /// Which.
        id: String,
    },
    /// A team's name changes, and its code with it.
    RenameTeam {
        /// Which.
        id: String,
        /// The new name.
        name: String,
    },
    /// Somebody gets something or loses it, by hand and not by a request.
    Possess {
        /// Who.
        user_id: String,
        /// What kind of thing.
        what: Possession,
        /// Which team, course or learning path.
        id: String,
        /// Whether it is there afterwards.
        has: bool,
    },
    /// An account gets a level of its own: `Learner`, `Administrator` or `Account_Owner`.
    SetLevel {
        /// Whose.
        id: String,
        /// Which.
        level: String,
    },
    /// A course is deleted.
    DeleteCourse {
        /// Which.
        id: String,
    },
    /// A course's name changes.
    RenameCourse {
        /// Which.
        id: String,
        /// The new name.
        name: String,
    },
}

impl World {
    /// Changes the organisation. The answer is the id of what was added or changed, nothing if
    /// there is no such thing.
    pub(crate) fn change(&mut self, change: Change) -> Option<String> {
        match change {
            Change::AddUser { first_name, last_name } => Some(self.add_user(first_name, last_name)),
            Change::ShrinkUsers { keep } => {
                self.shrink_users(keep);
                Some(String::new())
            }
            Change::RemoveUser { id } => self.remove_user(&id).map(|()| id),
            Change::SetActive { id, active } => {
                let user = self.users.find(&id)?;
                self.users.change(user, "Active", Cell::Bool(active));
                Some(id)
            }
            Change::RenameUser { id, first_name, last_name } => {
                let user = self.users.find(&id)?;
                self.name_user(user, first_name, last_name);
                Some(id)
            }
            Change::Possess { user_id, what, id, has } => {
                self.possess(&user_id, what, &id, has).map(|()| user_id)
            }
            Change::SetLevel { id, level } => {
                let user = self.users.find(&id)?;
                let own = ["Administrator", "Account_Owner"].into_iter().find(|own| *own == level);
                self.set_own_level(user, own);
                Some(id)
            }
            Change::DeleteTeam { id } => {
                self.delete_team(self.teams.find(&id)?);
                Some(id)
            }
            Change::RenameTeam { id, name } => {
                self.teams.change(self.teams.find(&id)?, "Name", Cell::Free(name.into()));
                Some(id)
            }
            Change::DeleteCourse { id } => {
                self.courses.remove(self.courses.find(&id)?);
                Some(id)
            }
            Change::RenameCourse { id, name } => {
                self.courses.change(self.courses.find(&id)?, "Name", Cell::Free(name.into()));
                Some(id)
            }
        }
    }

    fn add_user(&mut self, first_name: String, last_name: String) -> String {
        let user = self.users.add();
        self.name_user(user, first_name, last_name);
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

    fn name_user(&mut self, user: u32, first_name: String, last_name: String) {
        self.users.change(user, "FirstName", Cell::Free(first_name.into()));
        self.users.change(user, "LastName", Cell::Free(last_name.into()));
    }
}
