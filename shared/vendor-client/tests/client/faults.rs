//! Answers that are broken, late, too large or missing.

use std::error::Error;
use std::time::Duration;

use rollcall_vendor_client::{Patience, Requests, Timeouts, VendorError};

use crate::server::{Reply, Server, Setup, ok, reply};

const ROW: &str = r#"[{"Id":"Tm1"}]"#;

/// Whether a fault is got over by one repeat.
async fn is_repeated(fault: Reply) {
    let shown = format!("{fault:?}");
    let server = Server::start([fault, ok(ROW)]).await;
    let client = server.client();
    let page = client.teams(0).await;
    assert_eq!(page.expect("a repeat").rows.len(), 1, "{shown}");
    assert_eq!(client.requests(), Requests { sent: 2, retried: 1 }, "{shown}");
}

fn raw(answer: &str) -> Reply {
    Reply::Bytes(answer.as_bytes().to_vec())
}

#[tokio::test]
async fn a_reset_is_repeated() {
    is_repeated(Reply::Reset).await;
}

#[tokio::test]
async fn silence_is_repeated() {
    let halfway = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[";
    for said in ["", halfway] {
        let server = Server::start([Reply::Stall(said), ok(ROW)]).await;
        let timeouts = Timeouts { request: Duration::from_millis(300), ..Timeouts::default() };
        let client = server.client_with(Setup { timeouts, ..Setup::default() });
        let page = tokio::time::timeout(Duration::from_secs(30), client.teams(0)).await.unwrap();
        assert_eq!((page.unwrap().rows.len(), client.requests().retried), (1, 1));
    }
}

#[tokio::test]
async fn a_cut_off_answer_is_repeated() {
    let head = "HTTP/1.1 200 OK\r\n";
    is_repeated(raw(&format!("{head}Content-Length: 100\r\n\r\n{ROW}"))).await;
    is_repeated(raw(&format!("{head}Transfer-Encoding: chunked\r\n\r\n4\r\n[{{\"I"))).await;
    is_repeated(raw(&format!("{head}Connection: close\r\n\r\n[{{\"Id\":\"Tm1\"}},"))).await;
    is_repeated(raw(&format!(
        "{head}Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x01\x02"
    )))
    .await;
    is_repeated(raw("HTTP/1.1 200 OK\r\nCont")).await;
    is_repeated(raw("what?\r\n\r\n")).await;
}

#[tokio::test]
async fn an_answer_that_is_no_json_or_no_list_is_repeated() {
    for body in ["<html>Please wait</html>", "", "null", "{}", "\"later\""] {
        is_repeated(ok(body)).await;
    }
}

#[tokio::test]
async fn no_connection_is_unavailable_with_its_cause() {
    let server = Server::start([Reply::Reset]).await;
    let client = server.client();
    let error = client.teams(0).await.unwrap_err();
    let VendorError::Unavailable { attempts: 8, status: None, .. } = &error else {
        panic!("{error:?}")
    };
    let cause = error.source().unwrap();
    assert!(!cause.to_string().contains("source="), "{cause}");
    assert!(error.to_string().contains("GET /teams: no usable answer in 8 attempts"), "{error}");
}

/// A page for people, XML because a proxy drops a parameter: nothing that hours would mend.
#[tokio::test]
async fn a_lasting_page_says_what_it_is_and_is_no_outage() {
    let sign_in = "<!DOCTYPE html><html><head><title>Sign in to your account</title></head></html>";
    let users = "<Users><User><Id>k</Id><UserName>ada@example.org</UserName></User></Users>";
    for (kind, body, expected) in [
        ("text/html", sign_in, "a page titled \"Sign in to your account\" (text/html)"),
        (
            "application/xml",
            users,
            "XML that begins with <Users> (application/xml) instead of JSON",
        ),
        (
            "text/plain",
            "Down, ask ada@example.org",
            "a text that says \"Down, ask [address]\" (text/plain)",
        ),
        ("text/json", "null", "null (text/json) instead of a JSON object or list"),
        ("text/json", r#"{"Errors":[]}"#, "not a list, but an object with Errors"),
    ] {
        let server = Server::start([reply(&format!("200 OK\r\nContent-Type: {kind}"), body)]).await;
        let client = server.client();
        let error = client.teams(0).await.unwrap_err();
        let VendorError::Unexpected { status: 200, detail, .. } = error else {
            panic!("{error:?}")
        };
        assert!(detail.starts_with(expected) && detail.ends_with("(8 attempts)"), "{detail}");
        assert_eq!(client.requests().sent, 8);
    }
}

/// A lasting interruption, on the other hand, may end.
#[tokio::test]
async fn what_is_cut_off_or_empty_each_time_is_unavailable() {
    for answer in [ok(r#"[{"Id":"Tm1"},"#), ok(""), reply("204 No Content", "")] {
        let server = Server::start([answer]).await;
        let error = server.client().with_patience(Patience::BRIEF).teams(0).await.unwrap_err();
        assert!(matches!(error, VendorError::Unavailable { attempts: 2, .. }), "{error:?}");
    }
}

#[tokio::test]
async fn no_odd_bytes_cost_a_record() {
    let head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
    let row = b"{\"Id\":\"Tm1\",\"Name\":\"S\xfcd \\ud83d\",\"Order\":18446744073709551616}";
    let bodies = [[&b"\xef\xbb\xbf["[..], row, b"]"].concat(), [&b"["[..], row, b"]"].concat()];
    for body in bodies {
        let server = Server::start([Reply::Bytes([&head[..], &body].concat())]).await;
        let page = server.client().teams(0).await.unwrap();
        assert_eq!(page.rows[0].name.as_deref(), Some("S\u{fffd}d \u{fffd}"));
        assert_eq!((page.rows.len(), page.faulty_rows, page.fault_count), (1, 0, 1));
    }
    let body = [&b"\xef\xbb\xbf{\"Detail\":\"No \xfc\"}"[..]].concat();
    let answer = [b"HTTP/1.1 403 X\r\nConnection: close\r\n\r\n", &body[..]].concat();
    let error = Server::start([Reply::Bytes(answer)]).await.client().teams(0).await.unwrap_err();
    assert!(error.to_string().ends_with("(No \u{fffd})"), "{error}");
}

#[tokio::test]
async fn an_error_with_status_200_is_unexpected() {
    let server = Server::start([ok(r#"{"Detail":"No such feature"}"#)]).await;
    let client = server.client();
    let error = client.teams(0).await.unwrap_err();
    let VendorError::Unexpected { status: 200, detail, .. } = error else { panic!("{error:?}") };
    assert!(detail.contains("No such feature"), "{detail}");
    assert_eq!(client.requests().sent, 1);
}

#[tokio::test]
async fn a_page_of_bad_rows_is_a_page() {
    let server = Server::start([ok(r#"[{"Name":"a"},{"Name":"b"}]"#)]).await;
    let page = server.client().teams(0).await.unwrap();
    assert_eq!((page.received, page.faulty_rows), (2, 2));
}

#[tokio::test]
async fn an_answer_beyond_all_measure_is_unexpected() {
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[";
    let mut answer = head.as_bytes().to_vec();
    answer.resize(answer.len() + (64 << 20), b' ');
    let server = Server::start([Reply::Bytes(answer)]).await;
    let client = server.client();
    let error = client.teams(0).await.unwrap_err();
    let VendorError::Unexpected { detail, .. } = error else { panic!("{error:?}") };
    assert_eq!((detail.as_str(), client.requests().sent), ("larger than 64 MiB", 1));
}

/// Rows that are nothing but a digit take a hundred times their length when they are decoded.
#[tokio::test]
async fn more_rows_than_any_page_has_are_not_decoded() {
    let server = Server::start([ok(&format!("[1{}]", ",1".repeat(1 << 20)))]).await;
    let error = server.client().teams(0).await.unwrap_err();
    let VendorError::Unexpected { detail, .. } = error else { panic!("{error:?}") };
    assert_eq!(detail, "a list of more than 100000 rows");
}
