//! Reports until they are there.

use rollcall_vendor_client::percipio::{Report, ReportWindow};
use rollcall_vendor_client::{Requests, VendorError};
use serde_json::{Value, json};

use super::line;
use crate::server::{Reply, Server, ok, reply};

const REPORTS: &str = "reporting/v1";
const ONE_REPEAT: Requests = Requests { sent: 2, retried: 1 };

fn window() -> ReportWindow {
    let time = |text: &str| text.parse().expect("a time");
    ReportWindow { start: time("2015-06-01T00:00:00Z"), end: time("2025-06-01T00:00:00.5Z") }
}

/// How a report stands that is answered so.
async fn standing(reply: Reply) -> Result<Report, VendorError> {
    Server::start([reply]).await.percipio().report("r").await
}

#[tokio::test]
async fn a_report_is_requested_without_anything_that_is_not_used() {
    for status in ["200 OK", "202 Accepted"] {
        let server = Server::start([reply(status, r#"{"id":"r-1","status":"PENDING"}"#)]).await;
        assert_eq!(server.percipio().request_report(window()).await.unwrap(), "r-1");
        let request = &server.requests()[0];
        assert_eq!(request.line(), line("POST", REPORTS, "/report-requests/learning-activity"));
        let expected = json!({"start": "2015-06-01T00:00:00Z", "end": "2025-06-01T00:00:00.5Z",
            "contentType": "Course,Assessment", "formatType": "JSON",
            "isFileRequiredInSftp": false, "sort": {"field": "lastAccessDate", "order": "desc"}});
        assert_eq!(serde_json::from_str::<Value>(&request.body).unwrap(), expected);
    }
}

#[tokio::test]
async fn a_request_for_a_report_is_repeated() {
    for trouble in [Reply::Reset, reply("500 X", ""), ok(""), ok("<html>"), ok("{}")] {
        let server = Server::start([trouble.clone(), ok(r#"{"id":"r-1"}"#)]).await;
        let client = server.percipio();
        assert_eq!(client.request_report(window()).await.unwrap(), "r-1", "{trouble:?}");
        assert_eq!(client.requests(), ONE_REPEAT);
    }
}

#[tokio::test]
async fn a_refused_request_for_a_report_says_why() {
    let server = Server::start([reply("422 X", r#"{"error":"bad window"}"#)]).await;
    let error = server.percipio().request_report(window()).await.unwrap_err();
    let VendorError::Conflict { detail, .. } = error else { panic!("{error:?}") };
    assert_eq!(detail, "bad window");
}

#[tokio::test]
async fn a_report_is_asked_for_by_its_id() {
    let server = Server::start([ok(r#"{"reportId":"r 1","status":"IN_PROGRESS"}"#)]).await;
    let client = server.percipio();
    for _ in 0..2 {
        let report = client.report("r 1").await.unwrap();
        let Report::NotReady(Some(status)) = report else { panic!("{report:?}") };
        assert_eq!(status, "IN_PROGRESS");
    }
    let lines: Vec<_> = server.requests().iter().map(|request| request.line()).collect();
    assert_eq!(lines, vec![line("GET", REPORTS, "/report-requests/r%201"); 2]);
}

#[tokio::test]
async fn nothing_said_is_not_ready() {
    for nothing in [ok(""), ok(" \n "), reply("204 No Content", "")] {
        let report = standing(nothing).await.unwrap();
        assert!(matches!(report, Report::NotReady(None)), "{report:?}");
    }
}

#[tokio::test]
async fn a_failed_report_says_why() {
    let failed = ok(" {\"reportId\":\"r\",\"status\":\"Failed\",\"error\":\"too large\"}");
    let report = standing(failed).await.unwrap();
    let Report::Failed(why) = report else { panic!("{report:?}") };
    assert_eq!(why, "too large");
}

#[tokio::test]
async fn an_unknown_report_is_not_found() {
    let error = standing(reply("404 Not Found", "")).await.unwrap_err();
    assert!(matches!(error, VendorError::NotFound { .. }), "{error:?}");
}

#[tokio::test]
async fn what_is_neither_rows_nor_a_state_is_asked_for_again() {
    let raw = |text: &str| Reply::Bytes(text.as_bytes().to_vec());
    for trouble in [
        ok("<html>Wait</html>"),
        ok("null"),
        ok(r#"{"status":"PEND"#),
        ok("{}"),
        Reply::Reset,
        raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
        raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"status\":\"FAILED\"}"),
    ] {
        let server = Server::start([trouble.clone(), ok("[]")]).await;
        let client = server.percipio();
        let report = client.report("r").await.unwrap();
        assert!(matches!(report, Report::Ready(_)), "{trouble:?} {report:?}");
        assert_eq!(client.requests(), ONE_REPEAT);
    }
}
