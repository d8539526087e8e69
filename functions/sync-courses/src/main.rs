//! Lambda function: copies a connection's courses and enrolments into the run's tables.

use rollcall_lambda_kit::{Failure, Invocation, RunEvent, Talks, serve, sync_metrics};
use rollcall_sync::{Answer, litmos::CoursesWalk};
use tracing::Instrument;

const FUNCTION: &str = "sync-courses";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    serve(FUNCTION, Talks::ToVendor, handle).await
}

async fn handle(invocation: &mut Invocation<'_>) -> Result<Answer, Failure> {
    let RunEvent { run_id } = RunEvent::read(&invocation.event)?;
    let (context, slice) = (invocation.context, invocation.slice());
    let span = tracing::info_span!("run", %run_id);
    let sync = context.sync(FUNCTION);
    let walk = async |not_before| Ok(CoursesWalk(context.vendor(not_before)));
    let answer = sync.slice(&run_id, slice, walk).instrument(span).await?;
    sync_metrics(invocation.metrics, &answer);
    Ok(answer)
}
