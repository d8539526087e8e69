//! Lambda function: are the credentials, the permissions and the bucket in order, and what schema
//! has this tenant.

mod bucket;
mod litmos;
mod percipio;
mod report;
mod told;

use std::time::Duration;

use report::Report;
use rollcall_lambda_kit::{Account, Context, Failure, Invocation, Talks, Vendor, serve};
use rollcall_vendor_client::Usage;
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
    let vendor = context.config.vendor;
    let grantable = context.grantable_roles()?;
    let mut report = Report::new(vendor.name(), checks(vendor));
    let time = invocation.remaining.saturating_sub(RESERVE);
    // Side by side: a bucket that does not answer says nothing about the vendor.
    let (bucket, usage) = tokio::join!(
        timeout(time, bucket::check(&*context.store, &context.keys)),
        check_vendor(context, time, &mut report),
    );
    report.checks.push(bucket.unwrap_or_else(|_| bucket::out_of_time()));
    report.note_unknown_roles(&vendor.unknown_roles(&grantable, &report.schema.roles));
    invocation.metrics.vendor(&usage);
    if report.refused_credentials {
        invocation.metrics.refused_credentials();
    }
    invocation.metrics.count("ConnectionOk", u64::from(report.finish()));
    Ok(report)
}

fn checks(vendor: Vendor) -> &'static [&'static str] {
    match vendor {
        Vendor::Litmos => litmos::CHECKS,
        Vendor::Percipio => percipio::CHECKS,
    }
}

async fn check_vendor(context: &Context, time: Duration, report: &mut Report) -> Usage {
    let (checked, trouble, usage) = match context.account() {
        Account::Litmos(account) => {
            let client = context.connect(account, None).client;
            let checked = timeout(time, litmos::check(&client, report)).await;
            (checked, client.last_trouble(), client.usage())
        }
        Account::Percipio(account) => {
            let client = context.connect(account, None).client;
            let checked = timeout(time, percipio::check(&client, report)).await;
            (checked, client.last_trouble(), client.usage())
        }
    };
    if checked.is_err() {
        report.vendor_out_of_time(trouble);
    }
    usage
}
