//! What is written about accounts.

use jiff::Timestamp;

use super::{
    Dates, World,
    people::{MANAGER, OWN_LEVEL, seconds},
};
use crate::wire::cell::{Cell, Record};

/// What a write leaves alone, because the vendor computes it or it follows from other things.
const NOT_WRITTEN: &[&str] = &[
    "Id",
    "FullName",
    "AccessLevel",
    "LastLogin",
    "LoginKey",
    "Password",
    "OriginalId",
    "CreatedDate",
    "Points",
    "ManagerId",
    "ManagerName",
];

/// A whole account as it was sent.
pub(crate) trait Sent {
    /// A text; empty if it was left out.
    fn text(&self, name: &str) -> String;
    /// A flag; false if it was left out.
    fn flag(&self, name: &str) -> bool;
}

impl World {
    /// Adds an account that has never logged in and gives its number.
    pub(crate) fn create_user(&mut self, sent: &impl Sent, at: Timestamp) -> u32 {
        let user = self.new_user(at);
        self.users.change(user, "Points", Cell::Int(0));
        self.replace_user(user, sent, at);
        user
    }

    /// Adds an account that has nothing yet and gives its number.
    pub(super) fn new_user(&mut self, at: Timestamp) -> u32 {
        let user = self.users.add();
        self.users.change(user, "CreatedDate", Cell::Iso(Some(seconds(at.as_second()))));
        self.users.change(user, "LastLogin", Cell::Iso(None));
        self.history.users.insert(user, Dates::new(at));
        user
    }

    /// Replaces everything of an account that can be written; what was left out is blank then.
    pub(crate) fn replace_user(&mut self, user: u32, sent: &impl Sent, at: Timestamp) {
        // a name that a change of the world gave to two accounts stays with the other one
        let login = self.login(user);
        if self.by_name.get(&login) == Some(&user) {
            self.by_name.remove(&login);
        }
        let record: Record = self.user_record(user);
        for (name, cell) in record {
            let text = || sent.text(name).into();
            let cell = match cell {
                _ if NOT_WRITTEN.contains(&name) => continue,
                Cell::Free(_) => Cell::Free(text()),
                Cell::Word(_) => Cell::Word(text()),
                Cell::Exact(_) => Cell::Exact(text()),
                Cell::Bool(_) => Cell::Bool(sent.flag(name)),
                _ => continue,
            };
            self.users.change(user, name, cell);
        }
        self.by_name.insert(self.login(user), user);
        self.touch_user(user, at);
    }

    /// Gives an account a level of its own; none is an ordinary learner's.
    pub(crate) fn set_own_level(&mut self, user: u32, level: Option<&str>, at: Timestamp) {
        self.users.change(
            user,
            OWN_LEVEL,
            Cell::Exact(level.unwrap_or_default().to_owned().into()),
        );
        self.touch_user(user, at);
    }

    /// Gives an account a manager, or none.
    pub(crate) fn set_manager(&mut self, user: u32, manager: Option<u32>, at: Timestamp) {
        let manager = manager.map_or(Cell::Null, |manager| Cell::Int(i64::from(manager)));
        self.users.change(user, MANAGER, manager);
        self.touch_user(user, at);
    }
}
