//! What a perfect copy of the organisation has, from what is meant, not from the wire.

mod activities;
mod rows;

use std::sync::Arc;

pub use self::activities::Activity;
use rollcall_roster::{Course, Enrolment, Row, Table, User};
use serde_json::Value;
use simulator_kit::{Pieces, json_line};

use crate::{state::State, wire, world::World};

/// What a perfect copy of the organisation has at the moment of asking.
#[derive(Debug, Clone)]
pub struct Truth(Arc<State>);

impl Truth {
    pub(crate) fn new(state: Arc<State>) -> Self {
        Self(state)
    }

    /// All listed users, active or not, by id. `attributes` is everything that has no column by the
    /// vendor's names, custom attributes by theirs, without what is null; of the approval manager
    /// only `manager_id` is left.
    #[must_use]
    pub fn users(&self) -> Vec<User> {
        let (world, quirks) = (self.0.world_now(), self.0.quirks.read());
        let users = world.listed_users(quirks.erased_users_listed).into_iter();
        sorted(users.map(|user| rows::user(&wire::user::read(&world, user, &quirks))).collect())
    }

    /// All listed courses and assessments, active or not, by id. `attributes` is null here: what
    /// goes into it is a choice, see [`Truth::item_record`].
    #[must_use]
    pub fn courses(&self) -> Vec<Course> {
        let world = self.0.world_now();
        let items = world.listed_items().into_iter();
        let courses = items.filter(|item| world.item(*item).kind.is_course());
        sorted(courses.map(|item| rows::course(&world, item)).collect())
    }

    /// All enrolments that the report tells of, by course and user: of courses and assessments,
    /// also of users and items that are not listed. A status nobody knows is null.
    #[must_use]
    pub fn enrolments(&self) -> Vec<Enrolment> {
        self.enrolments_in_order().collect()
    }

    /// The same one by one; there may be a million.
    pub fn enrolments_in_order(&self) -> impl Iterator<Item = Enrolment> + Send + use<> {
        let (world, quirks) = (self.0.world_now(), self.0.quirks.read().clone());
        let mut keys: Vec<_> = activities::about_courses(&world).collect();
        keys.sort_unstable();
        keys.into_iter().filter_map(move |key| {
            let activity = activities::find(&world, key)?;
            rows::enrolment(&world, &activity, &quirks)
        })
    }

    /// Everything that users have done, listed or not, with items of every kind, in no order.
    pub fn activities(&self) -> impl Iterator<Item = Activity> + Send + use<> {
        activities::all(self.0.world_now(), self.0.quirks.read().clone())
    }

    /// An account as its answer says it. Nothing if there is no listed account of that id.
    #[must_use]
    pub fn user_record(&self, id: &str) -> Option<Value> {
        let (world, quirks) = (self.0.world_now(), self.0.quirks.read());
        let user = world.find_user(id).filter(|user| world.user_listed(*user))?;
        Some(wire::user::read(&world, user, &quirks))
    }

    /// An item as the catalogue lists it. Nothing if there is no listed item of that id.
    #[must_use]
    pub fn item_record(&self, id: &str) -> Option<Value> {
        let world = self.0.world_now();
        let item = world.find_item(id).filter(|item| world.item_listed(*item))?;
        Some(wire::item::listed(&world, item))
    }

    /// The roles that listed accounts have, sorted.
    #[must_use]
    pub fn roles(&self) -> Vec<String> {
        let roles = self.users().into_iter().filter_map(|user| user.role);
        roles.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    }

    /// A table as JSON lines, line by line; the two tables of teams have none.
    pub(crate) fn lines(self, table: Table) -> Pieces {
        match table {
            Table::Users => Box::new(self.users().into_iter().map(|row| json_line(&row))),
            Table::Courses => Box::new(self.courses().into_iter().map(|row| json_line(&row))),
            Table::Enrolments => Box::new(self.enrolments_in_order().map(|row| json_line(&row))),
            Table::Teams | Table::TeamMembers => Box::new(std::iter::empty()),
        }
    }
}

/// The world's own order of ids.
pub(crate) type CourseAndUser = (crate::world::uuid::Uuid, crate::world::uuid::Uuid);

fn sorted<R: Row>(mut rows: Vec<R>) -> Vec<R> {
    rows.sort_unstable_by(|a, b| a.key().cmp(&b.key()));
    rows
}

/// Whether a pair is in the world's lists.
fn listed(world: &World, user: u32, item: u32) -> (bool, bool) {
    (world.user_listed(user), world.item_listed(item))
}
