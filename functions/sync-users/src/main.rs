//! Lambda function: copies a connection's users into the run's tables.

use rollcall_lambda_kit::{Account, Failure, Invocation, Talks, WalkParts, serve, sync_slice};
use rollcall_sync::{Answer, litmos, percipio};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    serve("sync-users", Talks::ToVendor, handle).await
}

async fn handle(invocation: &mut Invocation<'_>) -> Result<Answer, Failure> {
    match invocation.context.account() {
        Account::Litmos(account) => {
            sync_slice(invocation, async |parts| Ok(litmos::UsersWalk(parts.connect(account))))
                .await
        }
        Account::Percipio(account) => {
            let walk = async |parts: WalkParts<'_>| {
                let (connection, since) = (parts.connect(account), parts.brief.since());
                Ok(percipio::UsersWalk { connection, since })
            };
            sync_slice(invocation, walk).await
        }
    }
}
