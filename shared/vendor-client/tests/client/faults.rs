//! Answers that are broken, late, too large or missing.

use std::error::Error;
use std::time::Duration;

use rollcall_vendor_client::{Requests, Timeouts, VendorError};

use crate::server::{Reply, Server, Setup, ok};

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

#[tokio::test]
async fn a_lasting_web_page_is_unavailable_not_empty() {
    let server = Server::start([ok("<html>Maintenance</html>")]).await;
    let error = server.client().teams(0).await.unwrap_err();
    let VendorError::Unavailable { attempts: 8, status: Some(200), trouble, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!(trouble, "200 the answer is not JSON");
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
async fn a_page_of_bad_rows_is_unexpected() {
    let server = Server::start([ok(r#"[{"Name":"a"},{"Name":"b"}]"#)]).await;
    let error = server.client().teams(0).await.unwrap_err();
    assert!(matches!(error, VendorError::Unexpected { status: 200, .. }), "{error:?}");
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
