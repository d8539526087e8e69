//! Plans against a simple model of the vendor.

use proptest::prelude::*;

use super::*;
use crate::{account::ObservedAccount, litmos::RULES};

const USER: &str = "u";

/// What the vendor makes of an effect (reference 5.2).
fn apply(there: &mut Observed, effect: &Effect) {
    match effect.clone() {
        Effect::Standing { team_id, user_id, part, change } => {
            let parts = there.standings.entry((team_id, user_id)).or_default();
            match (change, part) {
                (Change::Give, StandingPart::Member) => drop(parts.insert(part)),
                (Change::Give, _) => {
                    assert!(parts.contains(&StandingPart::Member), "only members are promoted");
                    parts.insert(part);
                }
                (Change::Take, StandingPart::Member) => parts.clear(),
                (Change::Take, _) => drop(parts.remove(&part)),
            }
        }
        Effect::Course { course_id, user_id, change: Change::Give } => {
            there.courses.insert((course_id, user_id));
        }
        Effect::Course { course_id, user_id, change: Change::Take } => {
            there.courses.remove(&(course_id, user_id));
        }
        Effect::LearningPath { learning_path_id, user_id, change: Change::Give } => {
            there.learning_paths.insert((learning_path_id, user_id));
        }
        Effect::LearningPath { learning_path_id, user_id, change: Change::Take } => {
            there.learning_paths.remove(&(learning_path_id, user_id));
        }
        Effect::Role { user_id, from, to } => {
            let account = there.accounts.get_mut(&user_id).unwrap();
            assert_eq!(account.role.replace(to), Some(from), "the role that was observed");
        }
        other => panic!("no grant does {other:?}"),
    }
}

fn after(there: &Observed, plan: &Plan) -> Observed {
    let mut then = there.clone();
    plan.effects.iter().for_each(|effect| apply(&mut then, effect));
    then.standings.retain(|_, parts| !parts.is_empty());
    then
}

fn has(there: &Observed, entitlement: &Entitlement) -> bool {
    match entitlement {
        Entitlement::Team { team_id, level } => there.stands(team_id, USER, level.part()),
        Entitlement::Role { name } => there.role_of(USER) == Some(name),
        other => assigned(USER, other, there),
    }
}

fn with_role(role: &str) -> Observed {
    let mut there = Observed::default();
    there.saw(ObservedAccount {
        user_id: USER.into(),
        role: Some(role.into()),
        active: Some(true),
        ..ObservedAccount::default()
    });
    there
}

fn observed() -> impl Strategy<Value = Observed> {
    let role = prop::sample::select(vec!["Learner", "Administrator", "Account_Owner", "Custom"]);
    (role, any::<[bool; 5]>()).prop_map(|(role, [member, leader, admin, course, path])| {
        let mut there = with_role(role);
        let parts = [(leader, StandingPart::Leader), (admin, StandingPart::Admin)];
        if member {
            let promoted = parts.into_iter().filter_map(|(is, part)| is.then_some(part));
            let parts = promoted.chain([StandingPart::Member]).collect();
            there.standings.insert(("t".into(), USER.into()), parts);
        }
        if course {
            there.courses.insert(("c".into(), USER.into()));
        }
        if path {
            there.learning_paths.insert(("l".into(), USER.into()));
        }
        there
    })
}

fn entitlement() -> impl Strategy<Value = Entitlement> {
    let texts = vec![
        "team:t:member",
        "team:t:leader",
        "team:t:admin",
        "course:c:assigned",
        "learning_path:l:assigned",
        "role:Learner",
        "role:Administrator",
        "role:Account_Owner",
    ];
    prop::sample::select(texts).prop_map(|text| Entitlement::try_from(text.to_owned()).unwrap())
}

proptest! {
    #[test]
    fn a_grant_gives_and_its_end_restores(there in observed(), what in entitlement()) {
        let Ok(plan) = grant(USER, &what, &there, &RULES.roles) else {
            // Only a role can be refused, and then it is not below the one that is granted.
            let is_role = matches!(what, Entitlement::Role { .. });
            prop_assert!(is_role);
            return Ok(());
        };
        let then = after(&there, &plan);
        prop_assert!(has(&then, &what));
        prop_assert_eq!(grant(USER, &what, &then, &RULES.roles).unwrap(), Plan::default(), "nothing twice");
        let end = expire(USER, &what, &plan.added, &then, &RULES.roles).unwrap();
        prop_assert_eq!(after(&then, &end), there.clone(), "what was there before");
        let nothing = expire(USER, &what, &plan.added, &there, &RULES.roles).unwrap();
        prop_assert!(has(&there, &what) || nothing.effects.is_empty(), "and it ends once");
    }

    #[test]
    fn a_revocation_takes_and_nothing_twice(there in observed(), what in entitlement()) {
        let plan = revoke(USER, &what, &there, &RULES.roles).unwrap();
        let then = after(&there, &plan);
        let least = Entitlement::Role { name: RULES.roles.least.into() };
        prop_assert!(what == least || !has(&then, &what));
        prop_assert_eq!(revoke(USER, &what, &then, &RULES.roles).unwrap(), Plan::default());
    }

    /// What the principal had before a grant stays when the grant ends, whatever came between.
    #[test]
    fn an_end_takes_nothing_that_was_not_added(
        there in observed(), what in entitlement(), between in observed(),
    ) {
        let Ok(plan) = grant(USER, &what, &there, &RULES.roles) else { return Ok(()) };
        let end = expire(USER, &what, &plan.added, &between, &RULES.roles).unwrap();
        let takes_more = end.effects.iter().any(|effect| match effect {
            Effect::Standing { part, .. } => !plan.added.added.contains(&(*part).into()),
            Effect::Role { to, .. } => plan.added.before.as_ref() != Some(to),
            _ => !plan.added.added.contains(&Part::Assigned),
        });
        prop_assert!(!takes_more);
    }
}

#[test]
fn a_role_is_never_lowered_by_a_grant_and_never_guessed() {
    let granted = |from: &str, to: &str| {
        grant(USER, &Entitlement::Role { name: to.into() }, &with_role(from), &RULES.roles)
            .map(|plan| plan.effects.len())
            .map_err(|refused| refused.code())
    };
    assert_eq!(granted("Learner", "Administrator"), Ok(1));
    assert_eq!(granted("Team_Leader", "Administrator"), Ok(1));
    assert_eq!(granted("Administrator", "Administrator"), Ok(0));
    assert_eq!(granted("Administrator", "Learner"), Err("would_demote"));
    assert_eq!(granted("Team_Leader", "Learner"), Err("would_demote"));
    assert_eq!(granted("Super_Admin", "Administrator"), Err("would_demote"));
    assert_eq!(granted("Learner", "Team_Leader"), Err("role_of_teams"));
    let learner = Entitlement::Role { name: "Learner".into() };
    let nobody = grant(USER, &learner, &Observed::default(), &RULES.roles);
    assert_eq!(nobody, Err(Unplannable::RoleUnknown));
}

/// The vendor lists the leaders only whose accounts may be used.
#[test]
fn what_may_be_there_unseen_is_taken_and_not_given() {
    let leader = Entitlement::try_from("team:t:leader".to_owned()).unwrap();
    let added = Added { added: [Part::Leader].into(), before: None };
    let with_it = Added { added: [Part::Leader, Part::Member].into(), before: None };
    for (role, member, unseen) in [
        ("Team_Leader", true, true),
        ("Administrator", true, true),
        // Whoever leads anything has another role, and nobody leads a team without being in it.
        ("Learner", true, false),
        ("Administrator", false, false),
    ] {
        let mut there = with_role(role);
        there.accounts.get_mut(USER).unwrap().active = Some(false);
        if member {
            there.standings.insert(("t".into(), USER.into()), [StandingPart::Member].into());
        }
        let actions = |plan: Plan| -> Vec<_> {
            plan.effects.iter().map(|effect| effect.note().action).collect()
        };
        let demotes: &[&str] = if unseen { &["demote_team_leader"] } else { &[] };
        let roles = &RULES.roles;
        let when = format!("{role}, member: {member}");
        assert_eq!(actions(revoke(USER, &leader, &there, roles).unwrap()), demotes, "{when}");
        let end = expire(USER, &leader, &added, &there, roles).unwrap();
        assert_eq!(actions(end), demotes, "{when}");
        let end = expire(USER, &leader, &with_it, &there, roles).unwrap();
        let removes: &[&str] = if member { &["remove_team_member"] } else { &[] };
        assert_eq!(actions(end), removes, "it goes with the membership: {when}");
        let given = grant(USER, &leader, &there, roles).unwrap().effects;
        let refused = check_given(&given, &there, roles).err().map(|refused| refused.code());
        assert_eq!(refused, unseen.then_some("account_inactive"), "{when}");
    }
}

/// The effect tells the role that was observed, and the one that is written is the vendor's.
#[test]
fn roles_compare_as_the_vendor_compares_them() {
    let what = |name: &str| Entitlement::Role { name: name.into() };
    let roles = &RULES.roles;
    let changes = |plan: Result<Plan, Unplannable>| -> Vec<(String, String)> {
        let pair = |effect| match effect {
            Effect::Role { from, to, .. } => (from, to),
            other => panic!("{other:?}"),
        };
        plan.unwrap().effects.into_iter().map(pair).collect()
    };
    let change = |from: &str, to: &str| vec![(from.to_owned(), to.to_owned())];
    let added = Added { added: [Part::Role].into(), before: Some("Learner".into()) };
    for there in ["administrator", "Administrator", "ADMINISTRATOR"] {
        let (seen, name) = (with_role(there), what("Administrator"));
        assert_eq!(changes(grant(USER, &name, &seen, roles)), [], "{there}");
        assert_eq!(changes(revoke(USER, &name, &seen, roles)), change(there, "Learner"));
        let end = expire(USER, &name, &added, &seen, roles);
        assert_eq!(changes(end), change(there, "Learner"));
        let gone = Added { before: Some(there.into()), ..added.clone() };
        assert_eq!(changes(expire(USER, &name, &gone, &seen, roles)), [], "{there}");
    }
    for learner in ["learner", "Learner"] {
        let (seen, least) = (with_role(learner), what("Learner"));
        assert_eq!(changes(grant(USER, &least, &seen, roles)), []);
        assert_eq!(changes(revoke(USER, &least, &seen, roles)), []);
        let raised = grant(USER, &what("Administrator"), &seen, roles);
        assert_eq!(changes(raised), change(learner, "Administrator"));
    }
    for leader in ["team_leader", "TEAM_LEADER"] {
        let given = grant(USER, &what(leader), &with_role("Learner"), roles);
        let taken = revoke(USER, &what(leader), &with_role("Team_Leader"), roles);
        let codes = [given, taken].map(|refused| refused.unwrap_err().code());
        assert_eq!(codes, ["role_of_teams"; 2], "{leader}");
    }
}
