//! Two at once: there is one verdict, and one run at a time.

use std::thread;

use scenarios::{FunctionError, Scenario};
use serde_json::{Value, json};

use crate::support::{
    SECOND, THIRD, Unpublished, assert_fails, assert_parts_are_whole, assert_verdict, key, objects,
    publish, published, rename_somebody, small, sync,
};

type Answer = Result<Value, FunctionError>;

/// Hands one event to two processes that are both waiting for it.
fn twice(scenario: &Scenario, event: &Value) -> [Answer; 2] {
    let processes = [(); 2].map(|()| scenario.start("publish-snapshot"));
    for process in &processes {
        process.start_time();
    }
    let [one, other] = &processes;
    thread::scope(|scope| {
        let one = scope.spawn(|| one.invoke(event, scenarios::PLENTY));
        let other = other.invoke(event, scenarios::PLENTY);
        [one.join().unwrap(), other]
    })
}

/// At least one has come through, and the other has said the same or that it gave way.
#[track_caller]
fn assert_agree(answers: [Answer; 2]) -> Value {
    let mut verdicts = Vec::new();
    for answer in answers {
        match answer {
            Ok(verdict) => verdicts.push(verdict),
            Err(error) => assert_eq!(error.error_type, "RunConflict", "{error}"),
        }
    }
    assert!(verdicts.windows(2).all(|pair| pair[0] == pair[1]), "{verdicts:#?}");
    verdicts.into_iter().next().expect("one of them comes through")
}

#[test]
fn two_publications_at_once_give_one_verdict() {
    let scenario = published(small());
    for number in 2..6 {
        let run_id = format!("2026112{number}T220000Z");
        rename_somebody(&scenario, &run_id);
        sync(&scenario, &run_id);
        let unpublished = Unpublished::note(&scenario);
        let verdict = assert_agree(twice(&scenario, &json!({ "run_id": run_id })));
        assert_verdict(&verdict, "published", &[]);
        assert_eq!(publish(&scenario, &run_id).unwrap(), verdict);
        assert_eq!(scenario.latest().as_deref(), Some(&*run_id));
        assert_eq!(scenario.document("runs/current.json"), None);
        assert_parts_are_whole(&scenario, &run_id);
        unpublished.assert_as_undisturbed(&scenario, &run_id);
    }
}

#[test]
fn of_two_who_accept_one_is_recorded() {
    let scenario = published(small());
    scenario.simulator.world().shrink_users(10);
    assert_eq!(scenario.run(SECOND).unwrap()["verdict"], "quarantined");
    let accept = json!({ "by": "lee@example.org", "reason": "the contractors left" });
    let event = json!({ "run_id": SECOND, "accept": accept });
    let verdict = assert_agree(twice(&scenario, &event));
    assert_eq!(verdict["verdict"], "published");
    assert_eq!(scenario.latest().as_deref(), Some(SECOND));
    assert_eq!(objects(&scenario, "acceptances/").len(), 1);
}

#[test]
fn a_run_is_not_judged_while_another_is_under_way() {
    let scenario = published(small());
    sync(&scenario, SECOND);
    let marker = key(&scenario, "runs/current.json");
    let mut other = scenario.document("runs/current.json").unwrap();
    other["run_id"] = json!(THIRD);
    scenario.connection.bucket.put(&marker, other.to_string());
    let before = objects(&scenario, "");
    assert_fails(publish(&scenario, SECOND), "RunConflict", THIRD);
    assert_eq!(objects(&scenario, ""), before);
}
