//! One test per status.

use std::time::{Duration, Instant};

use rollcall_vendor_client::{Pacer, Requests, VendorError};

use crate::server::{Server, Setup, ok, reply};

/// The error of a team look-up that is answered so, and how many requests it took.
async fn error(status: &str, body: &str) -> (VendorError, Requests) {
    let server = Server::start([reply(status, body)]).await;
    let client = server.client();
    let error = client.team("Tm1").await.expect_err("a refusal");
    (error, client.requests())
}

const ONCE: Requests = Requests { sent: 1, retried: 0 };
const GIVEN_UP: Requests = Requests { sent: 8, retried: 7 };

#[tokio::test]
async fn status_403_is_forbidden() {
    let (error, requests) = error("403 No", r#"{"Detail":"Not allowed"}"#).await;
    assert!(matches!(error, VendorError::Forbidden { .. }), "{error:?}");
    assert_eq!(error.to_string(), "GET /teams/Tm1: the vendor forbids this call (Not allowed)");
    assert_eq!(requests, ONCE);
}

#[tokio::test]
async fn status_404_is_not_found_and_says_so_in_the_vendors_words() {
    // The reason phrase repeats the message, and may be all there is.
    let (error, requests) = error("404 No team with this teamId", "").await;
    let VendorError::NotFound { call, detail } = error else { panic!("{error:?}") };
    assert_eq!((call.as_str(), detail.as_str()), ("GET /teams/Tm1", "No team with this teamId"));
    assert_eq!(requests, ONCE);
}

/// It proves nothing, whatever it says, and is not asked for again: it is no outage.
#[tokio::test]
async fn a_page_instead_of_a_404_or_400_is_not_the_vendors_word() {
    for (status, body) in [
        ("404 Not Found", "<html><body><h1>No such file</h1></body></html>"),
        ("404 No such file", "<html>"),
        ("404 Not Found", ""),
        ("404 Not Found", r#"{"message":"no route"}"#),
        ("400 Bad Request", "<h2>Bad Request - Invalid URL</h2>"),
    ] {
        let (error, requests) = error(status, body).await;
        let VendorError::Foreign { call, status: found, detail } = &error else {
            panic!("{error:?}")
        };
        assert_eq!((call.as_str(), requests), ("GET /teams/Tm1", ONCE));
        assert!(status.starts_with(&found.to_string()) && !detail.is_empty(), "{error}");
        assert!(error.to_string().contains("did not say"), "{error}");
    }
}

/// A firewall, a proxy or IIS: the vendor has not seen the request.
#[tokio::test]
async fn a_page_with_any_other_4xx_is_not_the_vendors_word() {
    for code in [402, 403, 405, 406, 407, 409, 410, 411, 413, 414, 415, 418, 421, 422, 451] {
        for body in ["<!DOCTYPE html><html><h1>Blocked", "<head><title>Blocked</title></head>"] {
            let (error, requests) = error(&format!("{code} X"), body).await;
            let VendorError::Foreign { status, .. } = error else { panic!("{error:?}") };
            assert_eq!((status, requests), (code, ONCE));
        }
    }
    for (status, kind) in [(401, "Unauthorized"), (408, "Unavailable"), (429, "Unavailable")] {
        let (error, _) = error(&format!("{status} X"), "<html>Blocked").await;
        assert!(format!("{error:?}").starts_with(kind), "{error:?}");
    }
}

/// As it always was: only a page is surely somebody else's.
#[tokio::test]
async fn any_other_4xx_without_a_page_is_believed() {
    for body in ["", "No", "<Error>No</Error>", r#"{"message":"<html><title>No</title>"}"#] {
        for (code, kind) in
            [(403, "Forbidden"), (406, "Refused"), (409, "Conflict"), (422, "Unexpected")]
        {
            let (error, requests) = error(&format!("{code} X"), body).await;
            assert!(format!("{error:?}").starts_with(kind), "{body}: {error:?}");
            assert_eq!(requests, ONCE);
        }
    }
}

#[tokio::test]
async fn status_401_says_what_to_check() {
    let (error, requests) = error("401 Unauthorized", "").await;
    assert!(matches!(error, VendorError::Unauthorized { .. }), "{error:?}");
    for word in
        ["Unauthorized", "secret", "source", "enabled", "Owner", "region", "base URL", "127.0.0.1"]
    {
        assert!(error.to_string().contains(word), "{error}");
    }
    assert_eq!(requests, ONCE);
}

#[tokio::test]
async fn status_409_is_a_conflict() {
    let (error, requests) = error("409 UserName already exists", "").await;
    let VendorError::Conflict { call, detail } = error else { panic!("{error:?}") };
    assert_eq!((call.as_str(), detail.as_str()), ("GET /teams/Tm1", "UserName already exists"));
    assert_eq!(requests, ONCE);
}

#[tokio::test]
async fn status_406_is_a_refusal_in_the_vendors_words() {
    let (error, requests) = error("406 X", r#"{"Detail":"part of a learning path"}"#).await;
    let VendorError::Refused { call, detail } = error else { panic!("{error:?}") };
    assert_eq!((call.as_str(), detail.as_str()), ("GET /teams/Tm1", "part of a learning path"));
    assert_eq!(requests, ONCE);
}

#[tokio::test]
async fn other_4xx_are_unexpected() {
    for code in [405, 410, 411, 422] {
        let (error, requests) = error(&format!("{code} X"), "<p>Bad <b>since</b></p>").await;
        let VendorError::Unexpected { status, detail, .. } = error else { panic!("{error:?}") };
        assert_eq!((status, detail.as_str(), requests), (code, "X", ONCE));
    }
}

/// Words beside a reason phrase that says no more than the status, and words within words.
#[tokio::test]
async fn what_the_vendor_says_is_told() {
    for (status, body, words) in [
        (
            "400 Bad Request",
            "Please check the xml/json in the body.",
            "Please check the xml/json in the body.",
        ),
        (
            "422 Unprocessable Entity",
            r#"{"errors":[{"message":"the id is taken"}]}"#,
            "the id is taken",
        ),
        (
            "403 Forbidden",
            r#"{"error":{"message":"no permission for users"}}"#,
            "no permission for users",
        ),
        ("404 Not Found", "<html><body><h1>No such team</h1></body></html>", "No such team"),
        ("409 Conflict", "\"The name is taken\"", "The name is taken"),
    ] {
        let (error, _) = error(status, body).await;
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = "302 Found\r\nLocation: /v1.svc/elsewhere";
    let server = Server::start([reply(elsewhere, ""), ok(r#"{"Id":"Tm1"}"#)]).await;
    let error = server.client().team("Tm1").await.unwrap_err();
    let VendorError::Unexpected { status: 302, detail, .. } = error else { panic!("{error:?}") };
    assert!(detail.contains("base URL"), "{detail}");
    assert_eq!(server.heads().len(), 1);
}

#[tokio::test]
async fn refusals_and_server_errors_are_repeated_eight_times() {
    for code in [408, 425, 429, 500, 502, 503, 504, 599] {
        let start = Instant::now();
        let (error, requests) = error(&format!("{code} Busy"), r#"{"Detail":"Later"}"#).await;
        let VendorError::Unavailable { call, attempts, status, trouble, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!((call.as_str(), attempts, status), ("GET /teams/Tm1", 8, Some(code)));
        assert_eq!((trouble, requests), (format!("{code} Later"), GIVEN_UP));
        // Even the fastest pace waits 20 ms before each repeat.
        assert!(start.elapsed() >= Duration::from_millis(140));
    }
}

#[tokio::test]
async fn one_trouble_is_one_repeat() {
    for code in [408, 425, 429, 500, 503, 504] {
        let busy = reply(&format!("{code} Busy"), "");
        let server = Server::start([busy, ok(r#"{"Id":"Tm1"}"#)]).await;
        let client = server.client();
        assert_eq!(client.team("Tm1").await.unwrap().team_id, "Tm1");
        assert_eq!(client.requests(), Requests { sent: 2, retried: 1 });
        assert_eq!(client.last_trouble(), None);
    }
}

#[tokio::test]
async fn the_last_trouble_is_known_when_a_call_is_cut_short() {
    let server = Server::start([reply("503 Busy", r#"{"Detail":"Too many"}"#)]).await;
    let client = server.client();
    let noticed = async {
        while client.last_trouble().is_none() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::select! {
        result = client.team("Tm1") => panic!("{result:?}"),
        () = noticed => {}
    }
    let trouble = client.last_trouble().unwrap();
    assert!(trouble.starts_with("GET /teams/Tm1, attempt "), "{trouble}");
    assert!(trouble.ends_with(": 503 Too many"), "{trouble}");
}

#[tokio::test]
async fn a_refusal_halves_the_pace_and_answers_of_any_kind_bring_it_back() {
    let (found, missing) = (ok(r#"{"Id":"Tm1"}"#), reply("404 No", ""));
    let answers = [found.clone(), missing].into_iter().cycle().take(9);
    let replies = std::iter::once(reply("503 Busy", "")).chain([found]).chain(answers);
    let server = Server::start(replies).await;
    let pacer = Pacer::new(600_000, None);
    let client = server.client_with(Setup { pacer: pacer.clone(), ..Setup::default() });
    client.team("Tm1").await.unwrap();
    assert!((pacer.requests_per_minute_now() - 300_000.0).abs() < 1.0);
    for _ in 0..9 {
        drop(client.team("Tm1").await);
    }
    assert!((pacer.requests_per_minute_now() - 375_000.0).abs() < 1.0);
}
