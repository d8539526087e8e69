//! Requests from the queue, carried out at Percipio by the real function.

use jiff::{SignedDuration, Timestamp};
use scenarios::{Provisioning, ending, grant, request, revoke, soon, text, wait_until};
use serde_json::{Value, json};

const ALLOWED: (&str, &str) = ("ROLLCALL_GRANTABLE_ROLES", "MANAGER");

fn status(outcome: &Value) -> (String, Value) {
    (text(&outcome["status"]), outcome["code"].clone())
}

fn is(status: &str, code: Option<&str>) -> (String, Value) {
    (status.to_owned(), json!(code))
}

#[test]
fn an_account_is_made_changed_and_shut() {
    let world = Provisioning::percipio();
    let account = json!({ "user_name": "dee.ek", "first_name": "Dee", "email": "dee@example.org" });
    let made = request("create_account", json!({ "account": account }));
    let outcome = world.ask(&made);
    assert_eq!(status(&outcome), is("succeeded", None), "{outcome:#}");
    let dee = text(&outcome["result"]["user_id"]);
    let sent = json!({ "externalUserId": "dee.ek", "firstName": "Dee", "email": "dee@example.org",
        "role": "LEARNER", "isActive": true, "sendWelcomeEmail": false });
    let mut writes = vec![("POST /users".to_owned(), sent)];
    assert_eq!(world.percipio_writes(), writes);

    let attribute = world.scenario.simulator.world().attribute_names().remove(0);
    let who = json!({ "user_name": "dee.ek" });
    for (operation, members, sent) in [
        (
            "update_account",
            json!({ "account": { "last_name": "Ek" } }),
            json!({ "lastName": "Ek" }),
        ),
        ("disable_account", json!({}), json!({ "isActive": false })),
        ("enable_account", json!({}), json!({ "isActive": true })),
    ] {
        let mut members = members;
        members["principal"] = who.clone();
        let outcome = world.ask(&request(operation, members.clone()));
        assert_eq!(status(&outcome), is("succeeded", None), "{outcome:#}");
        writes.push((format!("PATCH /users/{dee}"), sent));
        assert_eq!(world.percipio_writes(), writes);
        let outcome = world.ask(&request(operation, members));
        assert_eq!(status(&outcome), is("already_done", None), "{outcome:#}");
    }
    let named =
        |name: &str| json!({ "principal": who, "account": { "attributes": { name: "2840" } } });
    let outcome = world.ask(&request("update_account", named(&attribute)));
    assert_eq!(status(&outcome), is("succeeded", None), "{outcome:#}");
    let outcome = world.ask(&request("update_account", named("Shoe size")));
    assert_eq!(status(&outcome), is("rejected", Some("unknown_attribute")), "{outcome:#}");
    assert_eq!(world.percipio_writes().len(), writes.len() + 1);
}

#[test]
fn a_role_is_given_until_its_end() {
    let world = Provisioning::percipio().set(ALLOWED.0, ALLOWED.1);
    let ana = &world.cast.ana;
    let end = soon();
    let outcome = world.ask(&ending(grant(ana, "role:MANAGER"), end));
    assert_eq!(status(&outcome), is("succeeded", None), "{outcome:#}");
    assert_eq!(world.percipio_account(&ana.id)["role"], "MANAGER");
    wait_until(end + SignedDuration::from_millis(1));
    let ended = world.expire();
    assert_eq!(ended.outcomes.len(), 1, "{ended:#?}");
    assert_eq!(status(&ended.outcomes[0]), is("succeeded", None), "{ended:#?}");
    assert_eq!(world.percipio_account(&ana.id)["role"], "LEARNER");
    let patches = world.percipio_writes().into_iter().map(|(line, _)| line);
    assert!(patches.eq([(); 2].map(|()| format!("PATCH /users/{}", ana.id))), "by UUID only");
}

#[test]
fn a_role_is_taken_and_one_that_is_not_listed_is_not_given() {
    let world = Provisioning::percipio().set(ALLOWED.0, ALLOWED.1);
    let (ana, bo) = (&world.cast.ana, &world.cast.bo);
    assert_eq!(status(&world.ask(&grant(ana, "role:MANAGER"))), is("succeeded", None));
    assert_eq!(status(&world.ask(&revoke(ana, "role:MANAGER"))), is("succeeded", None));
    assert_eq!(world.percipio_account(&ana.id)["role"], "LEARNER");
    let outcome = world.ask(&grant(bo, "role:ADMIN"));
    assert_eq!(status(&outcome), is("rejected", Some("role_not_grantable")), "{outcome:#}");
    let mut nobody = grant(bo, "role:MANAGER");
    nobody["principal"] = json!({ "user_name": "bo.e" });
    let outcome = world.ask(&nobody);
    assert_eq!(status(&outcome), is("rejected", Some("principal_not_found")), "{outcome:#}");
    let accounts = world.scenario.simulator.world().user_ids().len();
    assert_eq!(accounts, 32, "no typing error became an account");
}

#[test]
fn what_percipio_does_not_have_is_rejected_without_asking_it() {
    let world = Provisioning::percipio();
    let (ana, course) = (&world.cast.ana, &world.cast.course);
    let (named, team) = (json!({ "name": "North" }), json!({ "team_id": "t1", "name": "N" }));
    for asked in [
        grant(ana, &format!("course:{course}:assigned")),
        revoke(ana, &format!("learning_path:{course}:assigned")),
        grant(ana, "team:t1:member"),
        request("create_team", json!({ "team": named })),
        request("update_team", json!({ "team": team })),
        request("delete_team", json!({ "team": { "team_id": "t1" } })),
        request(
            "set_team_members",
            json!({ "team": { "team_id": "t1" }, "members": [ana.by_id()] }),
        ),
    ] {
        let outcome = world.ask(&asked);
        let expected = is("rejected", Some("unsupported_by_vendor"));
        assert_eq!(status(&outcome), expected, "{outcome:#}");
    }
    assert_eq!(world.scenario.requests(), 0);
}

#[test]
fn a_dry_run_tells_and_does_nothing() {
    let world =
        Provisioning::percipio().set(ALLOWED.0, ALLOWED.1).set("ROLLCALL_PROVISIONING", "dry-run");
    let ana = &world.cast.ana;
    let end = Timestamp::now() + SignedDuration::from_hours(1);
    let outcome = world.ask(&ending(grant(ana, "role:MANAGER"), end));
    assert_eq!(status(&outcome), is("planned", None), "{outcome:#}");
    let effects = json!([{ "action": "set_role",
        "detail": { "user_id": ana.id, "from": "LEARNER", "to": "MANAGER" } }]);
    assert_eq!(outcome["effects"], effects);
    assert_eq!(world.percipio_writes(), []);
}
