//! The teams of a user, from the user's side.

use litmos_simulator::{Options, Simulator};
use serde_json::{Value, json};

use super::{ada, done, ids, outcome, write};
use crate::client::{get, start, walk};

/// A simulator, a new account and where its teams are.
fn scene() -> (Simulator, String) {
    let simulator = start(Options { teams: 40, ..Options::default() });
    let user = write(&simulator, "POST", "/users", &ada()).json();
    (simulator, user["Id"].as_str().unwrap().to_owned())
}

#[test]
fn a_user_joins_many_teams_at_once_or_none() {
    let (simulator, user) = scene();
    let path = format!("/users/{user}/teams");
    let teams = simulator.world().team_ids();
    let held = || walk(&simulator, &path, 100).len();
    assert_eq!(outcome(&simulator, "POST", &path, &ids(&[&teams[0], &teams[1]])), done(201));
    assert_eq!(held(), 2);
    let detail = "The user already belongs to one or more of the teams".to_owned();
    let again = ids(&[&teams[1], &teams[2]]);
    assert_eq!(outcome(&simulator, "POST", &path, &again), (409, detail));
    let detail = "Invalid Team Id found in the list or Maximum TeamIds is 25".to_owned();
    let many: Vec<&str> = teams[3..29].iter().map(String::as_str).collect();
    for bad in [ids(&[&teams[2], "nobody"]), ids(&many), json!([])] {
        assert_eq!(outcome(&simulator, "POST", &path, &bad), (404, detail.clone()));
    }
    assert_eq!(held(), 2);
    assert_eq!(outcome(&simulator, "POST", &path, &ids(&many[1..])), done(201));
    assert_eq!(held(), 27);
    let detail = "The userid does not exist.".to_owned();
    let nobody = "/users/nobody/teams";
    assert_eq!(outcome(&simulator, "POST", nobody, &ids(&[&teams[0]])), (404, detail.clone()));
    assert_eq!(outcome(&simulator, "DELETE", nobody, &Value::Null), (404, detail));
}

#[test]
fn a_user_leaves_all_teams_at_once_and_leads_none_then() {
    let (simulator, user) = scene();
    let path = format!("/users/{user}/teams");
    let team = simulator.world().team_ids()[0].clone();
    write(&simulator, "POST", &path, &ids(&[&team]));
    write(&simulator, "PUT", &format!("/teams/{team}/leaders/{user}"), &Value::Null);
    assert_eq!(outcome(&simulator, "DELETE", &path, &Value::Null), done(200));
    assert_eq!(walk(&simulator, &path, 100).len(), 0);
    assert_eq!(get(&simulator, &format!("/users/{user}")).json()["AccessLevel"], "Learner");
}
