//! Accounts (reference 4.2).

use rollcall_roster::User;
use serde_json::{Map, Value};

use super::dialect::{Dialect, Record};
use super::list::one_or_many;
use super::uuid::{canonical_id, id};
use crate::record::{self, canonical, id_text};

/// Fields with a column of their own, and those that are not told as they come; the rest are
/// attributes.
const COLUMNS: [&str; 11] = [
    "id",
    "externalUserId",
    "firstName",
    "lastName",
    "email",
    "isActive",
    "role",
    "approvalManager",
    "updatedAt",
    "customAttributes",
    DIRECT_MANAGER,
];
const MANAGER: &str = "approvalManager";
const DIRECT_MANAGER: &str = "directHrManager";
const CUSTOM: &str = "customAttributes";

pub(super) fn user(record: &mut Record) -> User {
    let manager_id = manager(record, MANAGER);
    let attributes = attributes(record);
    User {
        user_id: canonical_id(&record.id()),
        user_name: record.text(&["externalUserId"]),
        first_name: record.text(&["firstName"]),
        last_name: record.text(&["lastName"]),
        email: record.text(&["email"]),
        active: record.flag(&["isActive"]),
        role: record.text(&["role"]),
        brand: None,
        manager_id,
        created_at: None,
        updated_at: record.instant(&["updatedAt"]),
        last_login_at: None,
        attributes: canonical(attributes),
    }
}

/// Custom attributes by their names, unset ones as null. What has no name or no single value cannot
/// be read.
pub(super) fn custom_attributes(record: &mut Record) -> Vec<(String, Value)> {
    let Some(listed) = record.value(&[CUSTOM]) else { return Vec::new() };
    let listed: Vec<_> = one_or_many(listed).map(custom_attribute).collect();
    for _ in listed.iter().filter(|attribute| attribute.is_none()) {
        record.note(CUSTOM);
    }
    listed.into_iter().flatten().collect()
}

fn custom_attribute(item: &Value) -> Option<(String, Value)> {
    let name = record::text(item.get("name")?, Dialect).ok()??;
    let value = record::text(item.get("value").unwrap_or(&Value::Null), Dialect).ok()?;
    Some((name, value.map_or(Value::Null, Value::from)))
}

/// Everything that has no column. A field of the vendor's own goes before a custom attribute that
/// has its name to the letter, which then cannot be read.
fn attributes(record: &mut Record) -> Map<String, Value> {
    let mut attributes = record.rest(&COLUMNS);
    if let Some(id) = manager(record, DIRECT_MANAGER) {
        attributes.insert(DIRECT_MANAGER.to_owned(), id.into());
    }
    for (name, value) in custom_attributes(record) {
        if value.is_null() || record::is_secret::<Dialect>(&name) {
            continue;
        }
        if attributes.contains_key(&name) {
            record.note(CUSTOM);
        } else {
            attributes.insert(name, value);
        }
    }
    attributes
}

/// The id of a manager: `{id, email, externalId}` when read, `{id}` in the answer to a write, and
/// `{}`, null or the nil UUID when there is none (reference 4.6).
fn manager(record: &mut Record, name: &'static str) -> Option<String> {
    let (manager, is_none) = match record.value(&[name])? {
        Value::Object(fields) => {
            let told = fields.get("id").filter(|told| !told.is_null());
            let is_nil = told.is_some_and(|told| id_text(told).is_some() && id(told).is_none());
            (told.and_then(id), is_nil || fields.values().all(Value::is_null))
        }
        _ => (None, false),
    };
    if manager.is_none() && !is_none {
        record.note(name);
    }
    manager
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::list::rows;
    use super::super::list::tests::answer;
    use super::*;
    use crate::rows::page;

    /// The reference's example (4.9).
    const ANA: &str = r#"{
        "id": "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01", "externalUserId": "E1001",
        "email": "ana.ruiz@example.com", "isActive": true, "loginName": null,
        "firstName": "Ana", "lastName": "Ruiz", "role": "LEARNER",
        "updatedAt": "2025-05-02T08:15:30.120000Z", "jobTitle": "Analyst", "jobRole": null,
        "approvalManager": { "id": "0d6b", "email": "lee@example.com", "externalId": "E0900" },
        "directHrManager": {},
        "customAttributes": [ { "id": "a1b2", "name": "Cost Center", "value": "2840" },
                              { "id": "c3d4", "name": "Geo", "value": null } ],
        "isInstructor": false, "hasCoaching": false, "hasEnterpriseCoaching": false,
        "hasEnterpriseCoachingDashboard": false, "isLXDCreator": false, "isLXDPublisher": false
    }"#;

    fn read(value: Value) -> (User, Vec<&'static str>) {
        let mut record = Record::new(value, Dialect).unwrap();
        (user(&mut record), record.unreadable().to_vec())
    }

    #[test]
    fn an_account_has_its_columns_and_the_rest_as_attributes() {
        let answer = answer(200, &format!("[{ANA}]"));
        let page = page(rows(&answer, "externalUserId").unwrap(), Dialect, |row| Ok(user(row)));
        let text = |text: &str| Some(text.to_owned());
        let expected = User {
            user_id: "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01".to_owned(),
            user_name: text("E1001"),
            first_name: text("Ana"),
            last_name: text("Ruiz"),
            email: text("ana.ruiz@example.com"),
            active: Some(true),
            role: text("LEARNER"),
            brand: None,
            manager_id: text("0d6b"),
            created_at: None,
            updated_at: Some("2025-05-02T08:15:30.12Z".parse().unwrap()),
            last_login_at: None,
            attributes: text(concat!(
                r#"{"Cost Center":"2840","hasCoaching":false,"hasEnterpriseCoaching":false,"#,
                r#""hasEnterpriseCoachingDashboard":false,"isInstructor":false,"#,
                r#""isLXDCreator":false,"isLXDPublisher":false,"jobTitle":"Analyst"}"#,
            )),
        };
        assert_eq!((page.rows, page.fault_count), (vec![expected], 0));
    }

    #[test]
    fn an_account_may_be_nothing_but_an_id() {
        let bare = User { user_id: "a".to_owned(), ..User::default() };
        let empty = json!({"id": "a", "loginName": "", "approvalManager": {}, "updatedAt": null,
            "directHrManager": {"id": null}, "customAttributes": null});
        for row in [json!({"id": "a"}), empty] {
            assert_eq!(read(row), (bare.clone(), Vec::new()));
        }
    }

    #[test]
    fn ids_have_one_spelling() {
        let id = "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01";
        let manager = json!({"id": id.to_uppercase()});
        let (user, _) = read(json!({"id": format!("{{{}}}", id.to_uppercase()),
            "approvalManager": manager, "directHrManager": manager}));
        assert_eq!((user.user_id.as_str(), user.manager_id.as_deref()), (id, Some(id)));
        assert_eq!(user.attributes, Some(format!(r#"{{"directHrManager":"{id}"}}"#)));
    }

    #[test]
    fn the_login_name_is_an_attribute_and_a_password_leaves_no_trace() {
        let row = json!({"id": "a", "loginName": "ana", "password": "5ecre7", "customAttributes":
            [{"name": "Password", "value": "5ecre7"}]});
        let (user, _) = read(row);
        assert_eq!(user.attributes.as_deref(), Some(r#"{"loginName":"ana"}"#));
    }

    #[test]
    fn managers_are_ids() {
        let both = json!({"id": "a", "approvalManager": {"id": "m"},
            "directHrManager": {"id": "h", "email": "h@example.com"}});
        let (user, unreadable) = read(both);
        assert_eq!((user.manager_id.as_deref(), unreadable), (Some("m"), Vec::new()));
        assert_eq!(user.attributes.as_deref(), Some(r#"{"directHrManager":"h"}"#));
        let nobody = json!({"id": "00000000-0000-0000-0000-000000000000", "email": ""});
        let (user, unreadable) = read(json!({"id": "a", "approvalManager": nobody}));
        assert_eq!((user.manager_id, unreadable), (None, Vec::new()));
        for odd in [json!({"externalId": "E1"}), json!("E1"), json!({"id": {}}), json!([])] {
            let (user, unreadable) = read(json!({"id": "a", "approvalManager": odd}));
            assert_eq!((user.manager_id, unreadable), (None, vec!["approvalManager"]));
        }
    }

    #[test]
    fn an_odd_custom_attribute_costs_itself_only() {
        let row = json!({"id": "a", "jobTitle": "Analyst", "customAttributes": [
            {"name": "Geo", "value": " EU "}, {"value": "x"}, 7, {"name": "List", "value": ["x"]},
            {"name": "jobTitle", "value": "x"}, {"name": "Number", "value": 7},
            {"name": "Unset"}, {"name": "Role", "value": "Lead"}]});
        let (user, unreadable) = read(row);
        let expected = r#"{"Geo":"EU","Number":"7","Role":"Lead","jobTitle":"Analyst"}"#;
        assert_eq!(user.attributes.as_deref(), Some(expected));
        assert_eq!(unreadable, ["customAttributes"; 4]);
        let one = json!({"name": "Geo", "value": "EU"});
        let (user, unreadable) = read(json!({"id": "a", "customAttributes": one}));
        assert_eq!((user.attributes.as_deref(), unreadable.len()), (Some(r#"{"Geo":"EU"}"#), 0));
        let (user, unreadable) = read(json!({"id": "a", "customAttributes": {"Geo": "EU"}}));
        assert_eq!((user.attributes, unreadable), (None, vec!["customAttributes"]));
    }
}
