//! What goes over the wire, and what is told of its answers.

use jiff::Timestamp;
use rollcall_vendor_client::percipio::{
    Percipio, Region, Report, ReportWindow, UserFields, UserRef,
};
use rollcall_vendor_client::{Requests, VendorError};

use super::{ANA, line};
use crate::server::{KEY, Server, ok, reply};

const USERS: &str = "user-management/v1";
const REPORT: &str = "/report-requests/7e9b8d1c-5b0f-4c3a-9d55-1f6a2c4e8b70";

#[tokio::test]
async fn each_call_has_its_path_and_query() {
    let server = Server::start([ok("[]")]).await;
    let client = server.percipio();
    let since: Timestamp = "2025-06-01T00:00:09.999999Z".parse().unwrap();
    client.users(2000, None).await.unwrap();
    client.users(0, Some(since)).await.unwrap();
    client.count_users().await.unwrap();
    assert!(!client.has_user_at(10_000).await.unwrap());
    client.open_catalog(None).await.unwrap();
    client.catalog(0, None, None).await.unwrap();
    client.catalog(0, Some(""), None).await.unwrap();
    client.catalog(2000, Some("a b&c"), Some(since)).await.unwrap();
    assert_eq!(client.search_content("c 1", None, 0).await.unwrap().found, None);
    assert_eq!(client.search_content("c", Some("fr"), 7).await.unwrap().found, None);
    assert!(client.custom_attributes().await.unwrap().is_empty());
    client.probe_credentials().await.unwrap();
    let catalog =
        |query: &str| line("GET", "content-discovery/v2", &format!("/catalog-content?{query}"));
    let search = |id: &str, rest: &str| {
        let query = format!("q={id}&typeFilter=COURSE%2CASSESSMENT&{rest}");
        line("GET", "content-discovery/v1", &format!("/search-content?{query}"))
    };
    let expected = [
        line("GET", USERS, "/users?offset=2000&max=1000"),
        line("GET", USERS, "/users?offset=0&max=1000&updatedSince=2025-06-01T00%3A00%3A09Z"),
        line("GET", USERS, "/users?offset=0&max=1"),
        line("GET", USERS, "/users?offset=10000&max=1"),
        catalog("offset=0&max=1"),
        catalog("offset=0&max=1000"),
        catalog("offset=0&max=1000"),
        catalog(concat!(
            "offset=2000&max=1000&updatedSince=2025-06-01T00%3A00%3A09Z",
            "&pagingRequestId=a+b%26c"
        )),
        search("c+1", "offset=0&max=1000"),
        search("c", "offset=7&max=1000&localeCode=fr"),
        line("GET", "common/v1", "/custom-attributes"),
        line("GET", "reporting/v1", REPORT),
    ];
    let lines: Vec<_> = server.requests().iter().map(|request| request.line()).collect();
    assert_eq!(lines, expected);
    assert_eq!(client.requests(), Requests { sent: 12, retried: 0 });
}

#[tokio::test]
async fn each_request_carries_the_token_and_wants_json_but_no_cookie() {
    let cookie = "200 OK\r\nSet-Cookie: a=b\r\nCache-Control: max-age=600\r\nETag: \"1\"";
    let server = Server::start([reply(cookie, "[]")]).await;
    let client = server.percipio();
    client.users(0, None).await.unwrap();
    client.users(0, None).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!(request.header("authorization"), [format!("Bearer {KEY}")]);
        assert_eq!(request.header("accept"), ["application/json"]);
        assert_eq!(request.header("accept-encoding"), ["gzip"]);
        for absent in ["cookie", "apikey", "if-none-match", "content-type"] {
            assert!(request.header(absent).is_empty(), "{absent}");
        }
    }
}

#[tokio::test]
async fn pages_tell_what_stands_beside_their_rows() {
    let users = reply("200 OK\r\nx-total-count: 2417", r#"[{"id":"u"}]"#);
    let link = r#"link: </v2/x?offset=3000&max=1000&pagingRequestId=p>; rel="last""#;
    let head = format!("200 OK\r\nX-Total-Count: 3004\r\nX-Paging-Request-Id: p-1\r\n{link}");
    let course = r#"{"id":"c","contentType":{"percipioType":"COURSE"}}"#;
    let video = r#"{"id":"v","contentType":{"percipioType":"VIDEO"}}"#;
    let catalog = reply(&head, &format!("[{course},{video}]"));
    let server = Server::start([users.clone(), users, ok("[]"), catalog]).await;
    let client = server.percipio();
    let page = client.users(0, None).await.unwrap();
    assert_eq!((page.page.rows[0].user_id.as_str(), page.total), ("u", Some(2417)));
    assert_eq!(client.count_users().await.unwrap(), Some(2417));
    assert_eq!(client.count_users().await.unwrap(), None);
    let page = client.catalog(0, None, None).await.unwrap();
    assert_eq!((page.page.rows[0].course_id.as_str(), page.page.received), ("c", 2));
    assert_eq!((page.passed_by, page.total, page.last_offset), (1, Some(3004), Some(3000)));
    assert_eq!(page.paging_request_id.as_deref(), Some("p-1"));
}

#[tokio::test]
async fn only_204_is_an_empty_page_without_a_body() {
    let server = Server::start([reply("204 No Content", "")]).await;
    let client = server.percipio();
    assert_eq!(client.catalog(0, None, None).await.unwrap().page.received, 0);
    assert_eq!(client.requests().sent, 1);
    let server = Server::start([ok(""), ok("[]")]).await;
    let client = server.percipio();
    client.catalog(0, None, None).await.unwrap();
    assert_eq!(client.requests(), Requests { sent: 2, retried: 1 });
}

#[tokio::test]
async fn a_search_gives_what_was_asked_for_or_nothing() {
    let item = |id: &str, kind: &str| {
        format!(r#"{{"id":"{id}","contentType":{{"percipioType":"{kind}"}}}}"#)
    };
    let found = [item("c-10", "COURSE"), item("C-1", "ASSESSMENT"), item("v-1", "VIDEO")];
    let server = Server::start([ok(&format!("[{}]", found.join(",")))]).await;
    let client = server.percipio();
    let course = client.search_content("c-1", None, 0).await.unwrap().found.unwrap();
    assert_eq!((course.course_id.as_str(), course.active), ("C-1", None));
    for other in ["c", "c-100", "v-1"] {
        assert_eq!(client.search_content(other, None, 0).await.unwrap().found, None);
    }
}

#[tokio::test]
async fn credentials_are_good_if_there_is_no_such_report() {
    for (status, body) in [("404 Not Found", r#"{"error":"No report"}"#), ("200 OK", "{}")] {
        let server = Server::start([reply(status, body)]).await;
        server.percipio().probe_credentials().await.unwrap();
    }
    let page = Server::start([ok("<html>Maintenance</html>")]).await;
    let error = page.percipio().probe_credentials().await.unwrap_err();
    assert!(matches!(error, VendorError::Unexpected { status: 200, .. }), "{error:?}");
}

#[test]
fn regions_have_their_addresses() {
    let hosts = [Region::Us, Region::Eu].map(|region| region.base_url().to_string());
    assert_eq!(hosts, ["https://api.percipio.com/", "https://dew1-api.percipio.com/"]);
}

#[test]
fn calls_can_run_on_any_thread() {
    fn any_thread<T: Send>(_: &T) {}
    fn check(client: &Percipio, fields: &UserFields, window: ReportWindow) {
        any_thread(client);
        any_thread(&client.users(0, None));
        any_thread(&client.catalog(0, None, None));
        any_thread(&client.search_content("c", None, 0));
        any_thread(&client.request_report(window));
        any_thread(&client.report("r"));
        any_thread(&client.user(&UserRef::Id(ANA.to_owned())));
        any_thread(&client.create_user("E1", fields, false));
        any_thread(&client.patch_user(ANA, fields));
        any_thread(&async {
            if let Ok(Report::Ready(mut rows)) = client.report("r").await {
                drop(rows.next().await);
            }
        });
    }
    let _ = check;
}
