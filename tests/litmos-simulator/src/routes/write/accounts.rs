//! Writes to `/users`.

use super::{
    Done, Outcome, Pen,
    vetting::{check_the_body, own_level, taken, vet},
};
use crate::{
    body::{Form, USER},
    reply::Refusal,
    wire::{
        cell::Cell,
        content::{Content, USERS},
    },
    world::Sent,
};

/// The new account as it is, but for `SkipFirstLogin`, which says false whatever was sent.
pub(super) fn create(pen: &mut Pen<'_>) -> Outcome {
    let mut form = read(pen)?;
    form.default_to("TimeZone", "UTC");
    form.default_to("Culture", "en-US");
    form.default_to("Brand", "Default");
    vet(&form)?;
    let level = own_level(&form)?;
    let manager = manager(pen, &form)?;
    // the name of an inactive account is not free either
    if pen.world.user_named(&form.text("UserName")).is_some() {
        return taken();
    }
    if pen.call.is_true("skipfirstlogin") {
        form.raise("SkipFirstLogin");
    }
    let user = pen.world.create_user(&form, pen.at);
    pen.world.set_own_level(user, level.flatten(), pen.at);
    pen.world.set_manager(user, manager, pen.at);
    let mut record = pen.world.user_record(user);
    for (name, cell) in &mut record {
        if *name == "SkipFirstLogin" {
            *cell = Cell::Bool(false);
        }
    }
    let content = Some(Content::One(USERS, pen.desk().dressed(record)));
    Ok(Done { content, mail: pen.call.is_true("sendmessage"), ..Done::ADDED })
}

/// The whole record: whatever the body leaves out is blank afterwards.
pub(super) fn replace(pen: &mut Pen<'_>, id: &str) -> Outcome {
    let form = read(pen)?;
    if form.text("Id") != id {
        let detail =
            "Please check the userid in the xml/json and the userid in the URL. They must match.";
        return Err(Refusal::new(404, detail));
    }
    let user = pen.user(id, 404, &format!("User - {id} was not found"))?;
    vet(&form)?;
    let level = own_level(&form)?;
    let manager = manager(pen, &form)?;
    if pen.world.user_named(&form.text("UserName")).is_some_and(|other| other != user) {
        return taken();
    }
    pen.world.replace_user(user, &form, pen.at);
    if let Some(level) = level {
        pen.world.set_own_level(user, level, pen.at);
    }
    pen.world.set_manager(user, manager, pen.at);
    Ok(Done::PLAIN)
}

/// For good, with everything the account had.
pub(super) fn delete(pen: &mut Pen<'_>, id: &str) -> Outcome {
    let unknown = || Refusal::new(404, "No user with this id exists in your organization");
    pen.world.remove_user(id).ok_or_else(unknown)?;
    Ok(Done::PLAIN)
}

fn read(pen: &Pen<'_>) -> Result<Form, Refusal> {
    Ok(pen.meant(pen.body.one(&USER)?.ok_or_else(check_the_body)?))
}

/// The manager, who must exist; `0` is nobody.
fn manager(pen: &Pen<'_>, form: &Form) -> Result<Option<u32>, Refusal> {
    match form.text("ManagerId").as_str() {
        "" | "0" => Ok(None),
        id => pen.user(id, 404, "The manager Id in the xml/json is not valid.").map(Some),
    }
}
