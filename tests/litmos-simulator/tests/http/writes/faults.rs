//! What goes wrong with writes, before they are carried out and after.

use litmos_simulator::{Fault, Loss, Options, Rule};
use serde_json::Value;

use super::{ada, submit, write};
use crate::client::{get, start};

const JSON: Option<&str> = Some("application/json");

#[test]
fn a_fault_keeps_a_write_from_happening() {
    let simulator = start(Options::default());
    for fault in [
        Fault::Unavailable,
        Fault::RateLimited,
        Fault::GatewayTimeout,
        Fault::ServerError,
        Fault::Unauthorized,
        Fault::Forbidden,
        Fault::NotFound,
        Fault::Html,
        Fault::Reset,
    ] {
        simulator.faults().add(Rule::new(fault).method("POST").on("/users").times(1));
        assert_eq!(get(&simulator, "/users").status, 200, "reads are not meant");
        let answer = submit(&simulator, "POST", "/users", JSON, &ada().to_string());
        assert_eq!(answer.is_none(), fault == Fault::Reset);
        assert_eq!(simulator.truth().users().len(), 200, "{fault:?}");
        assert!(!simulator.writes().last().unwrap().applied);
    }
    assert_eq!(write(&simulator, "POST", "/users", &ada()).status, 201);
}

#[test]
fn an_answer_can_be_lost_after_the_write() {
    for (with, status) in
        [(Loss::Reset, None), (Loss::Unavailable, Some(503)), (Loss::GatewayTimeout, Some(504))]
    {
        let simulator = start(Options::default());
        simulator.faults().add(Rule::new(Fault::AnswerLost { with }).method("POST").times(1));
        let answer = submit(&simulator, "POST", "/users", JSON, &ada().to_string());
        assert_eq!(answer.map(|answer| answer.status), status);
        assert_eq!(simulator.truth().users().len(), 201);
        assert!(simulator.writes()[0].applied);
        assert_eq!(simulator.log().entries()[0].status, status);
        assert_eq!(write(&simulator, "POST", "/users", &ada()).status, 409, "the retry finds it");
    }
}

#[test]
fn a_refused_write_whose_answer_is_lost_was_not_applied() {
    let simulator = start(Options::default());
    let with = Loss::Unavailable;
    simulator.faults().add(Rule::new(Fault::AnswerLost { with }));
    assert_eq!(write(&simulator, "DELETE", "/teams/nobody", &Value::Null).status, 503);
    assert!(!simulator.writes()[0].applied);
    assert_eq!(get(&simulator, "/teams").status, 200, "a read has nothing to lose");
}

#[test]
fn a_new_accounts_answer_can_be_cut_off() {
    let simulator = start(Options::default());
    simulator.faults().add(Rule::new(Fault::CutOff).method("POST").times(1));
    let answer = write(&simulator, "POST", "/users", &ada());
    assert_eq!(answer.status, 201);
    assert!(serde_json::from_str::<Value>(answer.text()).is_err());
    assert_eq!(simulator.truth().users().len(), 201);
}

#[test]
fn a_rule_about_a_method_and_a_loss_is_short_in_json() {
    let rule: Rule = serde_json::from_str(
        r#"{"fault":"answer_lost","with":"gateway_timeout","method":"PUT","on":"/leaders/"}"#,
    )
    .unwrap();
    assert_eq!(rule.fault, Fault::AnswerLost { with: Loss::GatewayTimeout });
    assert_eq!(rule.method.as_deref(), Some("PUT"));
}
