//! Rows of the tables from what is meant.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rollcall_roster::{Course, CourseKind, Enrolment, EnrolmentStatus, User};
use serde_json::Value;

use crate::{
    quirks::Quirks,
    world::{
        DONE, World,
        activity::{Activity, Window},
        kinds::ASSESSMENT,
    },
};

/// What has a column of its own, or is told by one.
const COLUMNS: [&str; 10] = [
    "id",
    "externalUserId",
    "email",
    "isActive",
    "firstName",
    "lastName",
    "role",
    "updatedAt",
    "approvalManager",
    "customAttributes",
];

pub(super) fn user(record: &Value) -> User {
    let text = |name: &str| record[name].as_str().map(str::to_owned);
    User {
        user_id: text("id").unwrap_or_default(),
        user_name: text("externalUserId"),
        first_name: text("firstName"),
        last_name: text("lastName"),
        email: text("email"),
        active: record["isActive"].as_bool(),
        role: text("role"),
        manager_id: record["approvalManager"]["id"].as_str().map(str::to_owned),
        updated_at: text("updatedAt").and_then(|at| at.parse().ok()),
        attributes: Some(attributes(record)),
        ..User::default()
    }
}

fn attributes(record: &Value) -> String {
    let fields = record.as_object().into_iter().flatten();
    let others = fields.filter(|(name, _)| !COLUMNS.contains(&name.as_str()));
    let others = others.map(|(name, value)| (name.as_str(), value));
    let custom = record["customAttributes"].as_array().into_iter().flatten();
    let custom = custom.map(|field| (field["name"].as_str().unwrap_or_default(), &field["value"]));
    let nothing =
        |value: &Value| value.is_null() || value.as_object().is_some_and(|it| it.is_empty());
    let there = others.chain(custom).filter(|(_, value)| !nothing(value));
    let sorted: BTreeMap<&str, &Value> = there.collect();
    serde_json::to_string(&sorted).expect("a map of plain values")
}

pub(super) fn course(world: &World, number: u32) -> Course {
    let item = world.item(number);
    let kind = match item.kind == &ASSESSMENT {
        true => CourseKind::Assessment,
        false => CourseKind::Course,
    };
    Course {
        course_id: world.item_id(number).to_string(),
        code: world.item_code(number, &item),
        name: Some(item.title),
        active: Some(item.active),
        kind: Some(kind),
        attributes: None,
    }
}

pub(super) fn enrolment(world: &World, activity: &Activity, quirks: &Quirks) -> Option<Enrolment> {
    let seen = activity.seen(world, Window::default(), quirks)?;
    let at = |milliseconds| Timestamp::from_millisecond(milliseconds).ok();
    let tells = world.tells_accesses(seen.user, seen.item);
    let status = match &*seen.status {
        word if DONE.contains(&word) => Some(EnrolmentStatus::Completed),
        "Started" | "Active" => Some(EnrolmentStatus::InProgress),
        _ => None,
    };
    Some(Enrolment {
        course_id: world.item_id(seen.item).to_string(),
        user_id: world.user_id(seen.user).to_string(),
        status,
        percent_complete: None,
        assigned_at: None,
        started_at: at(seen.first).filter(|_| tells),
        due_at: None,
        // only the day is told
        completed_at: seen.completed.and_then(|done| at(done - done.rem_euclid(86_400_000))),
        compliant_till: None,
        source: None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn attributes_are_flat_sorted_and_without_nothing() {
        let row = user(&json!({
            "id": "u", "externalUserId": "E1", "loginName": null, "jobTitle": "VP",
            "approvalManager": { "id": "m", "email": "x" }, "directHrManager": {},
            "customAttributes": [
                { "name": "Geo", "value": "EMEA" }, { "name": "A", "value": null },
            ],
            "isInstructor": false,
        }));
        assert_eq!(
            row.attributes.unwrap(),
            r#"{"Geo":"EMEA","isInstructor":false,"jobTitle":"VP"}"#
        );
        assert_eq!(row.manager_id.unwrap(), "m");
    }
}
