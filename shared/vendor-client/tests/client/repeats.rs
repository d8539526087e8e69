//! Which writes are sent again, and when it is left to the caller.

use std::error::Error;
use std::time::Duration;

use rollcall_vendor_client::litmos::{JsonDates, Litmos, NewUser, Settings};
use rollcall_vendor_client::{Http, Pacer, Patience, Requests, Timeouts, VendorError};

use crate::server::{KEY, Keys, Reply, Server, Setup, ok, reply};

const ONE_REPEAT: Requests = Requests { sent: 2, retried: 1 };
const RATE_LIMIT: &str =
    r#"{"Detail":"Service Unavailable. The API rating limit has been exceeded."}"#;

/// The vendor has read the request, and what it did is not known.
fn troubles() -> [Reply; 9] {
    let busy = r#"{"Detail":"Service Unavailable"}"#;
    [
        Reply::Reset,
        Reply::Stall(""),
        Reply::Stall("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"),
        reply("503 Service Unavailable", busy),
        reply("503 Service Unavailable", "<html>Down</html>"),
        reply("504 Gateway Timeout", ""),
        reply("408 Request Timeout", ""),
        reply("500 X", ""),
        reply("502 X", ""),
    ]
}

fn impatient(server: &Server) -> Litmos {
    let timeouts = Timeouts { request: Duration::from_millis(300), ..Timeouts::default() };
    server.client_with(Setup { timeouts, patience: Patience::BRIEF, ..Setup::default() })
}

async fn create_user(client: &Litmos) -> Result<(), VendorError> {
    client.create_user(&NewUser::new("ada@example.org", "Learner"), false).await.map(drop)
}

async fn create_team(client: &Litmos) -> Result<(), VendorError> {
    client.create_team("North", None).await.map(drop)
}

fn is_ambiguous(created: Result<(), VendorError>, expected: &str) {
    let error = created.expect_err("a trouble");
    let VendorError::Ambiguous { call, .. } = &error else { panic!("{error:?}") };
    assert_eq!(call, expected);
}

#[tokio::test]
async fn a_creation_that_may_have_happened_is_not_repeated() {
    let unreadable = ["", "<html>", r#"{"Detail":"Done?"}"#, r#"{"Name":"n"}"#];
    let unreadable = unreadable.map(|body| reply("201 Created", body));
    for trouble in troubles().into_iter().chain(unreadable) {
        let server = Server::start([trouble.clone(), ok(r#"{"Id":"a"}"#)]).await;
        let client = impatient(&server);
        is_ambiguous(create_user(&client).await, "POST /users");
        assert_eq!((client.requests().sent, server.requests().len()), (1, 1), "{trouble:?}");
        let server = Server::start([trouble.clone(), ok(r#"{"Id":"a"}"#)]).await;
        is_ambiguous(create_team(&impatient(&server)).await, "POST /teams");
        assert_eq!(server.requests().len(), 1, "{trouble:?}");
    }
}

#[tokio::test]
async fn an_ambiguous_creation_says_why() {
    let server = Server::start([reply("503 X", r#"{"Detail":"Down"}"#)]).await;
    let error = create_user(&server.client()).await.unwrap_err();
    let text = "POST /users: it is not known whether this was done: 503 Down";
    assert_eq!(error.to_string(), text);
    let server = Server::start([Reply::Reset]).await;
    let error = create_user(&server.client()).await.unwrap_err();
    let cause = error.source().unwrap();
    assert!(!cause.to_string().contains("source="), "{cause}");
    assert!(error.to_string().ends_with("the connection broke"), "{error}");
}

#[tokio::test]
async fn a_creation_that_the_rate_limit_refused_is_repeated() {
    let said = "Service Unavailable. The API rating limit has been exceeded.";
    let page = format!("<html><body><h2>{said}</h2></body></html>");
    for refusal in [
        reply("503 X", RATE_LIMIT),
        reply("429 X", ""),
        reply(&format!("503 {said}"), ""),
        reply("503 Service Unavailable", &page),
        reply("503 Service Unavailable", said),
        reply("503 Busy", &format!("\"{said}\"")),
        reply("403 Forbidden", r#"{"fault":{"faultstring":"Rate limit quota violation"}}"#),
        reply("500 X", "Too many requests"),
        reply("200 OK", &page),
        reply("200 OK", RATE_LIMIT),
        reply("200 OK", said),
    ] {
        let server = Server::start([refusal, reply("201 Created", r#"{"Id":"a"}"#)]).await;
        let client = impatient(&server);
        create_user(&client).await.unwrap();
        let usage = client.usage();
        assert_eq!((usage.requests(), usage.refused()), (ONE_REPEAT, 1));
        assert!(usage.requests_per_minute() < 1_000_000.0);
        let requests = server.requests();
        assert_eq!(requests[0].body, requests[1].body);
    }
}

/// 425 refuses to look at a request so early: nothing was done, and nothing has to slow down.
#[tokio::test]
async fn a_creation_that_came_too_early_is_repeated() {
    let server =
        Server::start([reply("425 Too Early", ""), reply("201 Created", r#"{"Id":"a"}"#)]).await;
    let client = impatient(&server);
    create_user(&client).await.unwrap();
    assert_eq!((client.requests(), client.usage().refused()), (ONE_REPEAT, 0));
}

#[tokio::test]
async fn a_creation_that_never_left_is_repeated_and_then_certainly_not_done() {
    let settings = Settings {
        // Nobody listens on this port.
        base_url: "http://127.0.0.1:1/v1.svc".parse().unwrap(),
        source: "acme".to_owned(),
        json_dates: JsonDates::default(),
    };
    let http = Http::new(Timeouts::default()).unwrap();
    let client = Litmos::new(settings, Keys::always(KEY), Pacer::new(1_000_000, None), http)
        .with_patience(Patience::BRIEF);
    let error = create_team(&client).await.unwrap_err();
    let VendorError::Unavailable { attempts: 2, status: None, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!(client.requests(), ONE_REPEAT);
}

#[tokio::test]
async fn a_creation_with_a_refused_key_is_repeated_with_another() {
    let created = reply("201 Created", r#"{"Id":"a"}"#);
    let server = Server::start([reply("401 No", ""), created]).await;
    let keys = Keys::rotating(vec![KEY, "another-key"]);
    let client = server.client_with(Setup { keys, ..Setup::default() });
    create_user(&client).await.unwrap();
    assert_eq!(client.requests(), ONE_REPEAT);
}

#[tokio::test]
async fn a_creation_that_is_refused_is_no_riddle() {
    let server = Server::start([reply("409 UserName already exists", "")]).await;
    let error = create_user(&server.client()).await.unwrap_err();
    let VendorError::Conflict { detail, .. } = error else { panic!("{error:?}") };
    assert_eq!(detail, "UserName already exists");
}

#[tokio::test]
async fn every_other_write_is_repeated() {
    for trouble in troubles().into_iter().chain([reply("503 X", RATE_LIMIT), ok("<html>Wait")]) {
        macro_rules! repeated {
            ($name:ident, $($argument:expr),+) => {
                let server = Server::start([trouble.clone(), ok("")]).await;
                let client = impatient(&server);
                client.$name($($argument),+).await.expect("a repeat");
                assert_eq!(client.requests(), ONE_REPEAT, "{trouble:?}");
                let requests = server.requests();
                assert_eq!(requests[0].line(), requests[1].line());
                assert_eq!(requests[0].body, requests[1].body);
            };
        }
        repeated!(add_team_members, "t", &["u"], false);
        repeated!(assign_courses, "u", &["c"], false);
        repeated!(assign_learning_paths, "u", &["p"], false);
        repeated!(promote_leader, "t", "u");
        repeated!(remove_team_member, "t", "u");
    }
}

#[tokio::test]
async fn what_an_earlier_attempt_may_have_removed_is_removed() {
    let gone = reply("404 No team with this id", "");
    for trouble in troubles() {
        let server = Server::start([trouble, gone.clone()]).await;
        impatient(&server).delete_team("t").await.unwrap();
    }
    // Where nothing can have happened, 404 is news.
    for nothing in [reply("503 X", RATE_LIMIT), gone.clone()] {
        let server = Server::start([nothing, gone.clone()]).await;
        let error = impatient(&server).delete_team("t").await.unwrap_err();
        assert!(matches!(error, VendorError::NotFound { .. }), "{error:?}");
    }
    // Nor is a page that says so proof of anything.
    let page = reply("404 Not Found", "<html><body>No such file");
    let server = Server::start([Reply::Reset, page]).await;
    let error = impatient(&server).delete_team("t").await.unwrap_err();
    assert!(matches!(error, VendorError::Foreign { .. }), "{error:?}");
    // And a record that is not there cannot have been changed.
    let server = Server::start([Reply::Reset, gone]).await;
    let error = impatient(&server).promote_leader("t", "u").await.unwrap_err();
    assert!(matches!(error, VendorError::NotFound { .. }), "{error:?}");
}

#[tokio::test]
async fn patience_is_a_setting() {
    for (patience, sent) in [
        (Patience::attempts(0), 1),
        (Patience::BRIEF, 2),
        (Patience::BRIEF_AGAIN, 1),
        (Patience::attempts(3), 3),
        (Patience::default(), 8),
    ] {
        let server = Server::start([reply("500 X", "")]).await;
        let client = server.client_with(Setup { patience, ..Setup::default() });
        for error in
            [client.delete_team("t").await.unwrap_err(), client.team("t").await.unwrap_err()]
        {
            let VendorError::Unavailable { attempts, .. } = error else { panic!("{error:?}") };
            assert_eq!(attempts, sent);
        }
    }
}

/// Too many requests are nobody's own trouble, and repeated also where trouble is not.
#[tokio::test]
async fn a_refusal_for_the_rate_limit_is_repeated_whatever_has_failed_before() {
    let server = Server::start([reply("429 X", ""), reply("200 X", r#"{"Id":"t"}"#)]).await;
    let setup = Setup { patience: Patience::BRIEF_AGAIN, ..Setup::default() };
    server.client_with(setup).team("t").await.unwrap();
}

/// However long the vendor's own timeouts are, and however many attempts are left: a silence costs no
/// more than patience has.
#[tokio::test]
async fn a_silent_vendor_is_waited_for_as_long_as_patience_says() {
    let silence = [Reply::Stall(""), Reply::Stall("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")];
    for stall in silence {
        let server = Server::start([stall.clone(), stall]).await;
        let patience = Patience::attempts(2).answered_within(Duration::from_millis(200));
        let litmos = server.client_with(Setup { patience, ..Setup::default() });
        let asked = tokio::time::timeout(Duration::from_secs(10), litmos.team("t"));
        let error = asked.await.expect("60 s are the vendor's own").unwrap_err();
        assert!(matches!(error, VendorError::Unavailable { attempts: 1, .. }), "{error:?}");
    }
}
