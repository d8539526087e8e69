//! What was written, as the simulator remembers it.

use litmos_simulator::{Options, Possession, RateLimit};
use serde_json::{Value, json};

use super::{ada, ids, submit, with, write};
use crate::client::{get, send, start};

#[test]
fn every_write_is_remembered_without_passwords_and_no_read_is() {
    let simulator = start(Options::default());
    get(&simulator, "/users");
    let body = with(ada(), json!({ "Password": "secret" }));
    write(&simulator, "POST", "/users?sendmessage=false&apikey=k", &body);
    write(&simulator, "DELETE", "/teams/nobody", &Value::Null);
    let broken = r#"{"Password":"secret""#;
    submit(&simulator, "POST", "/users", Some("application/json"), broken);
    let xml = "<Users><User><Id>x</Id></User></Users>";
    submit(&simulator, "POST", "/teams/nobody/users", Some("text/xml"), xml);
    let writes = simulator.writes();
    assert_eq!(writes.len(), 4);
    assert_eq!((writes[0].method.as_str(), writes[0].path.as_str()), ("POST", "/v1.svc/users"));
    assert_eq!(writes[0].query, "sendmessage=false&source=test&format=json");
    assert_eq!(writes[0].body, ada());
    assert!(writes[0].applied && !writes[1].applied && !writes[2].applied);
    assert_eq!((&writes[1].body, &writes[3].body), (&Value::Null, &xml.into()));
    assert!(!format!("{writes:?}").contains("secret"));
    let lines = send(&simulator, "GET", "/_simulator/writes", None, "");
    let first: Value = serde_json::from_str(lines.text().lines().next().unwrap()).unwrap();
    assert_eq!((&first["applied"], &first["body"]["UserName"]), (&true.into(), &ada()["UserName"]));
    simulator.reset_log();
    assert!(simulator.writes().is_empty());
}

#[test]
fn writes_that_never_got_in_are_remembered_too() {
    let limit = RateLimit { requests: 1, ..RateLimit::default() };
    let simulator = start(Options { rate_limit: Some(limit), ..Options::default() });
    let path = "/v1.svc/users?source=s";
    assert_eq!(send(&simulator, "POST", path, None, "{}").status, 401);
    while simulator.log().refused() == 0 {
        write(&simulator, "DELETE", "/teams/nobody", &Value::Null);
    }
    let writes = simulator.writes();
    assert!(writes.len() > 2 && writes.iter().all(|write| !write.applied));
}

#[test]
fn mail_is_sent_by_default_for_courses_and_only_on_request_for_the_rest() {
    let simulator = start(Options { members_per_team: Some(0), ..Options::default() });
    let (team, other, course, learning_path) = {
        let world = simulator.world();
        let teams = world.team_ids();
        let paths = world.learning_path_ids();
        (teams[1].clone(), teams[2].clone(), world.course_ids()[0].clone(), paths[1].clone())
    };
    let user = simulator.world().user_ids()[60].clone();
    let mails = |path: &str, switch: &str, body: &Value| {
        assert_eq!(write(&simulator, "POST", &format!("{path}{switch}"), body).status, 201);
        simulator.writes().last().unwrap().mail
    };
    for (switch, usual, courses) in
        [("", false, true), ("?sendmessage=false", false, false), ("?sendmessage=True", true, true)]
    {
        let name = format!("mail{}@example.org", switch.len());
        let account = with(ada(), json!({ "UserName": name }));
        assert_eq!(mails("/users", switch, &account), usual);
        assert_eq!(mails(&format!("/teams/{team}/users"), switch, &ids(&[&user])), usual);
        assert_eq!(mails(&format!("/users/{user}/teams"), switch, &ids(&[&other])), usual);
        simulator.world().possess(&user, Possession::Member, &other, false);
        let list = ids(&[&course]);
        assert_eq!(mails(&format!("/users/{user}/courses"), switch, &list), courses);
        let list = ids(&[&learning_path]);
        assert_eq!(mails(&format!("/users/{user}/learningpaths"), switch, &list), courses);
    }
    write(&simulator, "POST", "/users/nobody/courses", &ids(&[&course]));
    assert!(!simulator.writes().last().unwrap().mail, "what is refused sends none");
}

#[test]
fn what_happens_by_hand_is_seen_and_is_no_write() {
    let simulator = start(Options { members_per_team: Some(0), ..Options::default() });
    let world = simulator.world();
    let (user, team, course) =
        (world.user_ids()[60].clone(), world.team_ids()[1].clone(), world.course_ids()[0].clone());
    let path = world.learning_path_ids()[1].clone();
    assert!(world.possess(&user, Possession::Leader, &team, true));
    assert!(world.possess(&user, Possession::Admin, &team, true));
    let row = simulator.truth().memberships()[0].clone();
    assert!(row.user_id == user && row.leader && row.admin);
    assert!(world.possess(&user, Possession::Leader, &team, false));
    assert!(world.possess(&user, Possession::Member, &team, false));
    assert!(simulator.truth().memberships().is_empty());
    for what in [(Possession::Course, &course), (Possession::LearningPath, &path)] {
        assert!(world.possess(&user, what.0, what.1, true));
        assert!(!world.possess(&user, what.0, "nothing", true));
    }
    assert!(simulator.truth().courses_of(&user).iter().any(|(id, _)| *id == course));
    assert_eq!(simulator.truth().learning_paths_of(&user), [(path, false)]);
    assert!(simulator.writes().is_empty());
}
