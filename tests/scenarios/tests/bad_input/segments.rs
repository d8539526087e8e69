//! Staged pages that cannot be read back: never taken for pages without rows.

use litmos_simulator::{Fault, Rule};
use scenarios::{FUNCTIONS, Scenario};

use crate::support::{FIRST, SECOND, assert_names, event, fails_twice, key, published};

/// A connection with a published run, and one whose enrolments are staged in part.
fn half_way() -> Scenario {
    let scenario = published();
    for function in &FUNCTIONS[..2] {
        scenario.finish(function, SECOND).unwrap();
    }
    let mut courses = scenario.simulator.world().course_ids();
    courses.sort_unstable();
    let last = format!("/courses/{}/users", courses.pop().unwrap());
    scenario.simulator.faults().add(Rule::new(Fault::Forbidden).on(last));
    let error = scenario.call("sync-courses", &event(SECOND)).unwrap_err();
    assert_eq!(error.error_type, "VendorForbidden", "{error}");
    scenario.simulator.faults().clear();
    scenario
}

/// What is left of a segment, if anything.
type Damage = fn(Vec<u8>) -> Option<Vec<u8>>;

#[test]
fn a_damaged_or_lost_segment_stops_the_run() {
    let damages: [Damage; 5] = [
        |_| None,
        |_| Some(Vec::new()),
        |_| Some(b"garbage".to_vec()),
        |bytes| Some(bytes[..bytes.len() - 3].to_vec()),
        |mut bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0x20;
            Some(bytes)
        },
    ];
    for table in ["courses", "enrolments"] {
        let scenario = half_way();
        let bucket = &scenario.connection.bucket;
        let staged = bucket.keys(&key(&scenario, &format!("runs/{SECOND}/staged/{table}/")));
        let segment = staged.first().expect("something is staged");
        let whole = bucket.get(segment).unwrap();
        for damage in damages {
            match damage(whole.clone()) {
                Some(bytes) => bucket.put(segment, bytes),
                None => bucket.delete(segment),
            }
            let error = fails_twice(&scenario.start("sync-courses"), &event(SECOND));
            assert_names(&error, "CheckpointCorrupt", &[segment]);
        }
        assert_eq!(scenario.latest().as_deref(), Some(FIRST));
        bucket.put(segment, whole);
        assert_eq!(scenario.run(SECOND).unwrap()["verdict"], "published");
        scenario.assert_tables_are_true(SECOND);
    }
}
