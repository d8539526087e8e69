//! A 404 or 400 that is a page of a server in front, or another page with a 4xx, proves nothing.

use litmos_simulator::{Fault, Possession};
use serde_json::json;

use crate::stage::Stage;

const PAGES: [Fault; 2] = [Fault::Page { status: 404 }, Fault::Page { status: 400 }];

/// IIS lets no plus sign through in a path; the search finds who has one in the name.
#[tokio::test]
async fn who_has_a_plus_in_the_name_is_found() {
    let stage = Stage::new();
    let (team, _) = stage.team();
    let account = json!({"account": {"user_name": "ada+lms@example.org", "last_name": "Example",
        "email": "ada+lms@example.org"}});
    stage.meets("GET", "/users/ada", Fault::Page { status: 404 });
    let done = ("succeeded".to_owned(), "done".to_owned());
    assert_eq!(stage.told("create_account", account.clone()).await, done);
    assert_eq!(stage.told("create_account", account).await.0, "already_done");
    let principal = json!({"user_name": "Ada+LMS@example.org"});
    let what = json!({"principal": principal, "entitlement": format!("team:{team}:member")});
    assert_eq!(stage.told("grant", what).await, done);
    stage.requests();
    let disabled = stage.told("disable_account", json!({"principal": principal})).await;
    assert_eq!(disabled.0, "succeeded", "{disabled:?}");
    // The search, the record, the write and a look at what came of it.
    assert_eq!(stage.requests(), 4);
    let nobody = json!({"principal": {"user_name": "da+lms@example.org"}});
    let told = stage.told("disable_account", nobody).await;
    assert_eq!(told, ("rejected".into(), "principal_not_found".into()));
    let members = json!({"team": {"team_id": team}, "members": [principal]});
    assert_eq!(stage.told("set_team_members", members).await.0, "succeeded");
}

#[tokio::test]
async fn whom_a_page_does_not_know_is_waited_for() {
    for page in PAGES {
        let stage = Stage::new();
        let (team, members) = stage.team();
        stage.meets("GET", &members[0], page);
        let principal = json!({"user_id": members[0]});
        let what = json!({"principal": principal, "entitlement": format!("team:{team}:member")});
        for (operation, more) in [
            ("revoke", &what),
            ("grant", &what),
            ("disable_account", &json!({"principal": principal})),
        ] {
            let told = stage.told(operation, more.clone()).await;
            assert_eq!(told.0, "later", "{told:?}");
        }
        stage.meets("GET", &team, page);
        let told = stage.told("delete_team", json!({"team": {"team_id": team}})).await;
        assert_eq!(told.0, "later", "{told:?}");
        assert_eq!(stage.simulator.writes(), []);
    }
}

#[tokio::test]
async fn a_removal_that_a_page_answers_is_not_done() {
    for page in PAGES {
        let stage = Stage::new();
        let (team, members) = stage.team();
        stage.meets("DELETE", "", page);
        let what = json!({"principal": {"user_id": members[0]},
            "entitlement": format!("team:{team}:member")});
        let told = stage.told("revoke", what.clone()).await;
        assert_eq!(told.0, "later", "{told:?}");
        let list = json!({"team": {"team_id": team}, "members": [], "allow_empty": true});
        for (operation, more) in
            [("set_team_members", list), ("delete_team", json!({"team": {"team_id": team}}))]
        {
            let told = stage.told(operation, more).await;
            assert_eq!(told.0, "later", "{told:?}");
        }
        assert_eq!(stage.team().1, members);
        stage.simulator.faults().clear();
        assert_eq!(stage.told("revoke", what).await.0, "succeeded");
    }
}

/// A firewall in front forbids it, and not the vendor.
#[tokio::test]
async fn a_disable_that_a_firewall_keeps_back_comes_again() {
    let stage = Stage::new();
    let user = stage.outsiders(1).remove(0);
    let what = json!({"principal": {"user_id": user}});
    for status in [403, 405, 409] {
        stage.meets("PUT", &user, Fault::Page { status });
        let told = stage.told("disable_account", what.clone()).await;
        assert_eq!(told.0, "later", "{told:?}");
    }
    assert_eq!(stage.simulator.writes().len(), 3, "each was sent");
    stage.meets("PUT", &user, Fault::Forbidden);
    let told = stage.told("disable_account", what.clone()).await;
    assert_eq!(told, ("failed".into(), "vendor_forbidden".into()));
    stage.simulator.faults().clear();
    assert_eq!(stage.told("disable_account", what).await.0, "succeeded");
}

/// The vendor's own word counts: somebody who was removed meanwhile is gone.
#[tokio::test]
async fn the_vendors_own_404_is_believed() {
    let stage = Stage::new();
    let (team, members) = stage.team();
    let world = stage.simulator.world();
    let what = json!({"principal": {"user_id": members[0]},
        "entitlement": format!("team:{team}:member")});
    stage.meets("DELETE", "/users/", Fault::NotFound);
    assert_eq!(stage.told("revoke", what.clone()).await.0, "later", "the team still lists him");
    assert!(world.possess(&members[0], Possession::Member, &team, false));
    assert_eq!(stage.told("revoke", what).await.0, "already_done");
    let nobody = json!({"principal": {"user_id": "nobody"}});
    let told = stage.told("disable_account", nobody).await;
    assert_eq!(told, ("rejected".into(), "principal_not_found".into()));
}
