//! The organisation, to look at and to change while it is being read.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{state::State, world::Change};

/// The organisation of a running simulator. Every call is a change of its own: an answer is from
/// before it or after it. Data sets and reports that were begun before do not see it.
#[derive(Debug, Clone)]
pub struct Organisation(Arc<State>);

impl Organisation {
    pub(crate) fn new(state: Arc<State>) -> Self {
        Self(state)
    }

    /// The ids of all accounts, in the order of the list.
    #[must_use]
    pub fn user_ids(&self) -> Vec<String> {
        let world = self.0.world_now();
        world.listed_users(false).into_iter().map(|user| world.user_id(user).to_string()).collect()
    }

    /// The ids of the accounts that were erased.
    #[must_use]
    pub fn erased_user_ids(&self) -> Vec<String> {
        let world = self.0.world_now();
        let erased = world.listed_users(true).into_iter().filter(|user| !world.user_listed(*user));
        erased.map(|user| world.user_id(user).to_string()).collect()
    }

    /// The ids of all items, in the order of the catalogue.
    #[must_use]
    pub fn item_ids(&self) -> Vec<String> {
        let world = self.0.world_now();
        world.listed_items().into_iter().map(|item| world.item_id(item).to_string()).collect()
    }

    /// The ids of all courses and assessments, in the order of the catalogue.
    #[must_use]
    pub fn course_ids(&self) -> Vec<String> {
        let world = self.0.world_now();
        let items = world.listed_items().into_iter();
        let courses = items.filter(|item| world.item(*item).kind.is_course());
        courses.map(|item| world.item_id(item).to_string()).collect()
    }

    /// The labels of the custom attributes, in the order of the names.
    #[must_use]
    pub fn attribute_names(&self) -> Vec<String> {
        let world = self.0.world_now();
        world.labels.by_name().map(|(_, label)| label.name.clone()).collect()
    }

    /// The names of the audiences, "All Users" first.
    #[must_use]
    pub fn audience_names(&self) -> Vec<String> {
        self.0.world_now().audiences().into_iter().map(|(_, name)| name).collect()
    }

    /// Makes a change. The answer is the id of what was added or changed, nothing if there is no
    /// such thing.
    pub fn change(&self, change: Change) -> Option<String> {
        Arc::make_mut(&mut self.0.world.write()).change(change)
    }

    /// Adds an active account at the end of the list and gives its id.
    pub fn add_user(&self, external_user_id: &str, first_name: &str, last_name: &str) -> String {
        let added = self.change(Change::AddUser {
            external_user_id: external_user_id.to_owned(),
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
        });
        added.unwrap_or_default()
    }

    /// Activates or deactivates an account; false if there is none of that id.
    pub fn set_active(&self, id: &str, active: bool) -> bool {
        self.change(Change::SetActive { id: id.to_owned(), active }).is_some()
    }

    /// Gives an account another role, any; false if there is none of that id.
    pub fn set_role(&self, id: &str, role: &str) -> bool {
        self.change(Change::SetRole { id: id.to_owned(), role: role.to_owned() }).is_some()
    }

    /// Gives a custom attribute of an account another value; false if there is no such account or
    /// attribute.
    pub fn set_attribute(&self, id: &str, name: &str, value: Option<&str>) -> bool {
        let (id, name, value) = (id.to_owned(), name.to_owned(), value.map(str::to_owned));
        self.change(Change::SetAttribute { id, name, value }).is_some()
    }

    /// Erases an account: it leaves the list, its activity stays; false if there is none of that
    /// id.
    pub fn erase_user(&self, id: &str) -> bool {
        self.change(Change::EraseUser { id: id.to_owned() }).is_some()
    }

    /// Erases every account but the first `keep` of the list.
    pub fn shrink_users(&self, keep: usize) {
        self.change(Change::ShrinkUsers { keep });
    }

    /// Changes an item's title; false if there is none of that id.
    pub fn rename_item(&self, id: &str, title: &str) -> bool {
        self.change(Change::RenameItem { id: id.to_owned(), title: title.to_owned() }).is_some()
    }

    /// Makes an item active or inactive; false if there is none of that id.
    pub fn set_item_active(&self, id: &str, active: bool) -> bool {
        self.change(Change::SetItemActive { id: id.to_owned(), active }).is_some()
    }

    /// Takes an item out of the catalogue; its activity stays. False if there is none of that id.
    pub fn hide_item(&self, id: &str) -> bool {
        self.change(Change::HideItem { id: id.to_owned() }).is_some()
    }

    /// Takes every item but the first `keep` out of the catalogue.
    pub fn shrink_items(&self, keep: usize) {
        self.change(Change::ShrinkItems { keep });
    }

    /// Lets a user do something with an item, after which the report says this status; false if
    /// there is no such user or item.
    pub fn learn(&self, user_id: &str, item_id: &str, status: &str, at: Timestamp) -> bool {
        let (user_id, item_id) = (user_id.to_owned(), item_id.to_owned());
        let (status, at) = (status.to_owned(), Some(at));
        self.change(Change::Learn { user_id, item_id, status, at }).is_some()
    }
}
