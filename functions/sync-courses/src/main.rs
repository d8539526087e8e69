//! Lambda function: copies a connection's courses and enrolments into the run's tables.

use rollcall_lambda_kit::{Account, Failure, Invocation, Talks, WalkParts, serve, sync_slice};
use rollcall_sync::{Answer, litmos, percipio};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    serve("sync-courses", Talks::ToVendor, handle).await
}

async fn handle(invocation: &mut Invocation<'_>) -> Result<Answer, Failure> {
    match invocation.context.account() {
        Account::Litmos(account) => {
            sync_slice(invocation, async |parts| Ok(litmos::CoursesWalk(parts.connect(account))))
                .await
        }
        Account::Percipio(account) => {
            let walk = async |parts: WalkParts<'_>| {
                let stash = percipio::Stash::of(parts.sync, parts.run_id);
                let (connection, scope) = (parts.connect(account), &parts.sync.scope);
                Ok(percipio::CoursesWalk::new(connection, stash, scope, parts.slice))
            };
            sync_slice(invocation, walk).await
        }
    }
}
