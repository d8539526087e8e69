//! What Percipio does not have.

use serde_json::json;

use crate::stage::Stage;

#[tokio::test]
async fn what_the_vendor_does_not_have_is_rejected_without_asking_it() {
    let stage = Stage::new();
    let principal = json!({"user_id": stage.learner()});
    let team = json!({"team_id": "t", "name": "North"});
    let mut requests = vec![
        ("create_team", json!({"team": {"name": "North"}})),
        ("update_team", json!({"team": team})),
        ("delete_team", json!({"team": {"team_id": "t"}})),
        ("set_team_members", json!({"team": {"team_id": "t"}, "members": [principal]})),
        // Whatever else is wrong with it.
        ("set_team_members", json!({"team": 7})),
        ("grant", json!({"entitlement": "team:t:member", "reason": 7})),
    ];
    let courses = stage.simulator.world().course_ids();
    for entitlement in [
        "team:t:member".to_owned(),
        "team:t:leader".to_owned(),
        "team:t:admin".to_owned(),
        format!("course:{}:assigned", courses[0]),
        "learning_path:l:assigned".to_owned(),
    ] {
        let members = json!({"principal": principal, "entitlement": entitlement});
        requests.extend([("grant", members.clone()), ("revoke", members)]);
    }
    for (operation, members) in requests {
        for dry_run in [false, true] {
            let mut members = members.clone();
            members["dry_run"] = dry_run.into();
            let refused = stage.refused(operation, members).await;
            assert_eq!(refused, ("rejected".into(), "unsupported_by_vendor".into()), "{operation}");
        }
    }
    assert_eq!(stage.simulator.log().count(), 0);
}
