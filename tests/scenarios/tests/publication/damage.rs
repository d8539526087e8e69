//! A run folder that is not what the run wrote: never shown to readers.

use scenarios::{Scenario, TABLES};

use crate::support::{
    SECOND, assert_fails, assert_verdict, key, object, publish, published, small, sync,
};

fn users_part(scenario: &Scenario) -> String {
    key(scenario, &format!("snapshots/users/run_id={SECOND}/part-00000.parquet"))
}

#[test]
fn what_nobody_listed_quarantines_the_run() {
    let scenario = published(small());
    sync(&scenario, SECOND);
    let latest = object(&scenario, "latest.json");
    let strays = TABLES.map(|table| stray(&scenario, table));
    let answer = publish(&scenario, SECOND).unwrap();
    assert_verdict(&answer, "quarantined", &["stray_objects"]);
    let reason = answer["reasons"][0].as_str().unwrap();
    for stray in strays {
        assert!(reason.contains(&stray), "{reason} does not name {stray}");
    }
    assert_eq!(object(&scenario, "latest.json"), latest);
}

#[test]
fn the_folder_of_changes_is_no_exception() {
    let scenario = published(small());
    sync(&scenario, SECOND);
    let stray = stray(&scenario, "changes");
    let answer = publish(&scenario, SECOND).unwrap();
    assert_verdict(&answer, "quarantined", &["stray_objects"]);
    assert!(answer["reasons"][0].as_str().unwrap().contains(&stray), "{answer:#}");
}

/// Puts an object into a table's run folder that no run wrote.
fn stray(scenario: &Scenario, table: &str) -> String {
    let stray = key(scenario, &format!("snapshots/{table}/run_id={SECOND}/part-00001.parquet"));
    scenario.connection.bucket.put(&stray, "what is this");
    stray
}

#[test]
fn a_lost_part_is_missed_until_it_is_back() {
    let scenario = published(small());
    sync(&scenario, SECOND);
    let (bucket, part) = (&scenario.connection.bucket, users_part(&scenario));
    let (latest, bytes) = (object(&scenario, "latest.json"), bucket.get(&part).unwrap());
    bucket.delete(&part);
    assert_fails(publish(&scenario, SECOND), "CheckpointCorrupt", &part);
    assert_eq!(scenario.manifest(SECOND), None);
    assert_eq!(object(&scenario, "latest.json"), latest);
    bucket.put(&part, bytes);
    assert_verdict(&publish(&scenario, SECOND).unwrap(), "published", &[]);
}

/// What a part is replaced by.
type Forgery = fn(Vec<u8>) -> Vec<u8>;

/// Replaces a part in each of some ways; none may be taken for what the run wrote.
fn assert_found(forgeries: &[Forgery]) {
    let scenario = published(small());
    sync(&scenario, SECOND);
    let (bucket, part) = (&scenario.connection.bucket, users_part(&scenario));
    let (latest, bytes) = (object(&scenario, "latest.json"), bucket.get(&part).unwrap());
    for forge in forgeries {
        bucket.put(&part, forge(bytes.clone()));
        assert_fails(publish(&scenario, SECOND), "CheckpointCorrupt", &part);
        assert_eq!(scenario.manifest(SECOND), None);
        assert_eq!(object(&scenario, "latest.json"), latest);
    }
}

#[test]
fn a_damaged_part_is_found() {
    assert_found(&[
        |bytes| bytes[..bytes.len() - 9].to_vec(),
        |_| b"PAR1 or not".to_vec(),
        |bytes| vec![7; bytes.len()],
    ]);
}

/// It is as long as the part, and a table like it: only the hash tells.
#[test]
fn a_forged_part_is_found() {
    assert_found(&[|mut bytes| {
        let writer = b"rollcall";
        let at = bytes.windows(writer.len()).rposition(|found| found == writer);
        bytes[at.expect("a part names its writer")] = b'R';
        bytes
    }]);
}
