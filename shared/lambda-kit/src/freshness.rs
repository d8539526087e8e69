//! How old what readers see is.

use jiff::Timestamp;
use rollcall_snapshot::{Latest, RunId};

use crate::{Context, Metrics};

/// Measures the snapshot that readers are led to. Best effort: whatever is wrong with the pointer is
/// told by the function that needs it.
pub(crate) async fn measure_latest(context: &Context, metrics: &mut Metrics) {
    let Ok(Some(object)) = context.store.get(&context.keys.latest()).await else { return };
    if let Ok(latest) = serde_json::from_slice::<Latest>(&object.bytes) {
        metrics.snapshot(&latest.run_id, Timestamp::now());
    }
}

impl Metrics {
    /// Adds how old the snapshot is that readers are led to.
    pub fn snapshot(&mut self, latest: &RunId, now: Timestamp) {
        self.seconds("SnapshotAgeSeconds", now.duration_since(latest.instant()).as_secs_f64());
    }
}
