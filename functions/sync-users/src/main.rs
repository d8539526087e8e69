//! Lambda function: copies a connection's users into the run's tables.

use rollcall_lambda_kit::{Account, Failure, Invocation, Talks, serve, sync_slice};
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
            sync_slice(invocation, async |parts| Ok(percipio::UsersWalk(parts.connect(account))))
                .await
        }
    }
}
