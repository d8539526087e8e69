//! The rows of a report while they arrive.

use std::time::Duration;

use rollcall_vendor_client::percipio::{
    ActivityStatus, Percipio, Report, ReportRow, ReportRows, ReportUser,
};
use rollcall_vendor_client::{Page, Requests, Timeouts, VendorError};

use crate::server::{Reply, Server, Setup, ok};

const HEAD: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";

fn row(number: u64) -> String {
    format!(r#"{{"userUuid":"u{number}","contentUuid":"c","status":"Started"}}"#)
}

fn rows(count: u64) -> String {
    (0..count).map(row).collect::<Vec<_>>().join(",")
}

fn raw(text: &str) -> Reply {
    Reply::Bytes(text.as_bytes().to_vec())
}

async fn ready(client: &Percipio) -> ReportRows {
    match client.report("r").await {
        Ok(Report::Ready(rows)) => *rows,
        other => panic!("{other:?}"),
    }
}

async fn rows_of(reply: Reply) -> ReportRows {
    ready(&Server::start([reply]).await.percipio()).await
}

/// All pages, or the error that makes them worthless.
async fn all(mut rows: ReportRows) -> Result<Vec<Page<ReportRow>>, VendorError> {
    let mut pages = Vec::new();
    while let Some(page) = rows.next().await? {
        pages.push(page);
    }
    assert_eq!(rows.next().await.expect("the end stays the end"), None);
    Ok(pages)
}

fn trouble(error: &VendorError) -> &str {
    match error {
        VendorError::Unavailable { status: Some(200), attempts: 1, trouble, .. } => trouble,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn rows_come_by_the_thousand_with_one_request() {
    let server = Server::start([ok(&format!(" [{}]\n", rows(2_500)))]).await;
    let client = server.percipio();
    let pages = all(ready(&client).await).await.unwrap();
    let counts: Vec<_> = pages.iter().map(|page| (page.received, page.rows.len())).collect();
    assert_eq!(counts, [(1000, 1000), (1000, 1000), (500, 500)]);
    let users = pages.iter().flat_map(|page| &page.rows).map(|row| row.user.clone());
    assert!(users.eq((0..2_500).map(|number| ReportUser::Id(format!("u{number}")))));
    assert_eq!(client.requests(), Requests { sent: 1, retried: 0 });
}

#[tokio::test]
async fn a_report_may_be_empty() {
    for body in ["[]", " [ ] "] {
        assert_eq!(all(rows_of(ok(body)).await).await.unwrap(), []);
    }
}

#[tokio::test]
async fn one_row_may_stand_in_place_of_a_list_of_one() {
    let pages = all(rows_of(ok(&row(7))).await).await.unwrap();
    assert_eq!((pages.len(), pages[0].received, pages[0].rows.len()), (1, 1, 1));
    let odd = row(7).replace('}', "") + r#","status":"Permanent"}"#;
    let pages = all(rows_of(ok(&format!("[{odd}]"))).await).await.unwrap();
    assert_eq!((pages[0].rows.len(), pages[0].fault_count), (1, 0), "a key that comes twice");
}

#[tokio::test]
async fn rows_are_given_before_the_report_has_ended_and_silence_ends_it() {
    let start = format!("{HEAD}[{},", rows(1_500)).leak();
    let server = Server::start([Reply::Stall(start)]).await;
    let timeouts = Timeouts { request: Duration::from_millis(300), ..Timeouts::default() };
    let mut rows = ready(&server.percipio_with(Setup { timeouts, ..Setup::default() })).await;
    assert_eq!(rows.next().await.unwrap().unwrap().received, 1000);
    let error = rows.next().await.unwrap_err();
    assert_eq!(trouble(&error), "200 the report was timed out");
}

#[tokio::test]
async fn a_slow_report_may_take_longer_than_any_other_answer() {
    let pieces = &[HEAD, "[{\"userUuid\"", ":\"u\",\"content", "Uuid\":\"c\"}", " ", "]"];
    let server = Server::start([Reply::Slow(pieces, Duration::from_millis(150))]).await;
    let timeouts = Timeouts { request: Duration::from_millis(500), ..Timeouts::default() };
    let rows = ready(&server.percipio_with(Setup { timeouts, ..Setup::default() })).await;
    assert_eq!(all(rows).await.unwrap()[0].rows[0].user, ReportUser::Id("u".to_owned()));
}

#[tokio::test]
async fn waiting_for_rows_can_be_broken_off_and_taken_up_again() {
    let pieces = &[HEAD, "[{\"userUuid\"", ":\"u\",\"content", "Uuid\":\"c\"}", " ", "]"];
    let server = Server::start([Reply::Slow(pieces, Duration::from_millis(20))]).await;
    let mut rows = ready(&server.percipio()).await;
    let page = loop {
        if let Ok(page) = tokio::time::timeout(Duration::from_millis(3), rows.next()).await {
            break page.unwrap().unwrap();
        }
    };
    assert_eq!((page.received, rows.next().await.unwrap()), (1, None));
}

#[tokio::test]
async fn a_cut_off_report_is_an_error_and_stays_one() {
    let (some, chunk) = (rows(3), format!("[{},", rows(3)));
    for reply in [
        ok(&format!("[{some}")),
        ok(&format!("[{some},")),
        ok(&format!("[{some},{}", &row(4)[..20])),
        ok("["),
        raw(&format!("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n[{some}]")),
        raw(&format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{chunk}\r\n",
            chunk.len()
        )),
    ] {
        let mut rows = rows_of(reply.clone()).await;
        for _ in 0..3 {
            let error = rows.next().await.expect_err("a trouble");
            assert_eq!(trouble(&error), "200 the report was cut off", "{reply:?}");
        }
    }
}

#[tokio::test]
async fn a_report_that_turns_out_not_to_be_json_is_an_error() {
    let some = rows(3);
    for body in [
        format!("[{some},]"),
        format!("[{some}]]"),
        format!("[{some}],[]"),
        format!("[{some},<html>]"),
        format!("[{some}]<html>Wait</html>"),
        format!(r#"[{some},{{"userUuid":}}]"#),
        format!("[{some} {some}]"),
    ] {
        let mut rows = rows_of(ok(&body)).await;
        let error = rows.next().await.expect_err("a trouble");
        assert_eq!(trouble(&error), "200 the report is not JSON", "{body}");
        assert!(rows.next().await.is_err());
    }
}

#[tokio::test]
async fn a_bad_row_costs_itself_only() {
    let odd = r#"{"userUuid":"u","contentUuid":"c","firstAccess":"soon"}"#;
    let body = format!(r#"[{},{{"userId":"E1"}},{odd},7]"#, rows(3));
    let pages = all(rows_of(ok(&body)).await).await.unwrap();
    let page = &pages[0];
    assert_eq!((page.received, page.rows.len(), page.fault_count), (6, 4, 2));
    assert_eq!(page.rows[3].unreadable, ["firstAccess"]);
    let faults: Vec<_> = page
        .faults
        .iter()
        .map(|fault| (fault.index, fault.id.as_deref(), fault.problem.as_str()))
        .collect();
    let expected = [(3, Some("userId E1"), "no contentUuid"), (5, None, "not an object")];
    assert_eq!(faults, expected);
}

#[tokio::test]
async fn bad_rows_are_counted_however_many_they_are() {
    let bad = vec!["{}"; 1000].join(",");
    let pages = all(rows_of(ok(&format!("[{bad},{},{bad}]", rows(1000)))).await).await.unwrap();
    let counts: Vec<_> = pages.iter().map(|page| (page.received, page.faulty_rows)).collect();
    assert_eq!(counts, [(1000, 1000), (1000, 0), (1000, 1000)]);
}

#[tokio::test]
async fn a_report_may_begin_with_a_mark_and_hold_texts_that_cannot_be_decoded() {
    let row = br#"[{"userUuid":"u","contentUuid":"c","status":"Abandoned \ud83d #"}]"#;
    let row: Vec<u8> = row.iter().map(|byte| if *byte == b'#' { 0xf6 } else { *byte }).collect();
    let answer = [HEAD.as_bytes(), b"\xef\xbb\xbf", &row].concat();
    let pages = all(rows_of(Reply::Bytes(answer)).await).await.unwrap();
    let unknown = ActivityStatus::Unknown("Abandoned \u{fffd} \u{fffd}".to_owned());
    assert_eq!((pages[0].faulty_rows, &pages[0].rows[0].status), (0, &Some(unknown)));
    let slow = &[HEAD, "\u{feff}", "[", "]"][..];
    assert_eq!(all(rows_of(Reply::Slow(slow, Duration::from_millis(1))).await).await.unwrap(), []);
}

#[tokio::test]
async fn a_page_in_place_of_a_report_says_what_it_is_and_is_not_tried_for_hours() {
    let server = Server::start([ok("<html><title>Sign in</title></html>")]).await;
    let error = server.percipio().report("r").await.unwrap_err();
    let VendorError::Unexpected { status: 200, detail, .. } = error else { panic!("{error:?}") };
    assert!(detail.starts_with("a page titled \"Sign in\""), "{detail}");
}
