//! What is given in a team is looked at afterwards.

use litmos_simulator::{Fault, Foreign, Possession, Quirks, Rule};
use serde_json::json;

use crate::stage::Stage;

#[tokio::test]
async fn a_grant_in_a_team_is_seen_to_be_there() {
    // Whoever is in no team has an empty list, which is asked for twice.
    for (part, requests) in [("member", 5), ("leader", 7), ("admin", 7)] {
        let stage = Stage::new();
        let (team, _) = stage.team();
        let user = stage.outsiders(1).remove(0);
        let more =
            json!({"principal": {"user_id": user}, "entitlement": format!("team:{team}:{part}")});
        stage.requests();
        assert_eq!(stage.told("grant", more).await.0, "succeeded");
        assert_eq!(stage.requests(), requests, "{part}");
    }
}

/// The vendor says yes, and does nothing: it may show it later, and is looked at again.
#[tokio::test]
async fn what_is_not_there_afterwards_was_not_given() {
    let yes = Fault::Instead { what: Foreign::Empty };
    for (part, method) in [("member", "POST"), ("leader", "PUT"), ("admin", "PUT")] {
        let stage = Stage::new();
        let (team, _) = stage.team();
        let user = stage.outsiders(1).remove(0);
        stage.meets(method, &team, yes);
        let more =
            json!({"principal": {"user_id": user}, "entitlement": format!("team:{team}:{part}")});
        let told = stage.told("grant", more).await;
        assert!(told.0 == "later" && told.1.contains("did not do it"), "{part}: {told:?}");
    }
}

/// Whoever administers the site may lead a team, and administers the site still.
#[tokio::test]
async fn a_leadership_lowers_no_role() {
    for promotion_lowers in [false, true] {
        let stage = Stage::with(Quirks { promotion_lowers, ..Quirks::default() });
        let world = stage.simulator.world();
        let (team, _) = stage.team();
        let user = stage.outsiders(1).remove(0);
        assert!(world.set_level(&user, "Administrator"));
        for part in ["leader", "admin"] {
            let entitlement = format!("team:{team}:{part}");
            let more = json!({"principal": {"user_id": user}, "entitlement": entitlement});
            assert_eq!(stage.told("grant", more).await.0, "succeeded", "{part}");
            let role = stage.role(&user);
            assert_eq!(role.as_deref(), Some("Administrator"), "{part} {promotion_lowers}");
        }
    }
}

/// The leaders of a team are listed only if their accounts may be used.
#[tokio::test]
async fn whoever_is_not_listed_is_not_said_to_be_absent() {
    let stage = Stage::new();
    let (team, _) = stage.team();
    let user = stage.outsiders(1).remove(0);
    assert!(stage.simulator.world().set_active(&user, false));
    let more =
        json!({"principal": {"user_id": user}, "entitlement": format!("team:{team}:leader")});
    assert_eq!(stage.told("grant", more).await.0, "succeeded");
}

#[tokio::test]
async fn a_list_is_looked_at_once_and_the_unlisted_one_by_one() {
    for (inactive, looks) in [(0, 0), (3, 3), (12, 10)] {
        let stage = Stage::new();
        let world = stage.simulator.world();
        let team = world.add_team("Empty", None).unwrap();
        let users = stage.outsiders(14);
        assert_eq!(users.len(), 14);
        for user in &users[..inactive] {
            assert!(world.set_active(user, false));
        }
        let members: Vec<_> = users.iter().map(|user| json!({"user_id": user})).collect();
        let more = json!({"team": {"team_id": team}, "members": members});
        stage.requests();
        assert_eq!(stage.told("set_team_members", more).await.0, "succeeded");
        // The list before, each account, whether up to ten who may not be used are in it, the write, the list
        // after. What is empty is asked for twice: the list before, and theirs.
        let requests = 2 + 14 + 2 * inactive.min(10) + 1 + 1 + looks;
        assert_eq!(stage.requests(), requests, "{inactive} inactive");
    }
}

#[tokio::test]
async fn who_was_not_added_by_a_list_is_named_and_the_others_are_told() {
    let stage = Stage::new();
    let world = stage.simulator.world();
    let team = world.add_team("Empty", None).unwrap();
    let users = stage.outsiders(3);
    let members: Vec<_> = users.iter().map(|user| json!({"user_id": user})).collect();
    // Two of them are there when it is looked, the third is not.
    stage.meets("POST", &team, Fault::Instead { what: Foreign::Empty });
    stage.simulator.faults().add(Rule::new(Fault::Slow { ms: 1 }));
    let change = |user: &String| litmos_simulator::Change::Possess {
        user_id: user.clone(),
        what: Possession::Member,
        id: team.clone(),
        has: true,
    };
    // The list before, three accounts and the write come first.
    world.change_after(5, change(&users[0]));
    world.change_after(5, change(&users[1]));
    let more = json!({"team": {"team_id": team}, "members": members});
    let rollcall_provisioning::process::Handled::Settled(outcome) =
        stage.ask("set_team_members", more).await
    else {
        panic!("it is settled")
    };
    let outcome = serde_json::to_value(outcome).unwrap();
    assert_eq!(outcome["code"], "not_applied", "{outcome:#}");
    let message = outcome["message"].as_str().unwrap();
    assert!(message.contains(&users[2]) && !message.contains(&users[0]), "{message}");
    let mut told: Vec<_> = outcome["effects"].as_array().unwrap().iter().collect();
    told.retain(|effect| effect["action"] == "add_team_member");
    let told: Vec<_> = told.iter().map(|effect| effect["detail"]["user_id"].clone()).collect();
    assert_eq!(told.len(), 2, "{outcome:#}");
    assert!(!told.contains(&json!(users[2])), "{outcome:#}");
}
