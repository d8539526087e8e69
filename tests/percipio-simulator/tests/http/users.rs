//! Reading accounts.

use std::collections::HashSet;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use percipio_simulator::{Moving, Options, Quirks, Total, Way};
use serde_json::{Value, json};

use crate::client::{start, texts, users};

#[test]
fn the_list_has_a_stable_order_and_says_how_long_it_is_on_every_page() {
    let simulator = start(Options::default());
    let first = users(&simulator, "users?max=150");
    let second = users(&simulator, "users?max=150&offset=150");
    let past = users(&simulator, "users?offset=200");
    assert_eq!([&first, &second, &past].map(|page| page.total()), [Some(200); 3]);
    assert_eq!(past.rows(), [] as [Value; 0]);
    let ids = [first.rows(), second.rows()].concat();
    assert_eq!(texts(&ids, "id"), simulator.world().user_ids());
    let odd = users(&simulator, "users?max=2&offset=1").rows();
    assert_eq!(odd, first.rows()[1..3]);
    assert_eq!(users(&simulator, "users").rows().len(), 200, "1000 are the default");
}

#[test]
fn what_cannot_be_a_page_is_400() {
    let simulator = start(Options::default());
    for query in
        ["max=0", "max=1001", "max=x", "offset=-1", "updatedSince=soon", "updatedSince=2025-06-01"]
    {
        assert_eq!(users(&simulator, &format!("users?{query}")).status, 400, "{query}");
    }
}

#[test]
fn an_account_has_every_field_and_every_custom_attribute() {
    let simulator = start(Options::default());
    let rows = users(&simulator, "users").rows();
    let fields = "id externalUserId email isActive loginName firstName lastName role updatedAt \
                  jobTitle jobRole approvalManager directHrManager customAttributes isInstructor \
                  hasCoaching hasEnterpriseCoaching hasEnterpriseCoachingDashboard isLXDCreator \
                  isLXDPublisher";
    let fields: HashSet<&str> = fields.split_whitespace().collect();
    let known = simulator.world().attribute_names();
    assert!(known.is_sorted() && known.len() == 6);
    for row in &rows {
        let names: HashSet<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, fields);
        let attributes = row["customAttributes"].as_array().unwrap();
        assert_eq!(texts(attributes, "name"), known);
        let updated = row["updatedAt"].as_str().unwrap();
        assert_eq!((updated.len(), updated.ends_with('Z')), (27, true));
        assert!(row["email"].is_null() || row["email"].is_string());
    }
    let values = rows.iter().flat_map(|row| row["customAttributes"].as_array().unwrap());
    let values: HashSet<_> = values.map(|attribute| attribute["value"].as_str()).collect();
    assert!(values.contains(&None) && values.contains(&Some("0017")));
    let count = |of: &dyn Fn(&Value) -> bool| rows.iter().filter(|row| of(row)).count();
    assert!(count(&|row| row["isActive"] == false) > 5);
    assert!(count(&|row| row["loginName"].is_null()) > 5);
    assert!(count(&|row| row["approvalManager"] == json!({})) > 20);
    let managed = rows.iter().find(|row| row["approvalManager"] != json!({})).unwrap();
    let manager = &managed["approvalManager"];
    let boss = rows.iter().find(|row| row["id"] == manager["id"]).unwrap();
    assert_eq!(manager["externalId"], boss["externalUserId"]);
    assert_eq!(manager["email"], boss["email"]);
    let roles: HashSet<_> = texts(&rows, "role").into_iter().collect();
    assert!(roles.contains("REGIONAL_TRAINING_ADMIN") && roles.contains("LEARNER"));
}

#[test]
fn an_account_is_found_by_each_of_its_keys_in_any_case() {
    let simulator = start(Options::default());
    let rows = users(&simulator, "users").rows();
    for row in &rows[..40] {
        let get = |kind: &str, key: &Value| {
            let key = key.as_str().unwrap().to_uppercase();
            let key = utf8_percent_encode(&key, NON_ALPHANUMERIC);
            users(&simulator, &format!("users/{kind}{key}")).json()
        };
        assert_eq!(get("", &row["id"]), *row);
        assert_eq!(get("external-user-id/", &row["externalUserId"]), *row);
        for (kind, field) in [
            ("login-name/", "loginName"),
            ("login-name-or-email/", "loginName"),
            ("login-name-or-email/", "email"),
        ] {
            assert!(row[field].is_null() || get(kind, &row[field]) == *row);
        }
    }
    for rest in ["users/nobody", "users/external-user-id/E1", "users/login-name/ana@example.com"] {
        assert_eq!(users(&simulator, rest).status, 404, "{rest}");
    }
    simulator.set_quirks(Quirks { lookups_ignore_case: false, ..Quirks::default() });
    let status = |key: &str| users(&simulator, &format!("users/external-user-id/{key}")).status;
    assert_eq!((status("E100001"), status("e100001")), (200, 404));
}

#[test]
fn erased_accounts_are_gone_unless_the_switch_says_otherwise() {
    let simulator = start(Options::default());
    let victim = simulator.world().user_ids()[4].clone();
    assert!(simulator.world().erase_user(&victim));
    assert_eq!(simulator.world().erased_user_ids().len(), 4);
    assert_eq!(users(&simulator, "users").total(), Some(199));
    assert_eq!(users(&simulator, &format!("users/{victim}")).status, 404);
    simulator.set_quirks(Quirks { erased_users_listed: true, ..Quirks::default() });
    assert_eq!(users(&simulator, "users").total(), Some(203));
    let row = users(&simulator, &format!("users/{victim}")).json();
    assert!(row["externalUserId"].as_str().unwrap().starts_with("obfuscated_"));
}

#[test]
fn updated_since_shows_what_has_changed_since() {
    let simulator = start(Options::default());
    let rows = users(&simulator, "users").rows();
    let mut days = texts(&rows, "updatedAt");
    days.sort_unstable();
    let since = |at: &str| users(&simulator, &format!("users?updatedSince={at}"));
    assert_eq!(since(&days[150]).rows().len(), 50);
    assert_eq!(since(&days[150]).total(), Some(50));
    assert_eq!(since("2025-06-01T00:00:00Z").rows().len(), 0);
    let id = simulator.world().user_ids()[7].clone();
    assert!(simulator.world().set_active(&id, false));
    assert_eq!(texts(&since("2025-06-01T00:00:00Z").rows(), "id"), [id]);
    simulator.set_quirks(Quirks { updated_since_exclusive: true, ..Quirks::default() });
    assert_eq!(since(&days[150]).rows().len(), 50, "one changed, one at the bound left out");
}

#[test]
fn the_number_can_be_wrong_or_missing_and_pages_can_be_capped() {
    let simulator = start(Options::default());
    let page = |quirks| {
        simulator.set_quirks(quirks);
        let page = users(&simulator, "users");
        (page.rows().len(), page.total())
    };
    let quirks = Quirks::default;
    assert_eq!(page(Quirks { user_total: Total::Absent, ..quirks() }), (200, None));
    assert_eq!(page(Quirks { user_total: Total::OffBy(-7), ..quirks() }), (200, Some(193)));
    assert_eq!(page(Quirks { page_cap: Some(30), ..quirks() }), (30, Some(200)));
}

#[test]
fn accounts_can_move_while_they_are_read() {
    let simulator = start(Options::default());
    let walk = |way| {
        let moving_users = Some(Moving { every_pages: 1, rows: 5, way });
        simulator.set_quirks(Quirks { moving_users, ..Quirks::default() });
        let mut rows = Vec::new();
        loop {
            let page = users(&simulator, &format!("users?max=50&offset={}", rows.len()));
            rows.extend(page.rows());
            if rows.len() >= page.total().unwrap() {
                let distinct: HashSet<_> = texts(&rows, "id").into_iter().collect();
                return (rows.len(), distinct.len());
            }
        }
    };
    let (read, distinct) = walk(Way::Back);
    assert!(read > 200 && distinct == 200);
    assert_eq!(walk(Way::Ahead), (200, 185));
}

#[test]
fn an_organisation_with_sso_has_no_login_names_and_older_answers_lack_switches() {
    let quirks = Quirks { login_names: false, lxd_flags: false, ..Quirks::default() };
    let simulator = start(Options { quirks, ..Options::default() });
    let rows = users(&simulator, "users").rows();
    assert!(rows.iter().all(|row| row["loginName"].is_null() && row.get("isLXDCreator").is_none()));
    assert!(rows.iter().all(|row| row.get("isInstructor").is_some()));
}
