//! Lambda function: copies a connection's courses and enrolments into the run's tables.

use rollcall_lambda_kit::{Failure, Invocation, Talks, serve, sync_slice};
use rollcall_sync::{Answer, litmos::CoursesWalk};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    serve("sync-courses", Talks::ToVendor, handle).await
}

async fn handle(invocation: &mut Invocation<'_>) -> Result<Answer, Failure> {
    sync_slice(invocation, async |parts| Ok(CoursesWalk(parts.vendor()))).await
}
