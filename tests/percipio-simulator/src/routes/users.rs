//! Reading `/users`.

use simulator_kit::Reply;

use super::Desk;
use crate::{
    quirks::IdsOf,
    refusal::Refusal,
    reply::{self, with_total},
    wire,
    world::people::Key,
};

const DEFAULT: usize = 1000;

pub(super) fn read(desk: &Desk<'_>, rest: &[&str]) -> Result<Reply, Refusal> {
    match rest {
        ["users"] => list(desk),
        ["users", id] => one(desk, desk.user(id)),
        ["users", "external-user-id", id] => one(desk, desk.user_by(Key::External, id)),
        ["users", "login-name", name] => one(desk, desk.user_by(Key::Login, name)),
        ["users", "login-name-or-email", text] => {
            let user = desk.user_by(Key::Login, text);
            one(desk, user.or_else(|| desk.user_by(Key::Mail, text)))
        }
        _ => Err(Refusal::no_route()),
    }
}

fn list(desk: &Desk<'_>) -> Result<Reply, Refusal> {
    let page = desk.page(DEFAULT)?;
    let mut users = desk.world.listed_users(desk.quirks.erased_users_listed);
    if let Some(since) = desk.call.instant("updatedSince")? {
        users.retain(|user| {
            let updated = desk.world.account(*user).updated_at;
            updated > since || (updated == since && !desk.quirks.updated_since_exclusive)
        });
    }
    let (cut, total) = match desk.quirks.moving_users {
        None => (page.cut(&users).to_vec(), users.len()),
        Some(moving) => page.cut_moving(&users, moving),
    };
    let rows = cut.into_iter().map(|user| wire::user::read(&desk.world, user, &desk.quirks));
    let list = desk.records(rows.collect(), IdsOf::Users);
    Ok(with_total(list, desk.counted(total), desk.quirks.user_total))
}

fn one(desk: &Desk<'_>, user: Option<u32>) -> Result<Reply, Refusal> {
    let there = |user: &u32| desk.world.user_listed(*user) || desk.quirks.erased_users_listed;
    let user = user.filter(there).ok_or_else(|| Refusal::not_found("user"))?;
    Ok(reply::json(200, &wire::user::read(&desk.world, user, &desk.quirks)))
}

impl Desk<'_> {
    /// The account of that id, erased or not.
    pub(super) fn user(&self, id: &str) -> Option<u32> {
        self.world.find_user(id)
    }

    /// The account with that key.
    pub(super) fn user_by(&self, key: Key, text: &str) -> Option<u32> {
        if key == Key::Login && !self.quirks.login_names {
            return None;
        }
        let user = self.world.user_by(key, text)?;
        let exact = || key.of(&self.world.account(user)) == Some(text);
        (self.quirks.lookups_ignore_case || exact()).then_some(user)
    }
}
