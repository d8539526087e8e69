//! Roles, given and taken.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::stage::Stage;

fn about(id: &str, role: &str) -> Value {
    json!({"principal": {"user_id": id}, "entitlement": format!("role:{role}")})
}

#[tokio::test]
async fn a_role_is_given_once_and_taken_once() {
    let stage = Stage::new();
    let id = stage.learner();
    for (told, role) in [
        ("LEARNING_ADMIN", "LEARNING_ADMIN"),
        ("REGIONAL_TRAINING_ADMIN", "REGIONAL_TRAINING_ADMIN"),
        ("Learning_Admin", "LEARNING_ADMIN"),
        ("regional_training_admin", "REGIONAL_TRAINING_ADMIN"),
    ] {
        for (operation, becomes) in [("grant", role), ("revoke", "LEARNER")] {
            let mut before = stage.record(&id);
            let (outcome, writes) = stage.ask(operation, about(&id, told)).await;
            assert_eq!(outcome["status"], "succeeded", "{outcome:#}");
            assert_eq!(writes, [(format!("PATCH /users/{id}"), json!({"role": becomes}))]);
            before["role"] = becomes.into();
            assert_eq!(stage.record(&id), before);
            let again = stage.refused(operation, about(&id, told)).await;
            assert_eq!(again, ("already_done".into(), String::new()));
        }
    }
}

#[tokio::test]
async fn a_role_that_may_be_more_is_not_replaced() {
    let stage = Stage::new();
    let id = stage.learner();
    for (there, operation, role, status, code) in [
        ("MANAGER", "grant", "ADMIN", "rejected", "would_demote"),
        ("ADMIN", "grant", "LEARNING_ADMIN", "rejected", "would_demote"),
        ("SYSTEM_INTEGRATOR", "grant", "ADMIN", "rejected", "would_demote"),
        ("ADMIN", "grant", "LEARNER", "rejected", "would_demote"),
        ("LEARNER", "grant", "CONTENT_CURATOR", "rejected", "role_not_grantable"),
        ("MANAGER", "grant", "CONTENT_CURATOR", "rejected", "role_not_grantable"),
        ("LEARNER", "grant", "SITE_ADMIN", "rejected", "unknown_role"),
        ("LEARNER", "revoke", "SITE_ADMIN", "rejected", "unknown_role"),
        ("ADMIN", "revoke", "LEARNING_ADMIN", "already_done", ""),
        ("LEARNER", "revoke", "LEARNER", "already_done", ""),
    ] {
        stage.simulator.world().set_role(&id, there);
        let refused = stage.refused(operation, about(&id, role)).await;
        assert_eq!(refused, (status.into(), code.into()), "{there}: {operation} {role}");
    }
}

#[tokio::test]
async fn the_end_of_a_grant_restores_the_role_unless_somebody_else_has_changed_it() {
    for (meanwhile, status, finally) in
        [(None, "succeeded", "LEARNER"), (Some("ADMIN"), "already_done", "ADMIN")]
    {
        let stage = Stage::new();
        let id = stage.learner();
        let mut members = about(&id, "LEARNING_ADMIN");
        members["expires_at"] = "1970-01-01T01:00:00Z".into();
        let (outcome, _) = stage.ask("grant", members).await;
        assert_eq!(outcome["status"], "succeeded", "{outcome:#}");
        meanwhile.map(|role| stage.simulator.world().set_role(&id, role));
        stage.pass(SignedDuration::from_hours(1));
        let ended = stage.expire().await;
        assert_eq!((ended.len(), &ended[0]["status"]), (1, &json!(status)), "{ended:#?}");
        assert_eq!(stage.record(&id)["role"], finally);
        assert_eq!(stage.expire().await, Vec::<Value>::new());
    }
}

/// No role is one that there must be somebody with.
#[tokio::test]
async fn an_admin_is_disabled_like_anybody_else() {
    let stage = Stage::new();
    let id = stage.learner();
    stage.simulator.world().set_role(&id, "ADMIN");
    let (outcome, _) = stage.ask("disable_account", json!({"principal": {"user_id": id}})).await;
    assert_eq!(outcome["status"], "succeeded", "{outcome:#}");
    assert_eq!(
        (&stage.record(&id)["isActive"], &stage.record(&id)["role"]),
        (&json!(false), &json!("ADMIN"))
    );
}
