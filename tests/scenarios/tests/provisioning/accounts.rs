//! Accounts: made, changed, let in and not.

use litmos_simulator::Possession;
use scenarios::{Provisioning, VendorWrite, request, text, vendor_says};
use serde_json::{Value, json};

use crate::support::{assert_outcome, assert_rejects, changes, effect, facts};

/// An account's record as a write must hold it: all that was read, but no secrets.
pub(crate) fn record(world: &Provisioning, user_id: &str) -> Value {
    let said = vendor_says(world.vendor(), &format!("/users/{user_id}"));
    let mut record: Value = serde_json::from_str(&said).unwrap();
    record["LoginKey"] = "".into();
    // The simulator's list of writes holds no passwords.
    record.as_object_mut().unwrap().remove("Password");
    record
}

#[test]
fn an_account_is_made_once() {
    let world = Provisioning::new();
    let (before, ana) = (world.vendor().world().user_ids(), &world.cast.ana);
    let account = json!({
        "user_name": "dee@example.org", "first_name": "Dée", "last_name": "O'Hara & Co",
        "email": "dee.mail@example.org", "manager": ana.name,
        "attributes": { "customfield1": "R&D", "City": "Zürich" },
    });
    let made = request("create_account", json!({ "account": account }));
    let outcome = world.ask(&made);
    let id = text(&outcome["result"]["user_id"]);
    let found = json!({ "user_id": id, "user_name": "dee@example.org" });
    let detail = json!({
        "user_name": "dee@example.org", "role": "Learner", "active": true,
        "fields": {
            "first_name": "Dée", "last_name": "O'Hara & Co", "email": "dee.mail@example.org",
            "manager_id": ana.id, "attributes.CustomField1": "R&D", "attributes.City": "Zürich",
        },
    });
    let effects = [effect("create_account", detail)];
    let expected = json!({
        "status": "succeeded", "principal": found, "effects": effects,
        "result": { "user_id": id, "team_id": null },
    });
    assert_outcome(&outcome, &made, expected);

    let [write] = &*world.writes() else { panic!("{:#?}", world.writes()) };
    assert_eq!(write.line, "POST /users?sendmessage=false");
    let after = world.vendor().world().user_ids();
    assert_eq!(after, [before, vec![id.clone()]].concat());
    let account = world.account(&id);
    for (field, value) in [
        ("UserName", json!("dee@example.org")),
        ("FirstName", json!("Dée")),
        ("LastName", json!("O'Hara & Co")),
        ("Email", json!("dee.mail@example.org")),
        ("AccessLevel", json!("Learner")),
        ("Active", json!(true)),
        ("ManagerId", json!(ana.id)),
        ("CustomField1", json!("R&D")),
        ("City", json!("Zürich")),
    ] {
        assert_eq!(account[field], value, "{field}");
    }

    for name in ["dee@example.org", "DEE@Example.org"] {
        let again = request(
            "create_account",
            json!({ "account": { "user_name": name, "last_name": "Else", "email": name } }),
        );
        let expected = json!({
            "status": "already_done", "principal": found,
            "result": { "user_id": id, "team_id": null },
        });
        assert_outcome(&world.ask(&again), &again, expected);
        assert_eq!(world.writes().len(), 1, "{name}");
    }
    assert_eq!(world.account(&id), account, "what was there is left as it was");
}

#[test]
fn an_account_can_be_made_inactive_and_without_a_mail_address() {
    let world = Provisioning::new();
    let account = json!({ "user_name": "dee.nomail", "last_name": "Ek", "active": false });
    let outcome = world.ask(&request("create_account", json!({ "account": account })));
    assert_eq!(outcome["status"], "succeeded", "{outcome:#}");
    let made = world.account(&text(&outcome["result"]["user_id"]));
    assert_eq!((&made["Active"], &made["Email"]), (&json!(false), &Value::Null));
}

/// One field after the other: what is written is the record as it was read but for that field, and
/// only that fact changes. What is asked for again is there already.
#[test]
fn an_update_changes_what_it_names_and_nothing_else() {
    let world = Provisioning::new();
    // An account of the beginning, whose record has odd texts, blanks and nulls everywhere.
    let id = world.vendor().world().user_ids()[11].clone();
    let (cast, before) = (&world.cast, facts(&world));
    for (change, wire, from_field) in [
        (json!({ "first_name": "Zoë & \"Co\"" }), "FirstName", "first_name"),
        (json!({ "last_name": "O'Hara" }), "LastName", "last_name"),
        (json!({ "email": "new@example.org" }), "Email", "email"),
        (json!({ "user_name": "new.name@example.org" }), "UserName", "user_name"),
        (
            json!({ "attributes": { "CustomField3": "Łódź" } }),
            "CustomField3",
            "attributes.CustomField3",
        ),
        (json!({ "attributes": { "jobtitle": "Head of R&D" } }), "JobTitle", "attributes.JobTitle"),
    ] {
        world.vendor().reset_log();
        let (facts_before, mut expected) = (facts(&world), record(&world, &id));
        let told = match &change["attributes"] {
            Value::Object(attributes) => attributes.values().next().unwrap(),
            _ => change.as_object().unwrap().values().next().unwrap(),
        };
        expected[wire] = told.clone();
        let members = json!({ "principal": { "user_id": id }, "account": change });
        let asked = request("update_account", members.clone());
        let outcome = world.ask(&asked);
        assert_eq!(outcome["status"], "succeeded", "{outcome:#}");
        let [only] = &**outcome["effects"].as_array().unwrap() else { panic!("{outcome:#}") };
        assert_eq!(
            (&only["action"], &only["detail"]["field"]),
            (&json!("set_field"), &json!(from_field))
        );
        assert_eq!((&only["detail"]["user_id"], &only["detail"]["to"]), (&json!(id), told));
        assert_eq!(world.writes(), [VendorWrite::new(format!("PUT /users/{id}"), expected)]);
        let changed = changes(&facts_before, &world);
        let of_field = |line: &String| {
            // The full name, and the name that those it manages see, follow from the names.
            [wire, "FullName", "ManagerName"]
                .iter()
                .any(|name| line.contains(&format!(" {name} = ")))
        };
        assert!(!changed.is_empty() && changed.iter().all(of_field), "{changed:#?}");

        world.vendor().reset_log();
        let again = request("update_account", members);
        let outcome = world.ask(&again);
        assert_outcome(
            &outcome,
            &again,
            json!({ "status": "already_done", "principal": outcome["principal"] }),
        );
        assert_eq!(world.writes(), []);
    }
    assert!(!changes(&before, &world).is_empty());
    let unknown = request(
        "update_account",
        json!({ "principal": cast.ana.by_id(), "account": { "manager": "nobody@example.org" } }),
    );
    assert_rejects(&world, &unknown, "manager_not_found", "nobody@example.org");
}

#[test]
fn a_manager_is_told_by_user_name() {
    let world = Provisioning::new();
    let (cast, before) = (&world.cast, facts(&world));
    let members =
        json!({ "principal": cast.ana.by_name(), "account": { "manager": cast.bo.name } });
    let asked = request("update_account", members);
    let detail =
        json!({ "user_id": cast.ana.id, "field": "manager_id", "from": null, "to": cast.bo.id });
    let was = world.account(&cast.ana.id)["ManagerId"].clone();
    let outcome = world.ask(&asked);
    let mut effects = vec![effect("set_field", detail)];
    effects[0]["detail"]["from"] = was;
    let expected = json!({
        "status": "succeeded", "principal": cast.ana.found(), "effects": effects,
        "result": { "user_id": cast.ana.id, "team_id": null },
    });
    assert_outcome(&outcome, &asked, expected);
    assert_eq!(world.account(&cast.ana.id)["ManagerId"], json!(cast.bo.id));
    let of_manager = |line: &String| line.contains("Manager");
    assert!(changes(&before, &world).iter().all(of_manager));
}

/// Several fields of one account are one write.
#[test]
fn an_update_is_one_write() {
    let world = Provisioning::new().set("ROLLCALL_GRANTABLE_ROLES", "Learner,Administrator");
    let ana = &world.cast.ana;
    let account = json!({
        "first_name": "Anna", "role": "Administrator", "active": false,
        "attributes": { "CustomField1": "Sales", "DisableMessages": "true" },
    });
    let mut expected = record(&world, &ana.id);
    for (field, value) in [
        ("FirstName", json!("Anna")),
        ("AccessLevel", json!("Administrator")),
        ("Active", json!(false)),
        ("CustomField1", json!("Sales")),
        ("DisableMessages", json!(true)),
    ] {
        expected[field] = value;
    }
    let asked = request("update_account", json!({ "principal": ana.by_id(), "account": account }));
    let outcome = world.ask(&asked);
    assert_eq!(outcome["status"], "succeeded", "{outcome:#}");
    assert_eq!(world.writes(), [VendorWrite::new(format!("PUT /users/{}", ana.id), expected)]);
}

/// Who is let in no more keeps every team, course and learning path, and gets back to them.
#[test]
fn who_is_disabled_keeps_everything() {
    let world = Provisioning::new();
    let (cast, at_vendor) = (&world.cast, world.vendor().world());
    let ana = &cast.ana;
    for (what, id) in [
        (Possession::Leader, &cast.north),
        (Possession::Member, &cast.south),
        (Possession::Course, &cast.course),
        (Possession::LearningPath, &cast.path),
    ] {
        assert!(at_vendor.possess(&ana.id, what, id, true));
    }
    let before = facts(&world);
    for (operation, active) in [("disable_account", false), ("enable_account", true)] {
        world.vendor().reset_log();
        let mut expected = record(&world, &ana.id);
        expected["Active"] = active.into();
        let asked = request(operation, json!({ "principal": ana.by_name() }));
        let effects = [effect("set_active", json!({ "user_id": ana.id, "active": active }))];
        let found = json!({ "status": "succeeded", "principal": ana.found(), "effects": effects });
        assert_outcome(&world.ask(&asked), &asked, found);
        assert_eq!(world.writes(), [VendorWrite::new(format!("PUT /users/{}", ana.id), expected)]);
        let again = request(operation, json!({ "principal": ana.by_id() }));
        let nothing = json!({ "status": "already_done", "principal": ana.found() });
        assert_outcome(&world.ask(&again), &again, nothing);
        assert_eq!(world.writes().len(), 1);
        let changed: Vec<_> = match active {
            true => vec![],
            false => ["- true", "+ false"]
                .map(|fact| fact.replacen(' ', &format!(" {} Active = ", ana.id), 1))
                .to_vec(),
        };
        assert_eq!(changes(&before, &world), changed, "{operation}");
    }
}
