//! What takes access away is done when it is seen to be done.

use litmos_simulator::{Fault, Foreign, Possession};
use serde_json::{Value, json};

use crate::stage::Stage;

/// Everything that takes access away, each with how many requests it takes.
fn takes(stage: &Stage) -> Vec<(&'static str, Value, usize)> {
    let (team, members) = stage.team();
    let world = stage.simulator.world();
    let (course, path) = (world.course_ids().remove(0), world.learning_path_ids().remove(0));
    let user = stage.outsiders(1).remove(0);
    for (what, id) in [
        (Possession::Course, &course),
        (Possession::LearningPath, &path),
        (Possession::Member, &team),
    ] {
        assert!(world.possess(&user, what, id, true));
    }
    assert!(world.possess(&user, Possession::Leader, &team, true));
    assert!(world.possess(&user, Possession::Admin, &team, true));
    assert!(world.set_level(&members[0], "Administrator"));
    let revoke =
        |user: &str, what: String| json!({"principal": {"user_id": user}, "entitlement": what});
    // One look afterwards; what was the only one of its list leaves that empty, which is asked for twice.
    vec![
        ("revoke", revoke(&user, format!("course:{course}:assigned")), 4),
        ("revoke", revoke(&user, format!("learning_path:{path}:assigned")), 5),
        ("revoke", revoke(&user, format!("team:{team}:leader")), 6),
        ("revoke", revoke(&user, format!("team:{team}:admin")), 6),
        ("revoke", revoke(&user, format!("team:{team}:member")), 5),
        ("revoke", revoke(&members[0], "role:Administrator".to_owned()), 3),
        ("disable_account", json!({"principal": {"user_id": user}}), 3),
        (
            "set_team_members",
            json!({"team": {"team_id": team}, "members": [{"user_id": members[1]}]}),
            5,
        ),
        ("delete_team", json!({"team": {"team_id": team}}), 5),
    ]
}

#[tokio::test]
async fn one_look_more_shows_that_it_is_gone() {
    let stage = Stage::new();
    for (operation, more, requests) in takes(&stage) {
        stage.requests();
        let told = stage.told(operation, more.clone()).await;
        assert_eq!(told.0, "succeeded", "{more}: {told:?}");
        assert_eq!(stage.requests(), requests, "{operation} {more}");
    }
}

/// The vendor says yes, and does nothing.
#[tokio::test]
async fn what_is_still_there_is_not_taken_away() {
    let stage = Stage::new();
    for (operation, more, _) in takes(&stage) {
        for what in [Foreign::Empty, Foreign::NoContent] {
            stage.simulator.faults().clear();
            for method in ["DELETE", "PUT"] {
                let rule = litmos_simulator::Rule::new(Fault::Instead { what });
                stage.simulator.faults().add(rule.method(method));
            }
            let told = stage.told(operation, more.clone()).await;
            assert_eq!(told.0, "later", "{operation} {more}: {told:?}");
            assert!(told.1.contains("still shows"), "{told:?}");
        }
    }
    // A look that meets a page proves nothing either.
    let (team, members) = stage.team();
    stage.simulator.faults().clear();
    let page = litmos_simulator::Rule::new(Fault::Page { status: 404 });
    stage.simulator.faults().add(page.method("GET").on(format!("{}/teams", members[1])).skip(1));
    let more = json!({"principal": {"user_id": members[1]},
        "entitlement": format!("team:{team}:member")});
    assert_eq!(stage.told("revoke", more).await.0, "later");
}

/// 200 with something that is no answer is no write.
#[tokio::test]
async fn a_leaver_is_not_disabled_by_something_that_is_no_answer() {
    let faults = [Foreign::SignIn, Foreign::Xhtml, Foreign::Text, Foreign::Null]
        .map(|what| Fault::Instead { what });
    for fault in faults.into_iter().chain([Fault::Html]) {
        let stage = Stage::new();
        let user = stage.outsiders(1).remove(0);
        stage.meets("PUT", "", fault);
        let told = stage.told("disable_account", json!({"principal": {"user_id": user}})).await;
        assert_eq!(told.0, "later", "{fault:?}: {told:?}");
        assert!(stage.is_active(&user));
    }
}
