//! Lambda function: copies a connection's teams and their members into the run's tables.

mod plain_learners;

use rollcall_lambda_kit::{Failure, Invocation, Talks, WalkParts, serve, sync_slice};
use rollcall_sync::{Answer, litmos::TeamsWalk};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    serve("sync-teams", Talks::ToVendor, handle).await
}

async fn handle(invocation: &mut Invocation<'_>) -> Result<Answer, Failure> {
    let walk = async |parts: WalkParts<'_>| {
        let plain = plain_learners::read(parts.sync, parts.run_id).await?;
        Ok(TeamsWalk { connection: parts.vendor(), plain })
    };
    sync_slice(invocation, walk).await
}
