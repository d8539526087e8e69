//! Who and what the other tests take for granted.

use scenarios::Provisioning;

#[test]
fn the_cast_is_what_the_tests_take_it_for() {
    let world = Provisioning::new();
    let (cast, truth) = (&world.cast, world.vendor().truth());
    for person in [&cast.ana, &cast.bo, &cast.cy] {
        assert_eq!(world.role(&person.id), "Learner");
        assert_eq!(world.account(&person.id)["Active"], true);
        assert!(truth.courses_of(&person.id).is_empty());
        assert!(truth.learning_paths_of(&person.id).is_empty());
        assert!(truth.memberships().iter().all(|member| member.user_id != person.id));
    }
    assert_eq!(world.role(&cast.owner.id), "Account_Owner");
    assert_eq!(world.role(&cast.admin.id), "Administrator");
    let owners = truth.users().into_iter().filter(|u| u.role.as_deref() == Some("Account_Owner"));
    assert_eq!(owners.count(), 1);
    for team in [&cast.north, &cast.south] {
        assert!(world.members(team).len() >= 4);
        assert!(truth.teams().iter().all(|below| below.parent_team_id.as_ref() != Some(team)));
    }
    assert!(truth.teams().iter().any(|below| below.parent_team_id.as_ref() == Some(&cast.upper)));
    assert!(truth.learning_paths_of(&cast.ana.id).is_empty());
    assert!(!truth.memberships().iter().any(|member| member.leader || member.admin));
    assert!(world.writes().is_empty(), "nothing of it was written by a request");
}
