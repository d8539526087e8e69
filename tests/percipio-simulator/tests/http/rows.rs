//! What the rows of a report are like.

use std::collections::{HashMap, HashSet};

use percipio_simulator::{Options, Quirks, Simulator};
use serde_json::{Value, json};

use crate::client::{all_time, report, start, texts, users};

fn options() -> Options {
    Options { activities: 3000, items: 200, ..Options::default() }
}

fn rows(simulator: &Simulator, other: Value) -> Vec<Value> {
    report(simulator, &all_time(other))
}

#[test]
fn all_values_are_texts_and_what_is_not_there_is_not_named() {
    let simulator = start(options());
    let rows = rows(&simulator, json!({}));
    assert_eq!(rows.len(), 3000);
    let pairs: HashSet<_> =
        rows.iter().map(|row| (row["userUuid"].as_str(), row["contentUuid"].as_str())).collect();
    assert_eq!(pairs.len(), rows.len());
    let always = "userUuid userId userStatus audience contentUuid contentTitle contentType \
                  languageCode status durationHms estimatedDurationHms";
    for row in &rows {
        let fields = row.as_object().unwrap();
        assert!(fields.values().all(|value| value.as_str().is_some_and(|text| !text.is_empty())));
        assert!(always.split_whitespace().all(|name| fields.contains_key(name)));
        assert!(row["audience"].as_str().unwrap().starts_with("All Users"));
        let midnight = |at: &Value| at.as_str().unwrap().ends_with("T00:00:00.000Z");
        assert!(row.get("completedDate").is_none_or(midnight));
        let open = ["Started", "Active"].contains(&row["status"].as_str().unwrap());
        assert_eq!(row.get("completedDate").is_none(), open);
        assert!(row.get("lastAccess").is_none_or(|at| at.as_str().unwrap().len() == 24));
    }
    assert!(texts(&rows, "lastAccess").is_sorted_by(|a, b| a >= b));
    let having = |name: &str| rows.iter().filter(|row| row.get(name).is_some()).count();
    assert!((2980..3000).contains(&having("lastAccess")), "{}", having("lastAccess"));
    assert!((2800..3000).contains(&having("duration")));
    for name in ["firstScore", "%OfVideoOrBook", "category", "costCenter", "divisonOwner"] {
        assert!((1..2900).contains(&having(name)), "{name}");
    }
    let bytes: usize = rows.iter().map(|row| row.to_string().len() + 1).sum();
    assert!((650..900).contains(&(bytes / rows.len())), "{}", bytes / rows.len());
}

#[test]
fn rows_are_of_all_kinds_and_have_the_documented_statuses_if_the_switch_says_so() {
    let simulator = start(options());
    let seen = |field: &str| texts(&rows(&simulator, json!({})), field).into_iter().collect();
    let kinds: HashSet<String> = seen("contentType");
    for kind in
        ["Course", "Assessment", "AudioBook", "Audio Summary", "Custom Channel", "Micro Lesson"]
    {
        assert!(kinds.contains(kind), "{kind}");
    }
    let statuses: HashSet<String> = seen("status");
    let documented = ["Started", "Completed", "Achieved", "Active", "Listened", "Read", "Watched"];
    assert_eq!(statuses, documented.map(str::to_owned).into());
    simulator.set_quirks(Quirks { documented_statuses: false, ..Quirks::default() });
    assert_eq!(seen("status"), ["Started", "Completed"].map(str::to_owned).into());
    simulator.set_quirks(Quirks { unknown_status_percent: 10, ..Quirks::default() });
    let statuses: HashSet<String> = seen("status");
    assert!(statuses.contains("Abandoned") && statuses.contains("Waived"));
}

#[test]
fn rows_tell_of_inactive_erased_and_hidden_things() {
    let simulator = start(options());
    let rows = rows(&simulator, json!({}));
    let users: HashSet<String> = simulator.world().user_ids().into_iter().collect();
    let items: HashSet<String> = simulator.world().item_ids().into_iter().collect();
    let strangers = |field: &str, known: &HashSet<String>| {
        texts(&rows, field).into_iter().filter(|id| !known.contains(id)).count()
    };
    assert!((10..200).contains(&strangers("userUuid", &users)));
    assert!((10..300).contains(&strangers("contentUuid", &items)));
    assert!(rows.iter().any(|row| row["userStatus"] == "Inactive"));
}

#[test]
fn a_row_says_of_its_user_what_the_user_list_says() {
    let simulator = start(options());
    let users = users(&simulator, "users").rows();
    let by_id: HashMap<_, _> = users.iter().map(|user| (user["id"].as_str(), user)).collect();
    for row in rows(&simulator, json!({})) {
        let Some(user) = by_id.get(&row["userUuid"].as_str()) else { continue };
        assert_eq!(row["userId"], user["externalUserId"]);
        assert_eq!(row.get("emailAddress").unwrap_or(&Value::Null), &user["email"]);
        assert_eq!(row["userStatus"] == "Active", user["isActive"] == true);
        let geo = &user["customAttributes"].as_array().unwrap();
        let geo = geo.iter().find(|attribute| attribute["name"] == "Geo").unwrap();
        assert_eq!(row.get("geo").unwrap_or(&Value::Null), &geo["value"]);
    }
}

#[test]
fn filters_leave_what_they_say() {
    let simulator = start(options());
    let all = rows(&simulator, json!({}));
    let filtered = |other: Value, keep: &dyn Fn(&Value) -> bool| {
        let expected: Vec<Value> = all.iter().filter(|row| keep(row)).cloned().collect();
        assert!(!expected.is_empty() && expected.len() < all.len());
        assert_eq!(rows(&simulator, other.clone()), expected, "{other}");
    };
    filtered(json!({ "contentType": "Course,Assessment" }), &|row| {
        row["contentType"] == "Course" || row["contentType"] == "Assessment"
    });
    filtered(json!({ "status": "COMPLETED" }), &|row| row["status"] == "Completed");
    filtered(json!({ "locale": "fr" }), &|row| row["languageCode"] == "fr-FR");
    let name = simulator.world().audience_names()[2].clone();
    filtered(json!({ "audience": name }), &|row| {
        row["audience"].as_str().unwrap().split("; ").any(|audience| audience == name)
    });
    assert_eq!(rows(&simulator, json!({ "audience": "ALL" })), all);
}

#[test]
fn rows_can_be_as_documented() {
    let quirks = Quirks { rows_as_documented: true, ..Quirks::default() };
    let simulator = start(Options { quirks, ..options() });
    let rows = rows(&simulator, json!({ "contentType": "Course,Video" }));
    let find = |name: &str| rows.iter().find_map(|row| row.get(name)).unwrap().clone();
    assert!(find("duration").is_u64() && find("highScore").is_u64());
    assert!(find("% ofVideoOrBook").is_string() && find("customAttributes").is_object());
    assert!(rows.iter().all(|row| row.get("costCenter").is_none()));
}
