//! Lambda function: are the credentials, the permissions and the bucket in order, and what schema
//! has this tenant.

mod bucket;
mod report;
mod vendor;

use std::time::Duration;

use report::Report;
use rollcall_lambda_kit::{Failure, Invocation, Talks, serve};

/// What is kept of the time for the answer.
const RESERVE: Duration = Duration::from_secs(10);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    serve("check-connection", Talks::ToVendor, handle).await
}

async fn handle(invocation: &mut Invocation<'_>) -> Result<Report, Failure> {
    if !invocation.event.is_object() {
        return Err(Failure::new("InvalidEvent", "the event must be an object, like {}"));
    }
    let context = invocation.context;
    let mut report = Report::new("litmos");
    report.checks.push(bucket::check(&*context.store, &context.keys).await);
    let time = invocation.remaining.saturating_sub(RESERVE);
    let litmos = context.vendor(None).litmos;
    if tokio::time::timeout(time, vendor::check(&litmos, &mut report)).await.is_err() {
        report.out_of_time(litmos.last_trouble());
    }
    invocation.metrics.count("ConnectionOk", u64::from(report.finish()));
    Ok(report)
}
