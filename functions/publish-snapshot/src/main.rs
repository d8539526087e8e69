//! Lambda function: judges a finished run and leads readers to it, or quarantines it; releases one
//! that is given up.

use jiff::Timestamp;
use rollcall_lambda_kit::{Failure, Invocation, Metrics, PublishEvent, Talks, serve};
use rollcall_snapshot::{
    RunId, Verdict,
    publish::{Acceptance, Publication},
};
use serde::Serialize;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    serve("publish-snapshot", Talks::ToAws, handle).await
}

/// What became of the run.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Judged(Publication),
    Released {
        run_id: RunId,
        /// Whether it was the one under way.
        released: bool,
    },
}

async fn handle(invocation: &mut Invocation<'_>) -> Result<Answer, Failure> {
    match PublishEvent::read(&invocation.event)? {
        PublishEvent::Publish { run_id, accept } => publish(invocation, &run_id, accept).await,
        PublishEvent::Release { run_id } => release(invocation, run_id).await,
    }
}

async fn publish(
    invocation: &mut Invocation<'_>,
    run_id: &RunId,
    accept: Option<Acceptance>,
) -> Result<Answer, Failure> {
    invocation.belongs_to(run_id);
    let publisher = invocation.context.publisher();
    let publication = publisher.publish(run_id, accept.as_ref(), Timestamp::now()).await?;
    measure(invocation.metrics, &publication, Timestamp::now());
    Ok(Answer::Judged(publication))
}

async fn release(invocation: &mut Invocation<'_>, run_id: RunId) -> Result<Answer, Failure> {
    invocation.belongs_to(&run_id);
    let released = invocation.context.publisher().release(&run_id).await?;
    tracing::info!(released, "given up");
    Ok(Answer::Released { run_id, released })
}

fn measure(metrics: &mut Metrics, publication: &Publication, now: Timestamp) {
    let published = publication.verdict == Verdict::Published;
    metrics.count("Published", u64::from(published));
    metrics.count("Quarantined", u64::from(!published));
    if published {
        metrics.snapshot(&publication.run_id, now);
    }
    if let Some(measured) = publication.measured {
        metrics.percent("ShrinkPercent", measured.shrink_percent);
        metrics.count("DanglingRows", measured.dangling);
    }
    for (table, counts) in &publication.changes {
        metrics.count(&format!("{table}.added"), counts.added);
        metrics.count(&format!("{table}.removed"), counts.removed);
        metrics.count(&format!("{table}.changed"), counts.changed);
    }
    for (table, missed) in publication.missed_by_delta.iter().flatten() {
        let missed = missed.added + missed.removed + missed.changed;
        metrics.count(&format!("{table}.missed_by_delta"), missed);
    }
    let reasons = publication.reasons.join(" | ");
    tracing::info!(published, reasons, "judged");
}
