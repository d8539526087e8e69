//! What goes over the wire.

use rollcall_vendor_client::litmos::{ChangeWindow, JsonDates, Litmos, Region, UserRef};
use rollcall_vendor_client::{Requests, VendorError};

use crate::server::{KEY, Reply, Server, Setup, ok, reply};

/// `[{"Id":"zipped"}]`
const ZIPPED: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x8b\xae\x56\xf2\x4c\x51\xb2\x52\xaa\xca\x2c\x28\x48\x4d\x51\xaa\x8d\x05\x00\xca\x3c\x39\xdb\x11\x00\x00\x00";

#[tokio::test]
async fn each_call_has_its_path_and_query() {
    let server = Server::start([ok(r#"{"Pagination":{"TotalCount":7}}"#), ok("[]")]).await;
    let client = server.client();
    assert_eq!(client.count_users().await.unwrap(), 7);
    let common = "source=Acme+%26+Co&format=json";
    let mut expected = vec![format!("/users/paginated?{common}&limit=1&start=0")];
    macro_rules! page {
        ($call:expr, $path:literal) => {
            assert_eq!($call.await.unwrap().received, 0);
            expected.push(format!(concat!($path, "?{}&limit=1000&start=2000"), common));
        };
    }
    page!(client.users(2000), "/users/details");
    page!(client.teams(2000), "/teams");
    page!(client.team_members("-Tm 1", 2000), "/teams/-Tm%201/users");
    page!(client.team_leaders("Tm/1", 2000), "/teams/Tm%2F1/leaders");
    page!(client.team_admins("Tm1", 2000), "/teams/Tm1/admins");
    page!(client.courses(2000), "/courses");
    page!(client.course_users("Cq1", 2000), "/courses/Cq1/users");
    let at = |text: &str| text.parse().unwrap();
    let window =
        ChangeWindow { since: at("2026-11-20T08:09:10.999Z"), to: at("2026-11-22T00:00:00.5Z") };
    macro_rules! changes {
        ($call:ident, $path:literal) => {
            assert_eq!(client.$call(window, 2000).await.unwrap().received, 0);
            let window = "since=2026-11-20+08%3A09%3A10&to=2026-11-22+00%3A00%3A01";
            expected.push(format!(
                concat!("/org/", $path, "?{}&{}&limit=1000&start=2000"),
                common, window
            ));
        };
    }
    changes!(changed_users, "users/details");
    changes!(changed_teams, "teams");
    changes!(changed_members, "teams/users");
    changes!(changed_courses, "courses");
    changes!(changed_assignments, "users/courses");
    changes!(changed_results, "results/details");
    assert!(client.user_custom_fields("Us1").await.unwrap().is_empty());
    expected.push(format!("/users/Us1/usercustomfields?{common}"));
    assert!(client.course_custom_fields().await.unwrap().is_empty());
    expected.push(format!("/coursecustomfields?{common}"));
    let heads = server.heads();
    let lines: Vec<_> = heads.iter().map(|head| head.lines().next().unwrap()).collect();
    let expected: Vec<_> =
        expected.iter().map(|path| format!("GET /v1.svc{path} HTTP/1.1")).collect();
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn each_request_carries_the_key_and_takes_gzip_but_no_cookie() {
    let cookie = "200 OK\r\nSet-Cookie: a=b";
    let server = Server::start([reply(cookie, "[]")]).await;
    let client = server.client();
    client.teams(0).await.unwrap();
    client.teams(0).await.unwrap();
    for head in server.heads() {
        let head = head.to_ascii_lowercase();
        assert!(head.contains(&format!("\r\napikey: {KEY}\r\n")), "{head}");
        assert!(head.contains("\r\naccept-encoding: gzip"), "{head}");
        assert!(!head.contains("cookie"), "{head}");
    }
}

#[tokio::test]
async fn gzip_is_unpacked() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n";
    let answer = [head.as_slice(), ZIPPED].concat();
    let server = Server::start([Reply::Bytes(answer)]).await;
    assert_eq!(server.client().teams(0).await.unwrap().rows[0].team_id, "zipped");
}

#[tokio::test]
async fn dates_are_read_as_the_settings_say() {
    let body = r#"[{"Id":"u","CreatedDate":"\/Date(1557105155990-0700)\/"}]"#;
    let server = Server::start([ok(body)]).await;
    for (json_dates, expected) in [
        (JsonDates::MillisAreUtc, "2019-05-06T01:12:35.99Z"),
        (JsonDates::WallClockAtOffset, "2019-05-05T18:12:35.99Z"),
    ] {
        let client = server.client_with(Setup { json_dates, ..Setup::default() });
        let page = client.users(0).await.unwrap();
        assert_eq!(page.rows[0].created_at.unwrap().to_string(), expected);
    }
}

#[tokio::test]
async fn single_records_are_decoded() {
    let server = Server::start([
        ok(r#"{"Id":"t","Name":"North","Description":"x"}"#),
        ok(r#"{"Id":"c","Name":"Basics"}"#),
    ]);
    let client = server.await.client();
    assert_eq!(client.team("t").await.unwrap().name.as_deref(), Some("North"));
    assert_eq!(client.course("c").await.unwrap().name.as_deref(), Some("Basics"));
}

#[tokio::test]
async fn an_enrolment_knows_its_course() {
    let server = Server::start([ok(r#"[{"Id":"u","Completed":true}]"#)]).await;
    let page = server.client().course_users("Cq1", 0).await.unwrap();
    assert_eq!((page.rows[0].course_id.as_str(), page.rows[0].user_id.as_str()), ("Cq1", "u"));
}

#[tokio::test]
async fn what_cannot_be_an_id_is_not_found_without_asking() {
    let server = Server::start([ok("[]")]).await;
    let client = server.client();
    for id in ["", ".", ".."] {
        let error = client.team_members(id, 0).await.unwrap_err();
        assert!(matches!(error, VendorError::NotFound { .. }), "{error:?}");
    }
    assert_eq!((server.heads().len(), client.requests()), (0, Requests::default()));
}

#[tokio::test]
async fn clones_count_together() {
    let server = Server::start([ok("[]")]).await;
    let client = server.client();
    client.clone().teams(0).await.unwrap();
    client.teams(0).await.unwrap();
    assert_eq!(client.requests(), Requests { sent: 2, retried: 0 });
}

#[test]
fn regions_have_their_addresses() {
    let hosts = [Region::Us, Region::Eu, Region::Au].map(|region| region.base_url().to_string());
    assert_eq!(
        hosts,
        [
            "https://api.litmos.com/v1.svc",
            "https://api.litmoseu.com/v1.svc",
            "https://api.litmos.com.au/v1.svc"
        ]
    );
}

#[test]
fn calls_can_run_on_any_thread() {
    fn any_thread<T: Send>(_: &T) {}
    fn check(client: &Litmos) {
        any_thread(client);
        any_thread(&client.course_users("c", 0));
        any_thread(&client.course("c"));
        any_thread(&client.count_users());
        any_thread(&client.user(&UserRef::Id(String::new())));
        any_thread(&client.create_team("t", None));
        any_thread(&client.assign_courses("u", &["c"], false));
        any_thread(&client.delete_team("t"));
    }
    let _ = check;
}
