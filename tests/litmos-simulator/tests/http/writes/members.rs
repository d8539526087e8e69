//! Members, leaders and administrators of teams.

use litmos_simulator::{Membership, Options, Simulator};
use serde_json::{Value, json};

use super::{done, ids, outcome, with, write};
use crate::client::{get, start, walk};

const NONE: Value = Value::Null;

/// A simulator with one team without leaders, the team, and two plain accounts that are not in it.
fn scene() -> (Simulator, String, String, String) {
    let options = Options { members_per_team: Some(5), leaders_percent: 0, ..Options::default() };
    let simulator = start(options);
    let team = simulator.world().team_ids()[2].clone();
    let members = simulator.truth().memberships();
    let outside = simulator.truth().users().into_iter().filter(|user| {
        let plain = user.active == Some(true) && user.role.as_deref() == Some("Learner");
        plain && !members.iter().any(|row| row.team_id == team && row.user_id == user.user_id)
    });
    let [one, two] =
        outside.map(|user| user.user_id).take(2).collect::<Vec<_>>().try_into().unwrap();
    (simulator, team, one, two)
}

fn member(simulator: &Simulator, team: &str, user: &str) -> Option<Membership> {
    let rows = simulator.truth().memberships().into_iter();
    { rows }.find(|row| row.team_id == team && row.user_id == user)
}

fn level(simulator: &Simulator, user: &str) -> Value {
    get(simulator, &format!("/users/{user}")).json()["AccessLevel"].clone()
}

fn listed(simulator: &Simulator, path: &str) -> Vec<Value> {
    walk(simulator, path, 1000).into_iter().map(|row| row["Id"].clone()).collect()
}

#[test]
fn members_are_added_in_a_list_and_known_and_unknown_ones_passed_over() {
    let (simulator, team, one, two) = scene();
    let path = format!("/teams/{team}/users");
    let before = simulator.truth().team_members().len();
    assert_eq!(outcome(&simulator, "POST", &path, &ids(&[&one, "nobody", &two, &one])), done(201));
    assert_eq!(outcome(&simulator, "POST", &path, &ids(&[&one])), done(201));
    assert_eq!(outcome(&simulator, "POST", &path, &ids(&["nobody"])), done(201));
    assert_eq!(simulator.truth().team_members().len(), before + 2);
    let rows = listed(&simulator, &path);
    assert!(rows.contains(&one.clone().into()) && rows.contains(&two.into()));
    let of_user = listed(&simulator, &format!("/users/{one}/teams"));
    assert!(of_user.contains(&team.into()));
}

#[test]
fn nobody_and_nowhere_are_404() {
    let (simulator, team, one, _) = scene();
    let detail = "No team with this id exists in your organization, or the user list is empty.";
    let missing = (404, detail.to_owned());
    let path = format!("/teams/{team}/users");
    assert_eq!(outcome(&simulator, "POST", &path, &json!([])), missing);
    assert_eq!(outcome(&simulator, "POST", &path, &NONE), missing);
    assert_eq!(outcome(&simulator, "POST", "/teams/nobody/users", &ids(&[&one])), missing);
}

#[test]
fn somebody_who_is_no_member_is_removed_and_somebody_unknown_is_not() {
    let (simulator, team, one, two) = scene();
    write(&simulator, "POST", &format!("/teams/{team}/users"), &ids(&[&one, &two]));
    let remove = |team: &str, user: &str| {
        outcome(&simulator, "DELETE", &format!("/teams/{team}/users/{user}"), &NONE)
    };
    assert_eq!(remove(&team, &one), done(200));
    assert_eq!(member(&simulator, &team, &one), None);
    assert!(member(&simulator, &team, &two).is_some());
    assert_eq!(remove(&team, &one), done(200));
    let detail = "No team with this id exists in your organization, or no user exists with this id";
    assert_eq!(remove(&team, "nobody"), (404, detail.to_owned()));
    assert_eq!(remove("nobody", &two), (404, detail.to_owned()));
}

#[test]
fn only_members_are_promoted_and_demoted() {
    let (simulator, team, one, _) = scene();
    for role in ["leaders", "admins"] {
        let path = format!("/teams/{team}/{role}/{one}");
        let detail = format!("User: {one} does not exist on the team: {team}");
        assert_eq!(outcome(&simulator, "PUT", &path, &NONE), (404, format!("{detail}.")));
        assert_eq!(outcome(&simulator, "DELETE", &path, &NONE), (404, detail));
    }
    write(&simulator, "POST", &format!("/teams/{team}/users"), &ids(&[&one]));
    for role in ["leaders", "admins"] {
        let path = format!("/teams/{team}/{role}/{one}");
        let list = || listed(&simulator, &format!("/teams/{team}/{role}"));
        for _ in 0..2 {
            assert_eq!(outcome(&simulator, "PUT", &path, &NONE), done(200));
            assert_eq!(list(), [Value::from(one.clone())]);
        }
        for _ in 0..2 {
            assert_eq!(outcome(&simulator, "DELETE", &path, &NONE), done(200));
            assert!(list().is_empty() && member(&simulator, &team, &one).is_some());
        }
    }
}

#[test]
fn the_first_leadership_makes_a_team_leader_and_the_last_ones_end_a_learner() {
    let (simulator, team, one, _) = scene();
    let other = simulator.world().team_ids()[3].clone();
    for team in [&team, &other] {
        write(&simulator, "POST", &format!("/teams/{team}/users"), &ids(&[&one]));
    }
    assert_eq!(level(&simulator, &one), "Learner");
    write(&simulator, "PUT", &format!("/teams/{team}/leaders/{one}"), &NONE);
    write(&simulator, "PUT", &format!("/teams/{team}/admins/{one}"), &NONE);
    write(&simulator, "PUT", &format!("/teams/{other}/admins/{one}"), &NONE);
    assert_eq!(level(&simulator, &one), "Team_Leader");
    let row = member(&simulator, &team, &one).unwrap();
    assert!(row.leader && row.admin);
    write(&simulator, "DELETE", &format!("/teams/{team}/leaders/{one}"), &NONE);
    write(&simulator, "DELETE", &format!("/teams/{team}/admins/{one}"), &NONE);
    assert_eq!(level(&simulator, &one), "Team_Leader", "the other team is still there");
    write(&simulator, "DELETE", &format!("/teams/{other}/users/{one}"), &NONE);
    assert_eq!(level(&simulator, &one), "Learner", "leaving ended it");
    write(&simulator, "POST", &format!("/teams/{other}/users"), &ids(&[&one]));
    let row = member(&simulator, &other, &one).unwrap();
    assert!(!row.leader && !row.admin, "and coming back does not bring it back");
}

#[test]
fn a_deleted_team_takes_its_leaderships_with_it() {
    let simulator = start(Options { leaders_percent: 100, teams: 1, ..Options::default() });
    let leaders = || {
        let users = simulator.truth().users().into_iter();
        users.filter(|user| user.role.as_deref() == Some("Team_Leader")).count()
    };
    assert!(leaders() > 0);
    let team = simulator.world().team_ids()[0].clone();
    assert_eq!(outcome(&simulator, "DELETE", &format!("/teams/{team}"), &NONE), done(200));
    assert_eq!(leaders(), 0);
}

#[test]
fn an_administrator_who_leads_stays_one() {
    let (simulator, team, one, _) = scene();
    assert!(simulator.world().set_level(&one, "Administrator"));
    write(&simulator, "POST", &format!("/teams/{team}/users"), &ids(&[&one]));
    write(&simulator, "PUT", &format!("/teams/{team}/leaders/{one}"), &NONE);
    assert_eq!(level(&simulator, &one), "Administrator");
}

#[test]
fn an_inactive_member_stays_one_and_is_not_listed() {
    let (simulator, team, one, _) = scene();
    let path = format!("/teams/{team}/users");
    write(&simulator, "POST", &path, &ids(&[&one]));
    let body = get(&simulator, &format!("/users/{one}")).json();
    let set = |active: bool| {
        let body = with(body.clone(), json!({ "Active": active }));
        assert_eq!(write(&simulator, "PUT", &format!("/users/{one}"), &body).status, 200);
    };
    set(false);
    assert!(!listed(&simulator, &path).contains(&one.clone().into()));
    assert!(!member(&simulator, &team, &one).unwrap().active);
    assert!(!simulator.truth().team_members().iter().any(|row| row.user_id == one));
    let of_user = listed(&simulator, &format!("/users/{one}/teams"));
    assert!(of_user.contains(&team.clone().into()));
    set(true);
    assert!(listed(&simulator, &path).contains(&one.into()));
}
