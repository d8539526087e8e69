//! `/org/teams/users`.

use litmos_simulator::{Change, Deltas, Options, Possession, Simulator};
use serde_json::{Value, json};

use super::{MEMBERS, days_ago, instant, is_recent, only, recent, switch};
use crate::{
    client::start,
    writes::{done, ids, outcome},
};

/// A simulator, one of its teams and one of the team's plain members.
fn scene() -> (Simulator, String, String) {
    let options = Options { members_per_team: Some(5), leaders_percent: 0, ..Options::default() };
    let simulator = start(options);
    let member = simulator.truth().team_members()[0].clone();
    (simulator, member.team_id, member.user_id)
}

#[test]
fn a_member_who_comes_is_listed_active_or_not() {
    let (simulator, team, _) = scene();
    let members = simulator.truth().memberships();
    let member = |id: &String| members.iter().any(|row| row.team_id == team && row.user_id == *id);
    let idle = simulator
        .truth()
        .users()
        .into_iter()
        .find(|user| user.active == Some(false) && !member(&user.user_id));
    let idle = idle.unwrap().user_id;
    let path = format!("/teams/{team}/users");
    assert_eq!(outcome(&simulator, "POST", &path, &ids(&[&idle])), done(201));
    assert_eq!(outcome(&simulator, "POST", &path, &ids(&[&idle])), done(201));
    let row = only(&simulator, MEMBERS);
    let names = "Active CreatedBy CreatedDate Id IsTeamAdmin IsTeamLeader OriginalTeamId \
                 OriginalUserId TeamId UpdatedBy UpdatedDate";
    let fields: Vec<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, names.split_whitespace().collect::<Vec<_>>());
    assert_eq!((&row["TeamId"], &row["Id"]), (&json!(team), &json!(idle)));
    assert_eq!((&row["Active"], &row["UpdatedDate"]), (&true.into(), &Value::Null));
    assert!(is_recent(&row["CreatedDate"]));
    let rows = simulator.truth().detailed_team_members();
    assert!(rows.iter().any(|row| row.team_id == team && row.user_id == idle));
    assert!(simulator.world().remove_user(&idle));
    assert!(recent(&simulator, MEMBERS).is_empty());
}

#[test]
fn promotion_and_demotion_change_the_same_row_and_repetition_does_not() {
    let (simulator, team, user) = scene();
    let put = |role: &str| {
        let path = format!("/teams/{team}/{role}/{user}");
        assert_eq!(outcome(&simulator, "PUT", &path, &Value::Null), done(200));
        only(&simulator, MEMBERS)
    };
    let roles = |row: &Value| (row["IsTeamLeader"].clone(), row["IsTeamAdmin"].clone());
    let led = put("leaders");
    assert_eq!(roles(&led), (true.into(), false.into()));
    assert!(is_recent(&led["UpdatedDate"]) && !is_recent(&led["CreatedDate"]));
    assert_eq!(put("leaders"), led);
    assert_eq!(roles(&put("admins")), (true.into(), true.into()));
    let path = format!("/teams/{team}/leaders/{user}");
    assert_eq!(outcome(&simulator, "DELETE", &path, &Value::Null), done(200));
    assert_eq!(roles(&only(&simulator, MEMBERS)), (false.into(), true.into()));
}

#[test]
fn one_who_leaves_has_a_row_that_says_so_or_none() {
    let (simulator, team, user) = scene();
    let world = simulator.world();
    assert!(world.possess(&user, Possession::Leader, &team, true));
    let path = format!("/teams/{team}/users/{user}");
    assert_eq!(outcome(&simulator, "DELETE", &path, &Value::Null), done(200));
    let row = only(&simulator, MEMBERS);
    assert_eq!((&row["Active"], &row["IsTeamLeader"]), (&false.into(), &false.into()));
    assert!(is_recent(&row["UpdatedDate"]));
    switch(&simulator, Deltas { removals_unlisted: true, ..Deltas::default() });
    assert!(recent(&simulator, MEMBERS).is_empty());
    assert!(world.possess(&user, Possession::Member, &team, true));
    let back = only(&simulator, MEMBERS);
    assert_eq!((&back["Active"], &back["CreatedDate"]), (&true.into(), &row["CreatedDate"]));
}

#[test]
fn a_row_has_the_latest_state_and_not_one_of_the_window() {
    let (simulator, team, user) = scene();
    let what = Possession::Member;
    let gone = Change::Possess { user_id: user, what, id: team, has: false };
    let at = days_ago(10);
    assert!(simulator.world().change_at(gone, at).is_some());
    assert!(recent(&simulator, MEMBERS).is_empty());
    let rows = super::between(&simulator, MEMBERS, days_ago(12), days_ago(8));
    assert_eq!(instant(&rows[0]["UpdatedDate"]), Some(at.as_millisecond()));
}
