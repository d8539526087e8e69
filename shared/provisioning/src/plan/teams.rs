//! Making, changing and removing teams, and making one have certain members.

use std::collections::BTreeSet;

use super::{Part, Plan, Unplannable};
use crate::{
    Door, Hold, RequestId,
    effect::{Change, Effect, StandingPart, TeamField},
    observed::ObservedTeam,
};

/// What making a team has to do.
#[must_use]
pub fn create_team(name: &str, parent_team_id: Option<&str>) -> Plan {
    let parent_team_id = parent_team_id.map(str::to_owned);
    Plan::of(vec![Effect::CreateTeam { name: name.to_owned(), parent_team_id }])
}

/// What changing a team has to do: only what is told and differs.
///
/// `above`: the teams above the wanted parent.
///
/// # Errors
/// If it would be its own parent, or the parent of one above it.
pub fn update_team(
    there: &ObservedTeam,
    name: Option<&str>,
    parent_team_id: Option<&str>,
    above: &BTreeSet<String>,
) -> Result<Plan, Unplannable> {
    if parent_team_id == Some(there.team_id.as_str()) {
        return Err(Unplannable::ParentOfItself);
    }
    if above.contains(&there.team_id) {
        return Err(Unplannable::ParentBelowItself);
    }
    let told = [
        (TeamField::Name, &there.name, name),
        (TeamField::Parent, &there.parent_team_id, parent_team_id),
    ];
    let changed = told.into_iter().filter_map(|(field, from, to)| {
        let to = to.filter(|to| from.as_deref() != Some(*to))?.to_owned();
        let (team_id, from) = (there.team_id.clone(), from.clone());
        Some(Effect::TeamField { team_id, field, from, to })
    });
    Ok(Plan::of(changed.collect()))
}

/// What removing a team has to do.
///
/// # Errors
/// If there are teams below it.
pub fn delete_team(there: &ObservedTeam, has_subteams: bool) -> Result<Plan, Unplannable> {
    if has_subteams {
        return Err(Unplannable::HasSubteams);
    }
    let (team_id, name) = (there.team_id.clone(), there.name.clone());
    Ok(Plan::of(vec![Effect::DeleteTeam { team_id, name }]))
}

/// What making a team have these members has to do, and no other one who is removable. The new ones
/// come first: should the rest have to wait, nobody is missing.
#[must_use]
pub fn set_team_members(
    team_id: &str,
    there: &BTreeSet<String>,
    wanted: &BTreeSet<String>,
    removable: &BTreeSet<String>,
) -> Plan {
    let change = |user_id: &String, change| Effect::Standing {
        team_id: team_id.to_owned(),
        user_id: user_id.clone(),
        part: StandingPart::Member,
        change,
    };
    let added = wanted.difference(there).map(|user| change(user, Change::Give));
    let unwanted = there.difference(wanted).filter(|user| removable.contains(*user));
    let removed = unwanted.map(|user| change(user, Change::Take));
    Plan::of(added.chain(removed).collect())
}

/// Whom a door has brought into a team, by what is held of it: who is a member by a request of the
/// door's, and has nothing in the team by anybody else's.
#[must_use]
pub fn brought_by(door: Door, held: &[Hold]) -> BTreeSet<String> {
    let is_own = |hold: &&Hold| {
        RequestId::parse(&hold.request_id).is_some_and(|id| Door::of(&id) == Some(door))
    };
    let others: BTreeSet<_> =
        held.iter().filter(|hold| !is_own(hold)).map(|hold| &hold.user_id).collect();
    let brought =
        held.iter().filter(is_own).filter(|hold| hold.given.added.contains(&Part::Member));
    let brought = brought.map(|hold| &hold.user_id).filter(|user| !others.contains(user));
    brought.cloned().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn team() -> ObservedTeam {
        let parent_team_id = Some("p".to_owned());
        ObservedTeam { team_id: "t".into(), name: Some("North".into()), parent_team_id }
    }

    #[test]
    fn only_what_differs_is_changed() {
        let changed = |name, parent| {
            let above = ["a", if parent == Some("below") { "t" } else { "b" }];
            let above = above.map(str::to_owned).into();
            let plan =
                update_team(&team(), name, parent, &above).map_err(|refused| refused.code())?;
            Ok(plan.effects.iter().map(|effect| effect.note().detail["to"].clone()).collect())
        };
        assert_eq!(changed(Some("North"), Some("p")), Ok(vec![]));
        assert_eq!(changed(Some("South"), None), Ok(vec!["South".into()]));
        assert_eq!(changed(Some("South"), Some("q")), Ok(vec!["South".into(), "q".into()]));
        assert_eq!(changed(None, Some("t")), Err("invalid_request"));
        assert_eq!(changed(None, Some("below")), Err("invalid_request"));
    }

    /// By which requests of which levels somebody is in the team, and what these added.
    #[test]
    fn a_door_has_brought_whom_nobody_else_holds_there() {
        use crate::{Entitlement, TeamLevel, plan::Added};
        let member = &[Part::Member][..];
        let both = &[Part::Member, Part::Leader][..];
        for (of_user, brought) in [
            (&[("scim.a.1", TeamLevel::Member, member)][..], true),
            (&[("scim.b.2", TeamLevel::Leader, both)], true),
            (&[("scim.a.1", TeamLevel::Member, member), ("scim.a.2", TeamLevel::Admin, &[])], true),
            (&[("scim.a.1", TeamLevel::Member, &[])], false),
            (&[("scim.a.1", TeamLevel::Leader, &[Part::Leader])], false),
            (&[("scim.a.1", TeamLevel::Member, member), ("req-1", TeamLevel::Leader, &[])], false),
            (&[("req-1", TeamLevel::Member, member)], false),
            (&[("scimx", TeamLevel::Member, member)], false),
            (&[("c1.1", TeamLevel::Member, member)], false),
            (&[], false),
        ] {
            let held = of_user.iter().map(|(id, level, added)| Hold {
                user_id: "ana".into(),
                entitlement: Entitlement::Team { team_id: "t".into(), level: *level },
                request_id: (*id).into(),
                given: Added { added: added.iter().copied().collect(), before: None },
                expires_at: None,
            });
            let held: Vec<_> = held.collect();
            assert_eq!(brought_by(Door::Scim, &held).contains("ana"), brought, "{of_user:?}");
        }
    }

    #[test]
    fn a_team_with_teams_below_is_not_removed() {
        assert_eq!(delete_team(&team(), true), Err(Unplannable::HasSubteams));
        assert_eq!(delete_team(&team(), false).unwrap().effects.len(), 1);
    }

    proptest! {
        #[test]
        fn an_update_makes_what_is_told_so_and_nothing_else(
            there in ["[ab]", "[pqt]"], name in prop::option::of("[ab]"),
            parent in prop::option::of("[pqt]"),
        ) {
            let [was, above] = there.map(Some);
            let there =
                ObservedTeam { team_id: "t".into(), name: was, parent_team_id: above };
            let (name, parent) = (name.as_deref(), parent.as_deref());
            let nothing = BTreeSet::new();
            let Ok(plan) = update_team(&there, name, parent, &nothing) else {
                prop_assert_eq!(parent, Some("t"));
                return Ok(());
            };
            let mut then = there.clone();
            for effect in plan.effects {
                let Effect::TeamField { field, from, to, .. } = effect else { panic!("{effect:?}") };
                let field = match field {
                    TeamField::Name => &mut then.name,
                    TeamField::Parent => &mut then.parent_team_id,
                };
                prop_assert!(from.as_deref() != Some(&*to), "nothing in vain");
                prop_assert_eq!(field.replace(to), from, "what was observed");
            }
            prop_assert_eq!(then.name.as_deref(), name.or(there.name.as_deref()));
            let above = parent.or(there.parent_team_id.as_deref());
            prop_assert_eq!(then.parent_team_id.as_deref(), above);
            prop_assert_eq!(update_team(&then, name, parent, &nothing).unwrap(), Plan::default());
        }

        #[test]
        fn a_team_gets_who_is_wanted_and_loses_who_is_not_and_removable(
            there in prop::collection::btree_set("[a-f]", 0..6),
            wanted in prop::collection::btree_set("[a-f]", 0..6),
            removable in prop::collection::btree_set("[a-f]", 0..6),
        ) {
            let mut then = there.clone();
            for effect in set_team_members("t", &there, &wanted, &removable).effects {
                let Effect::Standing { user_id, change, .. } = effect else { panic!("{effect:?}") };
                let changed = match change {
                    Change::Give => then.insert(user_id),
                    Change::Take => then.remove(&user_id),
                };
                prop_assert!(changed, "nothing in vain");
            }
            let stays = there.difference(&removable).cloned();
            prop_assert_eq!(&then, &wanted.iter().cloned().chain(stays).collect());
            let again = set_team_members("t", &then, &wanted, &removable);
            prop_assert_eq!(again, Plan::default());
        }
    }
}
