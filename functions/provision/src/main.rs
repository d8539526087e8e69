//! Lambda function: carries out provisioning requests from the queue.

use rollcall_lambda_kit::{Talks, provision, serve};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    serve("provision", Talks::ToVendor, provision).await
}
