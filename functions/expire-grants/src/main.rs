//! Lambda function: asks for the end of each grant that is due.

use rollcall_lambda_kit::{Talks, expire_grants, serve};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    serve("expire-grants", Talks::ToAws, expire_grants).await
}
