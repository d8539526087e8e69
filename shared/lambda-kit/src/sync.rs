//! What the sync functions have in common: an event in, one slice of a run, an answer out.

use std::sync::OnceLock;

use jiff::Timestamp;
use rollcall_snapshot::RunId;
use rollcall_sync::{Answer, Brief, Connection, Slice, Status, Sync, SyncError, Walk};
use rollcall_vendor_client::{Usage, VendorSettings};

use crate::{Context, Failure, Invocation, RunEvent, freshness};

/// What a walk of a sync function can be made from.
pub struct WalkParts<'a> {
    /// The function's part of runs.
    pub sync: &'a Sync,
    /// The run.
    pub run_id: &'a RunId,
    /// What is asked for.
    pub brief: Brief<'a>,
    /// The time of this invocation.
    pub slice: Slice,
    context: &'a Context,
    not_before: Option<Timestamp>,
    usage: &'a OnceLock<Usage>,
}

impl WalkParts<'_> {
    /// The account, at the pace that the run has left off with; as long as it is there, it uses what
    /// provisioning leaves.
    #[must_use]
    pub fn connect<S: VendorSettings>(&self, account: &S) -> Connection<S> {
        let connection = self.context.connect_borrowing(account, self.not_before);
        self.usage.get_or_init(|| connection.client.usage());
        connection
    }
}

/// Does one slice of the run that the event names. `walk` is called if there is something to read.
///
/// # Errors
/// What the contract lists; what was staged is kept.
pub async fn sync_slice<W: Walk>(
    invocation: &mut Invocation<'_>,
    walk: impl AsyncFnOnce(WalkParts<'_>) -> Result<W, SyncError>,
) -> Result<Answer, Failure> {
    let RunEvent { run_id, mode } = RunEvent::read(&invocation.event)?;
    invocation.belongs_to(&run_id);
    let context = invocation.context;
    let slice = Slice::of(invocation.remaining, context.config.slice);
    let sync = &context.sync(invocation.function);
    let (run_id, usage) = (&run_id, &OnceLock::new());
    let walk = async |brief: Brief<'_>, not_before| {
        walk(WalkParts { sync, run_id, brief, slice, context, not_before, usage }).await
    };
    freshness::measure_latest(context, invocation.metrics).await;
    let answer = sync.slice(run_id, mode, slice, walk).await;
    // Also of a slice that fails: then they tell why.
    if let Some(usage) = usage.get() {
        invocation.metrics.vendor(usage);
    }
    let answer = answer?;
    measure(invocation, &answer);
    Ok(answer)
}

fn measure(invocation: &mut Invocation<'_>, answer: &Answer) {
    let metrics = &mut *invocation.metrics;
    metrics.count("Complete", u64::from(answer.status == Status::Complete));
    for (table, held) in &answer.tables {
        metrics.count(&format!("{table}.rows"), held.rows);
    }
}
