//! Lambda function: are the credentials, the permissions and the bucket in order, and what schema
//! has this tenant.

mod bucket;
mod report;
mod vendor;

use std::time::Duration;

use report::Report;
use rollcall_lambda_kit::{Failure, Invocation, Talks, serve};
use tokio::time::timeout;

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
    let litmos = context.vendor(None).litmos;
    let time = invocation.remaining.saturating_sub(RESERVE);
    // Side by side: a bucket that does not answer says nothing about the vendor.
    let (bucket, vendor) = tokio::join!(
        timeout(time, bucket::check(&*context.store, &context.keys)),
        timeout(time, vendor::check(&litmos, &mut report)),
    );
    if vendor.is_err() {
        report.vendor_out_of_time(litmos.last_trouble());
    }
    report.checks.push(bucket.unwrap_or_else(|_| bucket::out_of_time()));
    invocation.metrics.count("ConnectionOk", u64::from(report.finish()));
    Ok(report)
}
