//! How long an answer is waited for.

use rollcall_vendor_client::percipio::{Percipio, Settings, UserFields, UserRef};
use rollcall_vendor_client::{Patience, VendorError, VendorSettings};
use tokio::time::Instant;

use super::ANA;
use crate::server::{Reply, Server, Setup};

/// The seconds after which a call gives up that nobody answers.
async fn seconds<T>(call: impl AsyncFnOnce(Percipio) -> Result<T, VendorError>) -> u64 {
    let server = Server::start([Reply::Stall("")]).await;
    let (timeouts, patience) = (Settings::TIMEOUTS, Patience::attempts(1));
    let client = server.percipio_with(Setup { timeouts, patience, ..Setup::default() });
    // From where there is nothing to do but to wait, time passes at once.
    let waiting = async {
        while server.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        tokio::time::pause();
    };
    let began = Instant::now();
    let (answer, ()) = tokio::join!(call(client), waiting);
    assert!(answer.is_err());
    let waited = began.elapsed().as_secs();
    tokio::time::resume();
    waited
}

#[tokio::test]
async fn a_function_of_two_minutes_has_time_for_several_accounts_and_none_for_a_slow_page() {
    let mut fields = UserFields::new();
    fields.set_active(true);
    let (id, fields) = (UserRef::Id(ANA.to_owned()), &fields);
    let short = [
        seconds(async |client: Percipio| client.user(&id).await).await,
        seconds(async |client: Percipio| client.patch_user(ANA, fields).await).await,
        seconds(async |client: Percipio| client.create_user("E1", fields, false).await).await,
        seconds(async |client: Percipio| client.custom_attributes().await).await,
    ];
    assert_eq!(short, [15; 4]);
    let page = seconds(async |client: Percipio| client.catalog(0, None, None).await).await;
    assert_eq!(page, 180);
}
