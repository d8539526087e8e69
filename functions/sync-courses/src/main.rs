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
            let walk = async |parts: WalkParts<'_>| {
                Ok(litmos::CoursesWalk::new(parts.connect(account), parts.brief.scope))
            };
            sync_slice(invocation, walk).await
        }
        Account::Percipio(account) => {
            let walk = async |parts: WalkParts<'_>| {
                let stash = percipio::Stash::of(parts.sync, parts.run_id);
                let users = percipio::RunUsers::of(parts.sync, parts.run_id);
                let connection = parts.connect(account);
                let (brief, slice) = (parts.brief, parts.slice);
                Ok(percipio::CoursesWalk::new(connection, (stash, users), brief, slice))
            };
            sync_slice(invocation, walk).await
        }
    }
}
