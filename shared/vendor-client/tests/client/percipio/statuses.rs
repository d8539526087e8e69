//! One test per status.

use std::time::{Duration, Instant};

use rollcall_vendor_client::percipio::UserFields;
use rollcall_vendor_client::{Pacer, Patience, Requests, VendorError};

use super::ANA;
use crate::server::{KEY, Keys, Reply, Server, Setup, ok, reply};

const ONCE: Requests = Requests { sent: 1, retried: 0 };
const ONE_REPEAT: Requests = Requests { sent: 2, retried: 1 };
const TOLD: &str = r#"{"errors":[{"code":"not_unique","additionalInfo":"login_name"}]}"#;

/// The error of a page of accounts that is answered so, and how many requests it took.
async fn error(status: &str, body: &str) -> (VendorError, Requests) {
    let server = Server::start([reply(status, body)]).await;
    let client = server.percipio().with_patience(Patience::BRIEF);
    let error = client.users(0, None).await.expect_err("a refusal");
    (error, client.requests())
}

#[tokio::test]
async fn status_401_says_what_to_check_after_another_look_at_the_secret() {
    let (error, requests) = error("401 Unauthorized", r#"{"error":"Invalid token"}"#).await;
    assert!(matches!(error, VendorError::Unauthorized { .. }), "{error:?}");
    for word in ["Invalid token", "secret", "service account", "expired", "organization"] {
        assert!(error.to_string().contains(word), "{error}");
    }
    assert_eq!(requests, ONCE);
    let server = Server::start([reply("401 No", ""), ok("[]")]).await;
    let keys = Keys::rotating(vec![KEY, "another-token"]);
    let client = server.percipio_with(Setup { keys: keys.clone(), ..Setup::default() });
    client.users(0, None).await.unwrap();
    assert_eq!((keys.rereads(), client.requests()), (1, ONE_REPEAT));
    let second = &server.requests()[1];
    assert_eq!(second.header("authorization"), ["Bearer another-token"]);
}

#[tokio::test]
async fn status_403_is_forbidden() {
    let (error, requests) = error("403 Forbidden", r#"{"error":"No such permission"}"#).await;
    let VendorError::Forbidden { call, detail } = error else { panic!("{error:?}") };
    assert!(call.starts_with("GET /user-management/v1/organizations/"), "{call}");
    assert!(call.ends_with("/users"), "{call}");
    assert_eq!((detail.as_str(), requests), ("No such permission", ONCE));
}

#[tokio::test]
async fn status_404_is_not_found() {
    let (error, requests) = error("404 Not Found", "").await;
    let VendorError::NotFound { detail, .. } = error else { panic!("{error:?}") };
    assert_eq!((detail.as_str(), requests), ("Not Found", ONCE));
}

#[tokio::test]
async fn a_page_with_any_4xx_is_not_the_vendors_word() {
    for code in [400, 403, 404, 405, 406, 409, 410, 411, 413, 414, 415, 418, 421, 422] {
        let (error, requests) = error(&format!("{code} X"), "<html><h1>Blocked").await;
        let VendorError::Foreign { status, .. } = error else { panic!("{error:?}") };
        assert_eq!((status, requests), (code, ONCE));
    }
    for body in ["", "No"] {
        for (code, kind) in
            [(403, "Forbidden"), (406, "Refused"), (409, "Conflict"), (422, "Conflict")]
        {
            let (error, _) = error(&format!("{code} X"), body).await;
            assert!(format!("{error:?}").starts_with(kind), "{body}: {error:?}");
        }
    }
}

#[tokio::test]
async fn status_422_and_409_are_conflicts_in_the_vendors_words() {
    for status in ["422 Unprocessable Entity", "409 Conflict"] {
        let server = Server::start([reply(status, TOLD)]).await;
        let client = server.percipio();
        let mut fields = UserFields::new();
        fields.set_role("LEARNER");
        for error in [
            client.create_user("E1", &fields, false).await.unwrap_err(),
            client.patch_user(ANA, &fields).await.unwrap_err(),
        ] {
            let VendorError::Conflict { detail, .. } = error else { panic!("{error:?}") };
            assert_eq!(detail, "not_unique: login_name");
        }
        assert_eq!(client.requests(), Requests { sent: 2, retried: 0 });
    }
}

#[tokio::test]
async fn other_4xx_are_unexpected() {
    for code in [400, 405, 410, 418] {
        let (error, requests) = error(&format!("{code} X"), r#"{"error":"bad max"}"#).await;
        let VendorError::Unexpected { status, detail, .. } = error else { panic!("{error:?}") };
        assert_eq!((status, detail.as_str(), requests), (code, "bad max", ONCE));
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = "302 Found\r\nLocation: /elsewhere";
    let server = Server::start([reply(elsewhere, ""), ok("[]")]).await;
    let error = server.percipio().users(0, None).await.unwrap_err();
    let VendorError::Unexpected { status: 302, detail, .. } = error else { panic!("{error:?}") };
    assert!(detail.contains("base URL"), "{detail}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn status_429_slows_down_and_is_repeated_even_if_it_was_a_creation() {
    let refusal = reply("429 Too Many Requests", r#"{"error":"slow down"}"#);
    let answers = [refusal.clone(), ok("[]"), refusal, reply("201 Created", r#"{"id":"u"}"#)];
    let server = Server::start(answers).await;
    let pacer = Pacer::new(600_000, None);
    let client = server.percipio_with(Setup { pacer: pacer.clone(), ..Setup::default() });
    client.users(0, None).await.unwrap();
    assert_eq!(client.requests(), ONE_REPEAT);
    assert!((pacer.requests_per_minute_now() - 300_000.0).abs() < 1.0);
    client.create_user("E1", &UserFields::new(), false).await.unwrap();
    assert_eq!(client.requests(), Requests { sent: 4, retried: 2 });
    assert!((pacer.requests_per_minute_now() - 150_000.0).abs() < 1.0);
}

#[tokio::test]
async fn retry_after_is_waited_for_by_everybody() {
    let refusal = reply("429 Too Many Requests\r\nRetry-After: 1", "");
    let server = Server::start([refusal, ok("[]")]).await;
    let (client, start) = (server.percipio(), Instant::now());
    client.users(0, None).await.unwrap();
    // Without it, the fastest pace would wait 20 ms.
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(client.requests(), ONE_REPEAT);
}

#[tokio::test]
async fn server_errors_are_repeated_until_patience_ends() {
    for code in [500, 502, 503, 504] {
        let (error, requests) = error(&format!("{code} X"), "<html>Down <b>now</b>").await;
        let VendorError::Unavailable { attempts: 2, status, trouble, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!((status, trouble, requests), (Some(code), format!("{code} X"), ONE_REPEAT));
    }
}

#[tokio::test]
async fn an_answer_that_is_no_json_or_cut_off_is_repeated() {
    let raw = |text: &str| Reply::Bytes(text.as_bytes().to_vec());
    let garbled = ["<html>Wait</html>", "", "null", "{}", r#"[{"id":"u""#, "[]]"].map(ok);
    let broken = [
        Reply::Reset,
        raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[]"),
        raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]"),
        raw("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x01\x02"),
    ];
    for fault in garbled.into_iter().chain(broken) {
        let server = Server::start([fault.clone(), ok("[]")]).await;
        let client = server.percipio();
        client.catalog(0, None, None).await.unwrap();
        assert_eq!(client.requests(), ONE_REPEAT, "{fault:?}");
        assert_eq!(client.last_trouble(), None);
    }
}

#[tokio::test]
async fn an_error_with_status_200_is_unexpected() {
    let (error, requests) = error("200 OK", TOLD).await;
    let VendorError::Unexpected { status: 200, detail, .. } = error else { panic!("{error:?}") };
    assert_eq!(detail, "an error instead of a list: not_unique: login_name");
    assert_eq!(requests, ONCE);
}
