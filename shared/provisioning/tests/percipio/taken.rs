//! What takes access away is done when it is seen to be done.

use percipio_simulator::{Fault, Rule};
use rollcall_provisioning::process::Handled;
use serde_json::json;

use crate::stage::Stage;

/// The vendor says yes and does nothing, or something says something.
#[tokio::test]
async fn what_is_still_there_is_not_taken_away() {
    for fault in [Fault::Empty, Fault::NoContent, Fault::EmptyList, Fault::Html, Fault::NotJson] {
        let stage = Stage::new();
        let id = stage.learner();
        stage.simulator.world().set_role(&id, "LEARNING_ADMIN");
        let principal = json!({"user_id": id});
        for (operation, more) in [
            ("revoke", json!({"principal": principal, "entitlement": "role:LEARNING_ADMIN"})),
            ("disable_account", json!({"principal": principal})),
        ] {
            stage.simulator.faults().add(Rule::new(fault).method("PATCH"));
            let body = stage.request(operation, &more);
            let handled = stage.hand_over(&body, stage.store.clone()).await;
            assert!(matches!(handled, Handled::Later(_)), "{fault:?} {operation}: {handled:?}");
            stage.simulator.faults().clear();
            stage.simulator.reset_log();
            let outcome = stage.deliver(&body).await;
            assert_eq!(outcome["status"], "succeeded", "{outcome:#}");
            // The account, the write and a look at what came of it.
            assert_eq!(stage.simulator.log().count(), 3);
        }
        let record = stage.record(&id);
        assert_eq!((&record["role"], &record["isActive"]), (&json!("LEARNER"), &json!(false)));
    }
}
