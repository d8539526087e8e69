use jiff::SignedDuration;

use super::*;
use crate::litmos::RULES;

const USER: &str = "u";

fn what(text: &str) -> Entitlement {
    Entitlement::try_from(text.to_owned()).unwrap()
}

fn at(hour: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour)
}

fn id(text: &str) -> RequestId {
    RequestId::parse(text).unwrap()
}

fn added(parts: &[Part]) -> Added {
    Added { added: parts.iter().copied().collect(), before: None }
}

fn raised(before: &str) -> Added {
    Added { added: [Part::Role].into(), before: Some(before.to_owned()) }
}

/// Grants one after the other: what, what it adds, when it ends.
fn after(grants: &[(&str, Added, Option<i64>)]) -> Holds {
    let steps = grants.iter().enumerate();
    steps.fold(Holds::new(), |holds, (index, (text, added, end))| {
        granted(&holds, USER, &what(text), &id(&format!("r{index}")), added, end.map(at))
    })
}

#[test]
fn what_was_there_before_is_not_held() {
    assert!(after(&[("team:t:member", Added::default(), Some(1))]).is_empty());
}

#[test]
fn the_last_grant_sets_the_end_and_takes_over_what_was_added() {
    let member = || added(&[Part::Member]);
    let longer = after(&[
        ("team:t:member", member(), Some(1)),
        ("team:t:member", Added::default(), Some(5)),
    ]);
    let hold = &longer[&what("team:t:member")];
    assert_eq!(hold.given, member());
    for (by, hour, due) in [("r0", 2, false), ("r0", 9, false), ("r1", 4, false), ("r1", 5, true)] {
        assert_eq!(hold.is_due(&id(by), at(hour)), due, "{by} at {hour}");
    }
    let lasting =
        after(&[("team:t:member", member(), Some(1)), ("team:t:member", Added::default(), None)]);
    assert!(!lasting[&what("team:t:member")].is_due(&id("r1"), at(99)));
}

#[test]
fn a_grant_that_is_told_twice_is_held_once() {
    let once = after(&[("team:t:leader", added(&[Part::Member, Part::Leader]), Some(1))]);
    let (entitlement, given) = (what("team:t:leader"), added(&[Part::Member, Part::Leader]));
    assert_eq!(granted(&once, USER, &entitlement, &id("r0"), &given, Some(at(1))), once);
}

#[test]
fn a_membership_lasts_as_long_as_somebody_needs_it() {
    let both = after(&[
        ("team:t:leader", added(&[Part::Member, Part::Leader]), Some(6)),
        ("team:t:member", Added::default(), Some(9)),
        ("team:other:member", added(&[Part::Member]), Some(9)),
    ]);
    let (taken, rest) = ended(&both, &what("team:t:leader"));
    assert_eq!(taken, added(&[Part::Leader]));
    let (taken, rest) = ended(&rest, &what("team:t:member"));
    assert_eq!(taken, added(&[Part::Member]));
    assert!(rest.keys().eq([&what("team:other:member")]));

    let (taken, rest) = ended(&both, &what("team:t:member"));
    assert_eq!(taken, Added::default(), "the leader needs it still");
    assert_eq!(ended(&rest, &what("team:t:leader")).0, added(&[Part::Member, Part::Leader]));
}

#[test]
fn what_has_ended_outside_is_held_no_more() {
    let held = after(&[
        ("team:t:leader", added(&[Part::Leader]), None),
        ("team:t:member", added(&[Part::Member]), None),
        ("team:s:leader", added(&[Part::Leader]), None),
        ("course:c:assigned", added(&[Part::Assigned]), None),
    ]);
    let gone = |parts: &[Part]| ended_outside(&held, &what("team:t:member"), &added(parts));
    assert_eq!(
        gone(&[Part::Member]),
        [what("team:t:leader")].into(),
        "no leader without membership"
    );
    assert!(gone(&[Part::Leader]).is_empty());
}

#[test]
fn whoever_is_a_member_for_good_keeps_the_end_of_what_is_there_besides() {
    let held = after(&[
        ("team:t:leader", added(&[Part::Member, Part::Leader]), Some(6)),
        ("team:t:admin", added(&[Part::Admin]), None),
        ("team:t:member", added(&[]), Some(9)),
        ("team:s:member", added(&[Part::Member]), None),
    ]);
    let left = member_for_good(&held, "t", &[StandingPart::Leader].into());
    let left: Vec<_> = left.values().map(|hold| (&hold.entitlement, &hold.given)).collect();
    let (other, leads) = (what("team:s:member"), what("team:t:leader"));
    let expected = [(&other, &added(&[Part::Member])), (&leads, &added(&[Part::Leader]))];
    assert_eq!(BTreeMap::from_iter(left), BTreeMap::from(expected));
}

#[test]
fn a_revocation_ends_what_hangs_on_it() {
    let all = after(&[
        ("team:t:leader", added(&[Part::Member, Part::Leader]), Some(6)),
        ("team:t:admin", added(&[Part::Admin]), None),
        ("course:c:assigned", added(&[Part::Assigned]), None),
    ]);
    let left = |text: &str| {
        let left = revoked(&all, &what(text), RULES.roles.least);
        left.values()
            .map(|hold| (hold.entitlement.to_string(), hold.given.clone()))
            .collect::<Vec<_>>()
    };
    let of = |text: &str, parts: &[Part]| (text.to_owned(), added(parts));
    let (admin, course) =
        (of("team:t:admin", &[Part::Admin]), of("course:c:assigned", &[Part::Assigned]));
    assert_eq!(left("team:t:member"), std::slice::from_ref(&course));
    let leader = of("team:t:leader", &[Part::Member]);
    assert_eq!(left("team:t:leader"), [leader, admin.clone(), course.clone()]);
    let whole = of("team:t:leader", &[Part::Member, Part::Leader]);
    assert_eq!(left("team:t:admin"), [whole.clone(), course]);
    assert_eq!(left("course:c:assigned"), [whole, admin]);
}

#[test]
fn a_role_never_falls_back_to_one_that_has_ended() {
    let two = after(&[
        ("role:Administrator", raised("Learner"), Some(1)),
        ("role:Account_Owner", raised("Administrator"), Some(2)),
    ]);
    let (taken, rest) = ended(&two, &what("role:Administrator"));
    assert_eq!(taken, raised("Learner"));
    assert_eq!(ended(&rest, &what("role:Account_Owner")).0, raised("Learner"));
    let rest = revoked(&two, &what("role:Administrator"), "LEARNER");
    assert_eq!(ended(&rest, &what("role:Account_Owner")).0, raised("LEARNER"));
}

#[test]
fn a_role_that_was_changed_outside_meanwhile_is_what_an_end_restores() {
    let again = after(&[
        ("role:Administrator", raised("Learner"), Some(1)),
        ("role:Administrator", raised("Team_Leader"), Some(2)),
    ]);
    assert_eq!(ended(&again, &what("role:Administrator")).0, raised("Team_Leader"));
    let kept = after(&[
        ("role:Administrator", raised("Learner"), Some(1)),
        ("role:Administrator", Added::default(), Some(2)),
    ]);
    assert_eq!(ended(&kept, &what("role:Administrator")).0, raised("Learner"));
}

/// Rollcall has not always written roles as the vendor does.
#[test]
fn a_role_is_held_once_in_whatever_spelling() {
    let old = || ("role:administrator", raised("Learner"), Some(1));
    let again = after(&[old(), ("role:Administrator", Added::default(), Some(2))]);
    assert!(again.keys().eq(&[what("role:Administrator")]), "{again:?}");
    assert_eq!(ended(&again, &what("role:Administrator")).0, raised("Learner"));

    let two = after(&[old(), ("role:Account_Owner", raised("Administrator"), Some(2))]);
    for spelling in ["role:administrator", "role:Administrator"] {
        assert_eq!(held_of(&two, &what(spelling)).map(|hold| &*hold.request_id), Some("r0"));
        let (taken, rest) = ended(&two, &what(spelling));
        assert_eq!((taken, rest.len()), (raised("Learner"), 1), "{spelling}");
        assert_eq!(ended(&rest, &what("role:Account_Owner")).0, raised("Learner"));
        let rest = revoked(&two, &what(spelling), "Learner");
        assert_eq!(ended(&rest, &what("role:Account_Owner")), (raised("Learner"), Holds::new()));
    }
    assert_eq!(held_of(&two, &what("role:Learner")), None);
}
