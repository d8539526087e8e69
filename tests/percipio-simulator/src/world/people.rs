//! Who is there, and by which keys.

use std::collections::{BTreeSet, HashMap};

use super::{
    World,
    account::{Account, numbers_in},
    uuid::{Kind, Uuid},
};

/// What an account is looked up by, besides its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    External,
    Login,
    Mail,
}

impl Key {
    pub(crate) const ALL: [Self; 3] = [Self::External, Self::Login, Self::Mail];

    /// The field on the wire.
    pub(crate) const fn field(self) -> &'static str {
        match self {
            Self::External => "externalUserId",
            Self::Login => "loginName",
            Self::Mail => "email",
        }
    }

    pub(crate) fn of(self, account: &Account) -> Option<&str> {
        match self {
            Self::External => Some(&account.external_user_id),
            Self::Login => account.login_name.as_deref(),
            Self::Mail => account.email.as_deref(),
        }
    }
}

/// What is not as derived.
#[derive(Debug, Clone, Default)]
pub(crate) struct People {
    changed: HashMap<u32, Account>,
    /// The keys of those, in lower case.
    keys: HashMap<(Key, String), u32>,
    /// The numbers of those that are not in the list.
    unlisted: BTreeSet<u32>,
    /// The next account's number.
    next: u32,
}

impl People {
    pub(super) fn new(begin: u32, end: u32) -> Self {
        Self { unlisted: (begin..end).collect(), next: end, ..Self::default() }
    }
}

impl World {
    /// The account of that number, which must be there.
    pub(crate) fn account(&self, user: u32) -> Account {
        match self.people.changed.get(&user) {
            Some(account) => account.clone(),
            None => Account::derived(&self.plan, &self.custom_roles, user),
        }
    }

    pub(crate) fn user_id(&self, user: u32) -> Uuid {
        Uuid::of(self.plan.seed, Kind::User, user)
    }

    /// The account of that id, erased or not.
    pub(crate) fn find_user(&self, id: &str) -> Option<u32> {
        let number = Uuid::parse(id)?.number(self.plan.seed, Kind::User)?;
        (number < self.people.next).then_some(number)
    }

    /// The account with that key in any case, unless it is erased.
    pub(crate) fn user_by(&self, key: Key, text: &str) -> Option<u32> {
        let wanted = text.to_lowercase();
        if let Some(user) = self.people.keys.get(&(key, wanted.clone())) {
            return Some(*user);
        }
        let derived = numbers_in(text).filter(|user| *user < self.plan.users);
        let mut untouched = derived.filter(|user| !self.people.changed.contains_key(user));
        untouched.find(|user| {
            let account = self.account(*user);
            key.of(&account).is_some_and(|found| found.to_lowercase() == wanted)
        })
    }

    /// Whether an account is in the list.
    pub(crate) fn user_listed(&self, user: u32) -> bool {
        user < self.people.next && !self.people.unlisted.contains(&user)
    }

    /// The numbers of the accounts in the order of the list; erased ones too if they are listed.
    pub(crate) fn listed_users(&self, erased_too: bool) -> Vec<u32> {
        let all = 0..self.people.next;
        all.filter(|user| erased_too || !self.people.unlisted.contains(user)).collect()
    }

    /// Puts an account in another's place.
    pub(crate) fn put_account(&mut self, user: u32, account: Account) {
        let people = &mut self.people;
        people.keys.retain(|_, owner| *owner != user);
        if account.erased {
            people.unlisted.insert(user);
        } else {
            let keys = Key::ALL.into_iter().filter_map(|key| Some((key, key.of(&account)?)));
            people.keys.extend(keys.map(|(key, text)| ((key, text.to_lowercase()), user)));
        }
        people.changed.insert(user, account);
    }

    /// Adds an account at the end of the list and gives its number.
    pub(crate) fn add_account(&mut self, account: Account) -> u32 {
        let user = self.people.next;
        self.people.next += 1;
        self.put_account(user, account);
        user
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    fn world() -> World {
        World::new(&Options::default())
    }

    #[test]
    fn accounts_are_found_by_each_of_their_keys_in_any_case() {
        let world = world();
        for user in world.listed_users(false) {
            let account = world.account(user);
            assert_eq!(world.find_user(&world.user_id(user).to_string()), Some(user));
            for key in Key::ALL {
                let text = key.of(&account).map(str::to_uppercase);
                assert!(text.is_none_or(|text| world.user_by(key, &text) == Some(user)));
            }
        }
        assert_eq!(world.user_by(Key::External, "E100999"), None);
        assert_eq!(world.user_by(Key::Login, "E100001"), None);
    }

    #[test]
    fn a_changed_key_is_found_and_the_old_one_is_not() {
        let mut world = world();
        let before = world.account(3);
        let after = Account { external_user_id: "New".to_owned(), ..before.clone() };
        world.put_account(3, after.clone());
        assert_eq!(world.user_by(Key::External, "nEW"), Some(3));
        assert_eq!(world.user_by(Key::External, &before.external_user_id), None);
        world.put_account(3, after.erased(world.user_id(3)));
        assert_eq!(world.user_by(Key::External, "new"), None);
        assert!(!world.user_listed(3) && world.listed_users(false).len() == 199);
        assert_eq!(world.listed_users(true).len(), 203);
    }
}
