use serde_json::json;

use super::*;
use crate::litmos::RULES;

fn there() -> ObservedAccount {
    ObservedAccount {
        user_id: "u".into(),
        user_name: Some("ana@example.org".into()),
        first_name: Some("Ana".into()),
        last_name: Some("Diaz".into()),
        email: Some("ana@example.org".into()),
        role: Some("Learner".into()),
        active: Some(true),
        manager_id: Some("m".into()),
        attributes: BTreeMap::from([
            ("CustomField1".to_owned(), json!("Berlin")),
            ("CustomField2".to_owned(), json!(null)),
            ("DisableMessages".to_owned(), json!(false)),
        ]),
    }
}

fn told(change: impl FnOnce(&mut Account)) -> Account {
    let mut account = Account::default();
    change(&mut account);
    account
}

fn attribute(name: &str, value: &str) -> Account {
    told(|account| drop(account.attributes.insert(name.into(), value.into())))
}

#[test]
fn only_what_is_told_and_differs_is_changed() {
    let effects = |account: &Account, manager| {
        let plan = update_account(&there(), account, manager, &RULES.roles).unwrap();
        let short = |effect: &Effect| {
            let note = effect.note();
            let (field, to) = (&note.detail["field"], &note.detail["to"]);
            format!("{} {} {}", note.action, field.as_str().unwrap_or("-"), to)
        };
        plan.effects.iter().map(short).collect::<Vec<_>>()
    };
    let same = Account {
        user_name: Some("ana@example.org".into()),
        role: Some("Learner".into()),
        active: Some(true),
        attributes: BTreeMap::from([
            ("customfield1".into(), "Berlin".into()),
            ("CustomField2".into(), String::new()),
            ("DisableMessages".into(), "false".into()),
        ]),
        ..Account::default()
    };
    assert!(effects(&same, Some("m")).is_empty());
    for (account, manager, expected) in [
        (
            told(|account| account.first_name = Some("Anna".into())),
            None,
            r#"set_field first_name "Anna""#,
        ),
        (
            told(|account| account.email = Some("a@b.org".into())),
            None,
            r#"set_field email "a@b.org""#,
        ),
        (
            told(|account| account.role = Some("Administrator".into())),
            None,
            r#"set_role - "Administrator""#,
        ),
        (told(|account| account.active = Some(false)), None, "set_active - null"),
        (Account::default(), Some("n"), r#"set_field manager_id "n""#),
        (attribute("customFIELD1", "Rome"), None, r#"set_field attributes.CustomField1 "Rome""#),
        (attribute("CustomField1", ""), None, r#"set_field attributes.CustomField1 """#),
        (attribute("DisableMessages", "true"), None, "set_field attributes.DisableMessages true"),
    ] {
        assert_eq!(effects(&account, manager), [expected]);
    }
}

/// Of two names that differ in case only, the one that is told to the letter.
#[test]
fn an_attribute_is_the_one_that_is_named() {
    for told in ["jobTitle", "JobTitle"] {
        let mut there = there();
        for name in ["JobTitle", "jobTitle"] {
            there.attributes.insert(name.into(), json!(null));
        }
        let plan = update_account(&there, &attribute(told, "x"), None, &RULES.roles).unwrap();
        assert_eq!(plan.effects[0].note().detail["field"], format!("attributes.{told}"));
    }
}

#[test]
fn what_cannot_be_set_is_named() {
    let refused = |account: &Account| {
        update_account(&there(), account, None, &RULES.roles)
            .map(|plan| plan.effects.len())
            .map_err(|refused| refused.to_string())
    };
    let unknown = refused(&attribute("Department", "x")).unwrap_err();
    assert!(unknown.starts_with("account.attributes.Department is no attribute"), "{unknown}");
    let switch = refused(&attribute("DisableMessages", "yes")).unwrap_err();
    assert!(switch.starts_with("account.attributes.DisableMessages must be"), "{switch}");
    let role = told(|account| account.role = Some("Team_Leader".into()));
    assert_eq!(refused(&role).unwrap_err(), Unplannable::RoleOfTeams("Team_Leader").to_string());
}

#[test]
fn a_new_account_needs_what_the_vendor_needs() {
    let blank = there().attributes;
    let whole = Account {
        user_name: Some("bo.nomail".into()),
        last_name: Some("Nomail".into()),
        attributes: BTreeMap::from([("customfield2".into(), "x".into())]),
        ..Account::default()
    };
    let plan = create_account(&whole, Some("m"), &blank, &RULES).unwrap();
    let detail = json!({
        "user_name": "bo.nomail", "role": "Learner", "active": true,
        "fields": {"last_name": "Nomail", "manager_id": "m", "attributes.CustomField2": "x"},
    });
    assert_eq!(plan.effects[0].note().detail, detail);
    let without = |change: fn(&mut Account)| {
        let mut account = whole.clone();
        change(&mut account);
        create_account(&account, None, &blank, &RULES)
            .map(|_| ())
            .map_err(|refused| refused.to_string())
    };
    for (change, begins) in [
        ((|account| account.last_name = None) as fn(&mut Account), "account.last_name"),
        (|account| account.user_name = Some("abc".into()), "account.user_name"),
        (|account| account.user_name = Some("bo@example.org".into()), "account.email"),
        (|account| account.role = Some("Team_Leader".into()), "Team_Leader"),
        (|account| drop(account.attributes.insert("X".into(), "y".into())), "account.attributes.X"),
    ] {
        let refused = without(change).unwrap_err();
        assert!(refused.starts_with(begins), "{refused}");
    }
}
