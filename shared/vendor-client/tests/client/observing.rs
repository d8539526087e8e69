//! What is read before something is changed.

use rollcall_vendor_client::VendorError;
use rollcall_vendor_client::litmos::{UserLookup, UserRef};

use crate::server::{Server, ok, reply};

const ADA: &str = r#"{"Id":"Us1","UserName":"Ada+1@Example.org","LoginKey":"k","Active":true}"#;

fn name(name: &str) -> UserRef {
    UserRef::Name(name.to_owned())
}

#[tokio::test]
async fn a_user_is_found_by_id_or_by_name_with_one_request() {
    let server = Server::start([ok(ADA)]).await;
    let client = server.client();
    for user in [UserRef::Id("Us1".to_owned()), name("ada+1@example.org")] {
        let found = client.user(&user).await.unwrap();
        let UserLookup::Found(record) = found else { panic!("{found:?}") };
        assert_eq!(record.user().user_name.as_deref(), Some("Ada+1@Example.org"));
        assert_eq!(record.user().active, Some(true));
    }
    let common = "?source=Acme+%26+Co&format=json";
    let lines: Vec<_> = server.requests().iter().map(|request| request.line()).collect();
    let expected =
        ["Us1", "ada%2B1%40example.org"].map(|user| format!("GET /users/{user}{common}"));
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn a_user_name_cannot_lead_elsewhere() {
    let server = Server::start([reply("404 No", "")]).await;
    let client = server.client();
    for odd in ["a/../b", "a?b#c d%2e", "é", "..", ""] {
        let found = client.user(&name(odd)).await.unwrap();
        assert!(matches!(found, UserLookup::Missing), "{found:?}");
    }
    let lines: Vec<_> = server.requests().iter().map(|request| request.line()).collect();
    let paths = ["a%2F..%2Fb", "a%3Fb%23c%20d%252e", "%C3%A9"];
    let expected = paths.map(|path| format!("GET /users/{path}?source=Acme+%26+Co&format=json"));
    assert_eq!(lines, expected);
}

/// A proxy's cache that knows one page only would keep the look-up for ever.
#[tokio::test]
async fn a_search_that_ignores_start_ends() {
    let rows: Vec<_> =
        (0..100).map(|n| format!(r#"{{"Id":"u{n}","UserName":"user{n}"}}"#)).collect();
    let server = Server::start([ok(&format!("[{}]", rows.join(",")))]).await;
    let client = server.client();
    let error = client.user(&name("courses")).await.unwrap_err();
    let VendorError::Unexpected { call, detail, .. } = error else { panic!("{error:?}") };
    assert_eq!((call.as_str(), client.requests().sent), ("GET /users", 2));
    assert!(detail.contains("`start`"), "{detail}");
}

/// Something else answers there: it would be an answer that makes no sense, again and again.
#[tokio::test]
async fn an_id_cannot_lead_to_what_is_no_user() {
    let server = Server::start([ok("[]")]).await;
    let client = server.client();
    for odd in ["details", "Paginated", "COURSES"] {
        let found = client.user(&UserRef::Id(odd.to_owned())).await.unwrap();
        assert!(matches!(found, UserLookup::Missing), "{odd}: {found:?}");
    }
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn another_user_is_never_taken_for_the_one() {
    let server = Server::start([ok(ADA)]).await;
    let client = server.client();
    for user in [name("Us1"), UserRef::Id("us1".to_owned())] {
        let found = client.user(&user).await.unwrap();
        let UserLookup::Ambiguous { user_id } = found else { panic!("{found:?}") };
        assert_eq!(user_id, "Us1");
    }
}

#[tokio::test]
async fn only_404_means_that_there_is_nobody() {
    for status in ["403 No", "409 No", "302 No", "400 No"] {
        let server = Server::start([reply(status, "")]).await;
        assert!(server.client().user(&name("ada")).await.is_err(), "{status}");
    }
    let server = Server::start([ok(r#"{"Detail":"Later"}"#)]).await;
    let error = server.client().user(&name("ada")).await.unwrap_err();
    assert!(matches!(error, VendorError::Unexpected { status: 200, .. }), "{error:?}");
}

#[tokio::test]
async fn each_list_of_a_user_has_its_path() {
    let row = r#"[{"Id":"a","Complete":true,"PercentageComplete":100.0,"IsLearningPath":true}]"#;
    let server = Server::start([ok(row)]).await;
    let client = server.client();
    assert_eq!(client.user_teams("Us1", 0).await.unwrap().rows[0].team_id, "a");
    let course = &client.user_courses("Us1", 7).await.unwrap().rows[0];
    assert_eq!((course.course_id.as_str(), course.is_learning_path), ("a", Some(true)));
    let path = &client.user_learning_paths("Us1", 0).await.unwrap().rows[0];
    assert_eq!((path.learning_path_id.as_str(), path.percent_complete), ("a", Some(100.0)));
    client.search_teams(&"ä ".repeat(60), 0).await.unwrap();
    let found = "%C3%A4+".repeat(25);
    let expected = [
        ("users/Us1/teams", 0, ""),
        ("users/Us1/courses", 7, ""),
        ("users/Us1/learningpaths", 0, ""),
        ("teams", 0, &format!("&search={found}")),
    ];
    let expected = expected.map(|(path, start, query)| {
        format!("GET /{path}?source=Acme+%26+Co&format=json{query}&limit=1000&start={start}")
    });
    let lines: Vec<_> = server.requests().iter().map(|request| request.line()).collect();
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn teams_and_learning_paths_are_read_one_by_one() {
    let server = Server::start([ok(r#"{"Id":"a","Name":"N","Description":"d"}"#)]).await;
    let client = server.client();
    assert_eq!(client.team_record("a").await.unwrap().team().name.as_deref(), Some("N"));
    assert_eq!(client.learning_path("a").await.unwrap().name.as_deref(), Some("N"));
    let common = "?source=Acme+%26+Co&format=json";
    let lines: Vec<_> = server.requests().iter().map(|request| request.line()).collect();
    assert_eq!(lines, ["teams", "learningpaths"].map(|path| format!("GET /{path}/a{common}")));
}
