//! Publication undone, wholly or in part, to have it done once more.

use scenarios::Scenario;
use serde_json::Value;

use super::{key, object, publish};

/// How many objects publication writes.
pub(crate) const WRITES: usize = 4;

/// What publication writes, in its order.
pub(crate) fn written(run_id: &str) -> [String; WRITES] {
    [
        format!("runs/{run_id}/publication.json"),
        format!("snapshots/changes/run_id={run_id}/part-00000.parquet"),
        format!("manifests/run_id={run_id}/manifest.json"),
        "latest.json".to_owned(),
    ]
}

/// What was there before a run was published, to have it published once more.
pub(crate) struct Unpublished {
    latest: Vec<u8>,
    current: Vec<u8>,
}

impl Unpublished {
    pub(crate) fn note(scenario: &Scenario) -> Self {
        let noted = |below| object(scenario, below).expect("it is there before publication");
        Self { latest: noted("latest.json"), current: noted("runs/current.json") }
    }

    /// Leaves things as they are after so many writes of publication.
    pub(crate) fn restore(&self, scenario: &Scenario, run_id: &str, writes: usize) {
        let bucket = &scenario.connection.bucket;
        bucket.put(&key(scenario, "latest.json"), self.latest.clone());
        bucket.put(&key(scenario, "runs/current.json"), self.current.clone());
        for undone in &written(run_id)[writes..WRITES - 1] {
            bucket.delete(&key(scenario, undone));
        }
    }

    /// The manifest without the time, which alone may differ from one publication to another.
    pub(crate) fn manifest(&self, scenario: &Scenario, run_id: &str) -> Value {
        let mut manifest = scenario.manifest(run_id).expect("the run is judged");
        manifest.as_object_mut().unwrap().remove("finished_at").expect("a time");
        manifest
    }

    /// Asserts that the run was judged as it is when nothing comes between; the manifest has the
    /// hashes of all parts, those of `changes` too.
    #[track_caller]
    pub(crate) fn assert_as_undisturbed(&self, scenario: &Scenario, run_id: &str) {
        let manifest = self.manifest(scenario, run_id);
        self.restore(scenario, run_id, 0);
        publish(scenario, run_id).unwrap();
        assert_eq!(manifest, self.manifest(scenario, run_id));
    }
}
