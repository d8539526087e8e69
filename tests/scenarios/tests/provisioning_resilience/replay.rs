//! The same message ten times: one write, and the same outcome each time.

use std::{
    sync::{Mutex, PoisonError},
    thread,
};

use scenarios::{Provisioning, QueueRecord};
use serde_json::Value;

use crate::{
    instance::{Instance, TOO_SHORT_TO_WAIT},
    kinds::{Case, KINDS, world},
    support::{alone, id, written},
};

const TIMES: usize = 10;

fn case_of(world: &Provisioning, name: &str) -> Case {
    let (_, make) = KINDS.into_iter().find(|(kind, _)| *kind == name).unwrap();
    make(world, 1).remove(0)
}

/// Asserts that it was done once, and told so often, each time alike.
#[track_caller]
fn assert_once(world: &Provisioning, name: &str, case: &Case, told: &[Value]) {
    assert_eq!(told.len(), TIMES, "{name}");
    let recorded = world.entry(&format!("requests/{}/outcome.json", id(&case.body))).unwrap();
    assert!(told.iter().all(|outcome| *outcome == recorded), "{name}: {told:#?}");
    assert_eq!(recorded["status"], "succeeded", "{name}");
    assert_eq!(written(world), case.writes, "{name}");
    assert!((case.is_so)(world), "{name}");
}

#[test]
fn one_after_the_other() {
    let world = world();
    for (name, _) in KINDS {
        let case = case_of(&world, name);
        world.vendor().reset_log();
        let told: Vec<_> = (0..TIMES).map(|_| world.ask(&case.body)).collect();
        assert_once(&world, name, &case, &told);
    }
}

#[test]
fn in_one_batch() {
    let world = world();
    for (name, _) in KINDS {
        let case = case_of(&world, name);
        world.vendor().reset_log();
        let records: Vec<_> =
            (0..TIMES).map(|_| QueueRecord::made_up(case.body.to_string())).collect();
        assert_eq!(world.hand_over(&records), [] as [String; 0], "{name}");
        assert_once(&world, name, &case, &world.take_outcomes());
    }
}

/// Whichever instance comes to work takes the next of the messages.
#[test]
fn through_two_instances_at_once() {
    let world = world();
    let instances = Instance::pair(&world);
    for (name, _) in KINDS {
        let case = case_of(&world, name);
        world.vendor().reset_log();
        let events = (0..TIMES).map(|_| {
            let record = QueueRecord::made_up(case.body.to_string());
            alone(&world, &record)
        });
        let left: Mutex<Vec<_>> = Mutex::new(events.collect());
        let next = || left.lock().unwrap_or_else(PoisonError::into_inner).pop();
        thread::scope(|scope| {
            for instance in &instances {
                scope.spawn(|| {
                    while let Some(event) = next() {
                        while !instance.invoke_within(&event, TOO_SHORT_TO_WAIT).is_empty() {}
                    }
                });
            }
        });
        assert_once(&world, name, &case, &world.take_outcomes());
    }
}
