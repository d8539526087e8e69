//! Changes that happen to the organisation while it is being read.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{World, account::Account, activity::Activity, items::Item, kinds::kind_named};

/// One change, made by hand and not by a request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A new active account at the end of the list.
    AddUser {
        /// The customer's key.
        external_user_id: String,
        /// Given name.
        first_name: String,
        /// Family name.
        last_name: String,
    },
    /// An account is deactivated or activated.
    SetActive {
        /// Whose.
        id: String,
        /// Which of the two.
        active: bool,
    },
    /// An account gets another role, any.
    SetRole {
        /// Whose.
        id: String,
        /// Which.
        role: String,
    },
    /// A person's name changes.
    RenameUser {
        /// Whose.
        id: String,
        /// The new given name.
        first_name: String,
        /// The new family name.
        last_name: String,
    },
    /// A custom attribute of an account changes.
    SetAttribute {
        /// Whose.
        id: String,
        /// The attribute's label.
        name: String,
        /// The new value; none clears it.
        value: Option<String>,
    },
    /// An account gets another approval manager, or none.
    SetManager {
        /// Whose.
        id: String,
        /// The manager's id.
        manager: Option<String>,
    },
    /// An account is erased: it leaves the list, its activity stays without a name.
    EraseUser {
        /// Whose.
        id: String,
    },
    /// Every account but the first ones of the list is erased.
    ShrinkUsers {
        /// How many stay.
        keep: usize,
    },
    /// A new active item at the end of the catalogue.
    AddItem {
        /// Its title.
        title: String,
        /// Its `percipioType`, like `COURSE`.
        percipio_type: String,
    },
    /// An item's title changes.
    RenameItem {
        /// Which.
        id: String,
        /// The new title.
        title: String,
    },
    /// An item becomes active or inactive; it stays in the catalogue.
    SetItemActive {
        /// Which.
        id: String,
        /// Which of the two.
        active: bool,
    },
    /// An item leaves the catalogue; its activity stays.
    HideItem {
        /// Which.
        id: String,
    },
    /// Every item but the first ones of the catalogue leaves it.
    ShrinkItems {
        /// How many stay.
        keep: usize,
    },
    /// A user does something with an item, after which the report says this status.
    Learn {
        /// Who.
        user_id: String,
        /// What with.
        item_id: String,
        /// `Started`, `Completed` or any other word.
        status: String,
        /// When; now if it is not given.
        #[serde(default)]
        at: Option<Timestamp>,
    },
}

/// What a status says that means something is done.
pub(crate) const DONE: [&str; 5] = ["Completed", "Achieved", "Listened", "Read", "Watched"];

impl World {
    /// Changes the organisation. The answer is the id of what was added or changed, nothing if
    /// there is no such thing.
    pub(crate) fn change(&mut self, change: Change) -> Option<String> {
        match change {
            Change::AddUser { external_user_id, first_name, last_name } => {
                let blank = Account::blank(external_user_id, &self.plan, Timestamp::now());
                let (first_name, last_name) = (Some(first_name), Some(last_name));
                let user = self.add_account(Account { first_name, last_name, ..blank });
                Some(self.user_id(user).to_string())
            }
            Change::SetActive { id, active } => self.edit(&id, |account| account.active = active),
            Change::SetRole { id, role } => self.edit(&id, |account| account.role = role),
            Change::RenameUser { id, first_name, last_name } => self.edit(&id, |account| {
                account.first_name = Some(first_name);
                account.last_name = Some(last_name);
            }),
            Change::SetAttribute { id, name, value } => {
                let place = self.labels.named(&name)?;
                self.edit(&id, |account| account.attributes[place] = value)
            }
            Change::SetManager { id, manager } => {
                let manager = manager.map(|id| self.find_user(&id).ok_or(())).transpose().ok()?;
                self.edit(&id, |account| account.approval_manager = manager)
            }
            Change::EraseUser { id } => {
                self.erase(self.find_user(&id)?);
                Some(id)
            }
            Change::ShrinkUsers { keep } => {
                let gone = self.listed_users(false).into_iter().skip(keep);
                gone.for_each(|user| self.erase(user));
                Some(String::new())
            }
            Change::AddItem { title, percipio_type } => {
                let now = Timestamp::now().as_second();
                let kind = kind_named(&percipio_type)?;
                let item = Item { kind, title, active: true, published: now, updated: now };
                let item = self.add_item(item);
                Some(self.item_id(item).to_string())
            }
            Change::RenameItem { id, title } => self.edit_item(&id, |item| item.title = title),
            Change::SetItemActive { id, active } => {
                self.edit_item(&id, |item| item.active = active)
            }
            Change::HideItem { id } => {
                self.hide_item(self.find_item(&id)?);
                Some(id)
            }
            Change::ShrinkItems { keep } => {
                let gone = self.listed_items().into_iter().skip(keep);
                gone.for_each(|item| self.hide_item(item));
                Some(String::new())
            }
            Change::Learn { user_id, item_id, status, at } => {
                let (user, item) = (self.find_user(&user_id)?, self.find_item(&item_id)?);
                self.learn(user, item, status, at.unwrap_or_else(Timestamp::now));
                Some(user_id)
            }
        }
    }

    fn edit(&mut self, id: &str, edit: impl FnOnce(&mut Account)) -> Option<String> {
        let user = self.find_user(id)?;
        let mut account = self.account(user);
        edit(&mut account);
        account.updated_at = Timestamp::now();
        self.put_account(user, account);
        Some(id.to_owned())
    }

    fn erase(&mut self, user: u32) {
        let account = self.account(user).erased(self.user_id(user));
        self.put_account(user, Account { updated_at: Timestamp::now(), ..account });
    }

    fn edit_item(&mut self, id: &str, edit: impl FnOnce(&mut Item)) -> Option<String> {
        let number = self.find_item(id)?;
        let mut item = self.item(number);
        edit(&mut item);
        item.updated = Timestamp::now().as_second();
        self.put_item(number, item);
        Some(id.to_owned())
    }

    fn learn(&mut self, user: u32, item: u32, status: String, at: Timestamp) {
        let at = at.as_millisecond();
        let derived = || self.pairs.find(user, item).map(|place| self.derived_activity(place));
        let before = self.learnt.get(&(user, item)).cloned().or_else(derived);
        let done = DONE.contains(&status.as_str());
        let fresh =
            Activity { user, item, first: at, last: at, accesses: 0, completed: None, said: None };
        let before = before.unwrap_or(fresh);
        let activity = Activity {
            first: before.first.min(at),
            last: before.last.max(at),
            accesses: before.accesses + 1,
            completed: before.completed.or(Some(at)).filter(|_| done),
            said: Some(status),
            ..before
        };
        self.learnt.insert((user, item), activity);
    }
}
