//! Lambda function: copies a connection's teams and their members into the run's tables.

mod plain_learners;

use rollcall_lambda_kit::{Account, Failure, Invocation, Talks, WalkParts, serve, sync_slice};
use rollcall_snapshot::Mode;
use rollcall_sync::{Answer, litmos, percipio};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    serve("sync-teams", Talks::ToVendor, handle).await
}

async fn handle(invocation: &mut Invocation<'_>) -> Result<Answer, Failure> {
    match invocation.context.account() {
        Account::Litmos(account) => {
            let walk = async |parts: WalkParts<'_>| {
                let plain = match parts.brief.plan.mode() {
                    Mode::Full => plain_learners::read(parts.sync, parts.run_id).await?,
                    // Lists of changes tell who leads.
                    Mode::Delta => litmos::PlainLearners::default(),
                };
                Ok(litmos::TeamsWalk { connection: parts.connect(account), plain })
            };
            sync_slice(invocation, walk).await
        }
        Account::Percipio(_) => sync_slice(invocation, async |_| Ok(percipio::NoTeamsWalk)).await,
    }
}
