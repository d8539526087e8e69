//! What is read before something is changed.

use rollcall_vendor_client::VendorError;
use rollcall_vendor_client::litmos::{UserLookup, UserRef};

use crate::server::{Server, ok, reply};

const ADA: &str = r#"{"Id":"Us1","UserName":"Ada@Example.org","LoginKey":"k","Active":true}"#;
/// How IIS answers an address that it does not let through.
const PAGE: &str = "<!DOCTYPE html><html><head><title>404 - File or directory not found.</title>";

fn name(name: &str) -> UserRef {
    UserRef::Name(name.to_owned())
}

#[tokio::test]
async fn a_user_is_found_by_id_or_by_name_with_one_request() {
    let server = Server::start([ok(ADA)]).await;
    let client = server.client();
    for user in [UserRef::Id("Us1".to_owned()), name("ada@example.org")] {
        let found = client.user(&user).await.unwrap();
        let UserLookup::Found(record) = found else { panic!("{found:?}") };
        assert_eq!(record.user().user_name.as_deref(), Some("Ada@Example.org"));
        assert_eq!(record.user().active, Some(true));
    }
    let common = "?source=Acme+%26+Co&format=json";
    let lines: Vec<_> = server.requests().iter().map(|request| request.line()).collect();
    let expected = ["Us1", "ada%40example.org"].map(|user| format!("GET /users/{user}{common}"));
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn an_id_cannot_lead_elsewhere() {
    let server = Server::start([ok(ADA)]).await;
    let client = server.client();
    for way in ["../teams", "a/../b", "..\\teams", "", ".", ".."] {
        let found = client.user(&UserRef::Id(way.to_owned())).await.unwrap();
        assert!(matches!(found, UserLookup::Missing), "{way}: {found:?}");
        let error = client.user_teams(way, 0).await.unwrap_err();
        assert!(matches!(error, VendorError::NotFound { .. }), "{way}: {error:?}");
    }
    assert_eq!(server.requests().len(), 0);
}

/// Such a name never reaches the vendor in a path: what answers there proves nothing.
#[tokio::test]
async fn a_name_that_cannot_stand_in_a_path_is_looked_up_by_the_search() {
    for (asked, text, found) in [
        ("ada+lms@example.org", "ada%2Blms%40example.org", "Ada+LMS@Example.org"),
        ("a/../b", "a%2F..%2Fb", "a/../b"),
        ("a?b#c d%2e ", "a%3Fb%23c+d%252e", "A?b#c d%2e"),
        ("zoë", "zo%C3%AB", "zoë"),
    ] {
        let row =
            |id: &str, name: &str| format!(r#"{{"Id":"{id}","UserName":"{name}","Active":true}}"#);
        let other = row("Us0", &format!("x{found}"));
        for (rows, is_there) in [
            (format!("[{other},{}]", row("Us1", found)), true),
            (format!("[{other}]"), false),
            ("[]".to_owned(), false),
        ] {
            let server = Server::start([ok(&rows), ok(&row("Us1", found))]).await;
            match server.client().user(&name(asked)).await.unwrap() {
                UserLookup::Found(record) => assert!(is_there && record.user().user_id == "Us1"),
                UserLookup::Missing => assert!(!is_there, "{asked}"),
                ambiguous @ UserLookup::Ambiguous { .. } => panic!("{ambiguous:?}"),
            }
            let common = "?source=Acme+%26+Co&format=json";
            let mut expected = vec![format!("/users{common}&search={text}&limit=1000&start=0")];
            expected.extend(is_there.then(|| format!("/users/Us1{common}")));
            let lines: Vec<_> = server.requests().iter().map(|request| request.line()).collect();
            assert_eq!(
                lines,
                expected.iter().map(|path| format!("GET {path}")).collect::<Vec<_>>()
            );
        }
    }
}

#[tokio::test]
async fn a_name_that_a_page_answers_for_is_looked_up_by_the_search() {
    for status in ["404 Not Found", "400 Bad Request"] {
        let rows = format!("[{ADA}]");
        let server = Server::start([reply(status, PAGE), ok(&rows), ok(ADA)]).await;
        let found = server.client().user(&name("ada@example.org")).await.unwrap();
        assert!(matches!(found, UserLookup::Found(_)), "{found:?}");
        let server = Server::start([reply(status, PAGE), ok("[]")]).await;
        let found = server.client().user(&name("ada@example.org")).await.unwrap();
        assert!(matches!(found, UserLookup::Missing), "{found:?}");
        // By id there is no other way, and the search may be answered so too.
        let server = Server::start([reply(status, PAGE)]).await;
        for user in [UserRef::Id("Us1".to_owned()), name("ada@example.org"), name("ada+1")] {
            let error = server.client().user(&user).await.unwrap_err();
            assert!(matches!(error, VendorError::Foreign { .. }), "{user:?}: {error:?}");
        }
    }
}

/// A name of 255 characters is longer than a search may be.
#[tokio::test]
async fn a_long_name_is_searched_by_its_beginning_and_compared_whole() {
    let long = format!("{}+1", "a".repeat(60));
    let rows = format!(r#"[{{"Id":"Us0","UserName":"{}"}}]"#, long.replace('1', "2"));
    let server = Server::start([ok(&rows)]).await;
    let found = server.client().user(&name(&long)).await.unwrap();
    assert!(matches!(found, UserLookup::Missing), "{found:?}");
    let line = server.requests()[0].line();
    assert!(line.contains(&format!("&search={}&", "a".repeat(50))), "{line}");
}

/// The search goes on to its end, and whoever may be in a row without a name is not absent.
#[tokio::test]
async fn a_search_is_walked_to_its_end() {
    let rows = |from: u32, to: u32| {
        let rows = (from..to).map(|n| format!(r#"{{"Id":"u{n}","UserName":"ada+{n}@x.org"}}"#));
        format!("[{}]", rows.collect::<Vec<_>>().join(","))
    };
    let last = r#"{"Id":"u120","UserName":"ada+120@x.org"}"#;
    let server = Server::start([ok(&rows(0, 100)), ok(&rows(100, 130)), ok(last)]).await;
    let found = server.client().user(&name("ada+120@x.org")).await.unwrap();
    assert!(matches!(found, UserLookup::Found(_)), "{found:?}");
    assert!(server.requests()[1].line().ends_with("&start=100"));
    let server = Server::start([ok(r#"[{"Id":"u1","UserName":null},{"x":1}]"#)]).await;
    let error = server.client().user(&name("ada+1@x.org")).await.unwrap_err();
    let VendorError::Unexpected { detail, .. } = error else { panic!("{error:?}") };
    assert!(detail.starts_with("2 rows"), "{detail}");
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
