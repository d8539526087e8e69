//! An account in JSON.

use serde_json::{Value, json};

use crate::{
    quirks::Quirks,
    world::{
        World,
        account::{Account, FLAGS},
    },
};

/// As it is read.
pub(crate) fn read(world: &World, user: u32, quirks: &Quirks) -> Value {
    write(world, user, quirks, &|above| {
        let account = world.account(above);
        json!({
            "id": world.user_id(above).to_string(),
            "email": account.email,
            "externalId": account.external_user_id,
        })
    })
}

/// As the answer to a write says it: of managers only the id.
pub(crate) fn written(world: &World, user: u32, quirks: &Quirks) -> Value {
    write(world, user, quirks, &|above| json!({ "id": world.user_id(above).to_string() }))
}

fn write(world: &World, user: u32, quirks: &Quirks, manager: &dyn Fn(u32) -> Value) -> Value {
    let account = world.account(user);
    let manager = |above: Option<u32>| {
        let there = above.filter(|above| world.user_listed(*above));
        there.map_or(json!({}), manager)
    };
    let mut value = json!({
        "id": world.user_id(user).to_string(),
        "externalUserId": account.external_user_id,
        "email": account.email,
        "isActive": account.active,
        "loginName": account.login_name.as_ref().filter(|_| quirks.login_names),
        "firstName": account.first_name,
        "lastName": account.last_name,
        "role": account.role,
        "updatedAt": format!("{:.6}", account.updated_at),
        "jobTitle": account.job_title,
        "jobRole": account.job_role,
        "approvalManager": manager(account.approval_manager),
        "directHrManager": manager(account.hr_manager),
        "customAttributes": attributes(world, &account),
    });
    for (name, flag) in FLAGS.iter().zip(account.flags) {
        if quirks.lxd_flags || !name.starts_with("isLXD") {
            value[name] = json!(flag);
        }
    }
    value
}

/// Every attribute of the organisation, in the order of the names.
fn attributes(world: &World, account: &Account) -> Vec<Value> {
    let value = |place: usize| account.attributes.get(place).cloned().flatten();
    let each = world.labels.by_name();
    each.map(|(place, label)| {
        json!({ "id": label.id.to_string(), "name": label.name, "value": value(place) })
    })
    .collect()
}
