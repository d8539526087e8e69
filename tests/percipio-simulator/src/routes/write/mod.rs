//! Writing to `/users`.

mod form;

use std::sync::Arc;

use hyper::Method;
use jiff::Timestamp;
use serde_json::Value;

use self::form::Form;
use super::{Desk, Done};
use crate::{
    refusal::Refusal,
    reply, wire,
    world::{World, account::Account, people::Key},
};

/// Carries out a request that is no GET. There is no DELETE and no PUT.
pub(super) fn write(desk: &Desk<'_>, method: &Method, rest: &[&str]) -> Result<Done, Refusal> {
    match (method, rest) {
        (&Method::POST, ["users"]) => create(desk, &desk.form()?),
        (&Method::PATCH, ["users", id]) => {
            let user = desk.user(id).ok_or_else(|| Refusal::not_found("user"))?;
            update(desk, user, &desk.form()?)
        }
        (&Method::PATCH, ["users", "external-user-id", id]) => upsert(desk, Key::External, id),
        (&Method::PATCH, ["users", "login-name", name]) => upsert(desk, Key::Login, name),
        _ => Err(Refusal::no_route()),
    }
}

/// Changes the account with that key, or creates one with it.
fn upsert(desk: &Desk<'_>, key: Key, text: &str) -> Result<Done, Refusal> {
    let mut form = desk.form()?;
    if let Some(user) = desk.user_by(key, text) {
        return update(desk, user, &form);
    }
    form.default_to(key.field(), text);
    // without a customer's key the login name is taken
    form.default_to(Key::External.field(), text);
    create(desk, &form)
}

fn create(desk: &Desk<'_>, form: &Form) -> Result<Done, Refusal> {
    let mut account = Account::blank(String::new(), &desk.world.plan, Timestamp::now());
    form.fill(desk, &mut account)?;
    if account.external_user_id.is_empty() {
        return Err(required(Key::External.field()));
    }
    unique(&desk.world, &account, None)?;
    let mail = form.flag("sendWelcomeEmail") && account.email.is_some();
    let (world, user) = change(desk, |world| world.add_account(account));
    let value = wire::user::written(&world, user, &desk.quirks);
    let created = Some(world.user_id(user).to_string());
    Ok(Done { reply: reply::json(201, &value), created, mail })
}

fn update(desk: &Desk<'_>, user: u32, form: &Form) -> Result<Done, Refusal> {
    let before = desk.world.account(user);
    if before.erased {
        let code = "updating_obfuscated_user_not_allowed";
        return Err(Refusal::unprocessable(code, ""));
    }
    let mut account = before.clone();
    form.fill(desk, &mut account)?;
    unique(&desk.world, &account, Some(user))?;
    let mut world = Arc::clone(&desk.world);
    if account != before {
        let account = Account { updated_at: Timestamp::now(), ..account };
        (world, _) = change(desk, |world| world.put_account(user, account));
    }
    let value: Value = wire::user::written(&world, user, &desk.quirks);
    Ok(reply::json(200, &value).into())
}

/// No two accounts share a key, in whatever case it is written.
fn unique(world: &World, account: &Account, own: Option<u32>) -> Result<(), Refusal> {
    for key in Key::ALL {
        let owner = key.of(account).and_then(|text| world.user_by(key, text));
        if owner.is_some() && owner != own {
            return Err(Refusal::unprocessable("field_not_unique", key.field()));
        }
    }
    Ok(())
}

/// Makes another world, in which something has changed.
fn change<T>(desk: &Desk<'_>, change: impl FnOnce(&mut World) -> T) -> (Arc<World>, T) {
    let mut world = desk.state.world.write();
    let outcome = change(Arc::make_mut(&mut world));
    (Arc::clone(&world), outcome)
}

fn required(field: &str) -> Refusal {
    Refusal::unprocessable("required_field_missing", field)
}
