use proptest::prelude::*;
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
        role: Some("LEARNER".into()),
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

/// Writing the least role over it does nothing: it is what is there already, but for the team.
#[test]
fn what_comes_from_a_team_is_not_written_away() {
    let mut there = there();
    there.role = Some("Team_Leader".into());
    let to = |role: &str| {
        let told = told(|account| account.role = Some(role.into()));
        update_account(&there, &told, None, &RULES.roles).map(|plan| plan.effects.len())
    };
    assert_eq!(to("Learner"), Err(Unplannable::RoleGoesWithTeams("Team_Leader")));
    assert_eq!(to("Learner").unwrap_err().code(), "role_of_teams");
    assert_eq!(to("learner").unwrap_err().code(), "role_of_teams");
    assert_eq!(to("Team_Leader"), Ok(0));
    assert_eq!(to("team_leader"), Ok(0));
    assert_eq!(to("Administrator"), Ok(1));
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
        (|account| account.role = Some("team_leader".into()), "Team_Leader"),
        (|account| drop(account.attributes.insert("X".into(), "y".into())), "account.attributes.X"),
    ] {
        let refused = without(change).unwrap_err();
        assert!(refused.starts_with(begins), "{refused}");
    }
}

/// What the vendor makes of an effect on an account (reference 5.1).
fn apply(there: &mut ObservedAccount, effect: &Effect) {
    match effect.clone() {
        Effect::Role { from, to, .. } => {
            assert_eq!(there.role.as_ref(), Some(&from), "the role that was observed");
            // Of a leader's role only what lies under it can be written.
            let leads = from == "Team_Leader" && to == "Learner";
            there.role = Some(if leads { from } else { to });
        }
        Effect::Active { active, .. } => there.active = Some(active),
        Effect::Field { field, to, .. } => {
            let text = to.as_str().map(str::to_owned);
            match field {
                AccountField::UserName => there.user_name = text,
                AccountField::FirstName => there.first_name = text,
                AccountField::LastName => there.last_name = text,
                AccountField::Email => there.email = text,
                AccountField::Manager => there.manager_id = text,
                AccountField::Attribute(name) => {
                    let known = there.attributes.insert(name, to);
                    assert!(known.is_some(), "no attribute is made up");
                }
            }
        }
        other => panic!("no update does {other:?}"),
    }
}

/// Whether an account is as a request tells it.
fn is_as_told(there: &ObservedAccount, told: &Account, manager_id: Option<&str>) -> bool {
    let told_or_there = [
        (&told.user_name, &there.user_name),
        (&told.first_name, &there.first_name),
        (&told.last_name, &there.last_name),
        (&told.email, &there.email),
        (&told.role, &there.role),
        (&manager_id.map(str::to_owned), &there.manager_id),
    ];
    let attributes = told.attributes.iter().all(|(name, told)| match &there.attributes[name] {
        Value::Bool(is) => is.to_string() == *told,
        Value::Null => told.is_empty(),
        is => is == told.as_str(),
    });
    told_or_there.iter().all(|(told, there)| told.is_none() || told == there)
        && told.active.is_none_or(|active| there.active == Some(active))
        && attributes
}

fn text() -> impl Strategy<Value = Option<String>> {
    prop::option::of("[ab]").prop_map(|text| text.map(|text| text + "@example.org"))
}

fn role() -> impl Strategy<Value = String> {
    let roles = ["Learner", "Team_Leader", "Administrator", "Account_Owner", "Custom"];
    prop::sample::select(roles.to_vec()).prop_map(str::to_owned)
}

prop_compose! {
    fn observed()(
        names in [text(), text(), text(), text(), text()], role in role(),
        active in prop::option::of(any::<bool>()),
        (city, switch) in (prop_oneof![Just(json!(null)), Just(json!("")), Just(json!("a"))], any::<bool>()),
    ) -> ObservedAccount {
        let [user_name, first_name, last_name, email, manager_id] = names;
        let attributes = [("City".to_owned(), city), ("Switch".to_owned(), json!(switch))].into();
        let role = Some(role);
        ObservedAccount {
            user_id: "u".into(),
            user_name, first_name, last_name, email, role, active, manager_id, attributes,
        }
    }
}

prop_compose! {
    fn wanted()(
        names in [text(), text(), text(), text()], role in prop::option::of(role()),
        active in prop::option::of(any::<bool>()),
        city in prop::option::of("[ab]?"), switch in prop::option::of(any::<bool>()),
    ) -> Account {
        let [user_name, first_name, last_name, email] = names;
        let city = city.map(|city| ("City".to_owned(), city));
        let switch = switch.map(|switch| ("Switch".to_owned(), switch.to_string()));
        let attributes = city.into_iter().chain(switch).collect();
        Account { user_name, first_name, last_name, email, role, active, manager: None, attributes }
    }
}

proptest! {
    #[test]
    fn an_update_makes_what_is_told_so_and_nothing_else(
        there in observed(), told in wanted(), manager in text(),
    ) {
        let manager = manager.as_deref();
        let Ok(plan) = update_account(&there, &told, manager, &RULES.roles) else {
            // Only a role can be refused here, and only one that comes or goes with a team.
            let role = told.role.as_deref();
            let from_team = there.role.as_deref() == Some("Team_Leader");
            prop_assert!(role == Some("Team_Leader") || (from_team && role == Some("Learner")));
            return Ok(());
        };
        let mut then = there.clone();
        plan.effects.iter().for_each(|effect| apply(&mut then, effect));
        prop_assert!(is_as_told(&then, &told, manager), "{:?}", plan);
        let again = update_account(&then, &told, manager, &RULES.roles).unwrap();
        prop_assert_eq!(again, Plan::default(), "nothing twice");
        let nothing = update_account(&there, &Account::default(), None, &RULES.roles).unwrap();
        prop_assert_eq!(nothing, Plan::default());
        if is_as_told(&there, &told, manager) {
            prop_assert_eq!(plan, Plan::default(), "nothing in vain");
        }
    }

    #[test]
    fn a_new_account_is_what_is_told(told in wanted(), manager in text()) {
        let blank = BTreeMap::from([("City".to_owned(), json!("")), ("Switch".to_owned(), json!(false))]);
        let manager = manager.as_deref();
        let Ok(plan) = create_account(&told, manager, &blank, &RULES) else {
            let lacks = told.user_name.is_none() || told.last_name.is_none() || told.email.is_none();
            prop_assert!(lacks || told.role.as_deref() == Some("Team_Leader"), "{:?}", told);
            return Ok(());
        };
        let [Effect::CreateAccount(new)] = &*plan.effects else { panic!("{plan:?}") };
        let mut then = ObservedAccount {
            user_id: "new".into(),
            user_name: Some(new.user_name.clone()),
            role: Some(new.role.clone()),
            active: Some(new.active),
            attributes: blank,
            ..ObservedAccount::default()
        };
        for (field, to) in new.fields.clone() {
            apply(&mut then, &Effect::Field { user_id: "new".into(), field, from: json!(null), to });
        }
        prop_assert!(is_as_told(&then, &told, manager), "{:?}", plan);
        prop_assert!(told.role.is_some() || new.role == RULES.roles.least);
        prop_assert!(told.active.is_some() || new.active);
        let update = update_account(&then, &told, manager, &RULES.roles).unwrap();
        prop_assert_eq!(update, Plan::default(), "it needs no change");
    }
}
