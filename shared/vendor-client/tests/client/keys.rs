//! Keys that are refused, rotated or missing.

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use rollcall_vendor_client::litmos::{JsonDates, Litmos, Region, Settings};
use rollcall_vendor_client::{
    CredentialError, Credentials, Http, Pacer, Requests, SecretString, Timeouts, VendorError,
};

use crate::server::{KEY, Keys, Reply, Server, Setup, ok, reply};

fn refused() -> Reply {
    reply("401 Unauthorized", "")
}

#[tokio::test]
async fn a_rotated_key_is_read_again_and_the_request_repeated() {
    let server = Server::start([refused(), ok("[]")]).await;
    let keys = Keys::rotating(vec![KEY, "another-key"]);
    let client = server.client_with(Setup { keys: keys.clone(), ..Setup::default() });
    client.teams(0).await.unwrap();
    assert_eq!((keys.rereads(), client.requests()), (1, Requests { sent: 2, retried: 1 }));
    let heads = server.heads();
    assert!(heads[0].contains(KEY) && heads[1].contains("another-key"), "{heads:?}");
}

#[tokio::test]
async fn the_same_key_is_not_tried_twice() {
    let server = Server::start([refused()]).await;
    let keys = Keys::always(KEY);
    let client = server.client_with(Setup { keys: keys.clone(), ..Setup::default() });
    let error = client.teams(0).await.unwrap_err();
    assert!(matches!(error, VendorError::Unauthorized { .. }), "{error:?}");
    assert_eq!((keys.rereads(), client.requests().sent), (1, 1));
}

#[tokio::test]
async fn a_second_refusal_is_final() {
    let server = Server::start([refused()]).await;
    let keys = Keys::rotating(vec![KEY, "second-key", "third-key"]);
    let client = server.client_with(Setup { keys: keys.clone(), ..Setup::default() });
    let error = client.teams(0).await.unwrap_err();
    assert!(matches!(error, VendorError::Unauthorized { .. }), "{error:?}");
    assert_eq!((keys.rereads(), client.requests().sent), (1, 2));
}

#[tokio::test]
async fn several_refusals_at_once_lead_to_one_reread() {
    for keys in [Keys::rotating(vec![KEY, "another-key"]), Keys::always(KEY)] {
        let server = Server::start([refused(), refused(), refused(), ok("[]")]).await;
        let client = server.client_with(Setup { keys: keys.clone(), ..Setup::default() });
        let calls = [0, 1, 2].map(|_| client.teams(0));
        let results = futures::future::join_all(calls).await;
        assert!(results.windows(2).all(|pair| pair[0].is_ok() == pair[1].is_ok()), "{results:?}");
        assert_eq!(keys.rereads(), 1);
    }
}

/// Credentials that hold what cannot be sent, or nothing.
struct Broken(Option<&'static str>);

#[async_trait]
impl Credentials for Broken {
    async fn current(&self) -> Result<SecretString, CredentialError> {
        let cause = || std::io::Error::other("throttled");
        let missing = || CredentialError::new("no secret").caused_by(cause());
        self.0.map(SecretString::from).ok_or_else(missing)
    }

    async fn reread(&self) -> Result<SecretString, CredentialError> {
        self.current().await
    }
}

#[tokio::test]
async fn without_a_usable_key_nothing_is_sent() {
    for (key, message) in [(None, "no secret"), (Some("k\ney"), "cannot be sent in a header")] {
        let settings = Settings {
            base_url: Region::Us.base_url(),
            source: "acme".to_owned(),
            json_dates: JsonDates::default(),
        };
        let http = Http::new(Timeouts::default()).unwrap();
        let client =
            Litmos::new(settings, Arc::new(Broken(key)), Pacer::new(1_000_000, None), http);
        let error = client.teams(0).await.unwrap_err();
        assert!(matches!(error, VendorError::Credentials(_)), "{error:?}");
        assert!(error.source().unwrap().to_string().contains(message), "{error:?}");
        assert_eq!(client.requests().sent, 0);
        let cause = error.source().and_then(Error::source).map(ToString::to_string);
        assert_eq!(cause.as_deref(), key.is_none().then_some("throttled"));
    }
}
