//! Accounts that somebody else makes meanwhile.

use percipio_simulator::{Fault, Loss, Rule};
use rollcall_provisioning::process::Handled;
use serde_json::json;

use crate::stage::Stage;

/// The account is there, but the first look does not see it.
fn unseen_at_first(stage: &Stage) {
    let rule = Rule::new(Fault::NotFound).method("GET").on("/external-user-id/").times(1);
    stage.simulator.faults().add(rule);
}

#[tokio::test]
async fn an_account_that_somebody_else_has_just_made_is_left_as_it_is() {
    let stage = Stage::new();
    let id = stage.learner();
    let (before, name) = (stage.records(), stage.name(&id));
    unseen_at_first(&stage);
    let account = json!({"user_name": name, "last_name": "Else", "active": false});
    let (outcome, writes) = stage.ask("create_account", json!({"account": account})).await;
    assert_eq!((&outcome["status"], writes.len()), (&json!("already_done"), 0), "{outcome:#}");
    let told = (&outcome["effects"], &outcome["result"]["user_id"], &outcome["principal"]);
    assert_eq!(told, (&json!([]), &json!(id), &json!({"user_id": id, "user_name": name})));
    assert!(stage.records() == before);
    assert_eq!(stage.simulator.writes().len(), 1, "tried once");
}

/// If an attempt before it has not been answered, the account is its own.
#[tokio::test]
async fn an_account_whose_making_was_not_answered_is_there_and_told_as_made() {
    for sees_it in [true, false] {
        let stage = Stage::new();
        let account = json!({"user_name": "dee", "last_name": "Ek"});
        let body = stage.request("create_account", &json!({"account": account}));
        let lost = Fault::AnswerLost { with: Loss::GatewayTimeout };
        stage.simulator.faults().add(Rule::new(lost).times(1));
        let first = stage.hand_over(&body, stage.store.clone()).await;
        assert!(matches!(first, Handled::Later(_)), "{first:?}");
        stage.simulator.faults().clear();
        if !sees_it {
            unseen_at_first(&stage);
        }
        let outcome = stage.deliver(&body).await;
        assert_eq!(outcome["status"], "succeeded", "{outcome:#}");
        assert_eq!(outcome["effects"][0]["action"], "create_account");
        let made = stage.writes();
        assert_eq!(made.len(), 1, "{made:?}");
        let id = stage.simulator.writes()[0].created.clone();
        assert_eq!(outcome["result"]["user_id"], json!(id));
    }
}

#[tokio::test]
async fn what_the_vendor_does_not_take_has_failed() {
    let stage = Stage::new();
    let (id, before) = (stage.learner(), stage.records());
    let taken = stage.record(&id)["email"].clone();
    let account = json!({"user_name": "dee", "email": taken});
    let refused = stage.refused("create_account", json!({"account": account})).await;
    assert_eq!(refused, ("failed".into(), "vendor_conflict".into()));
    let nobody = json!({"principal": {"user_id": id}, "account": {"user_name": "x".repeat(300)}});
    let refused = stage.refused("update_account", nobody).await;
    assert_eq!(refused, ("failed".into(), "vendor_conflict".into()));
    assert!(stage.records() == before);
}
