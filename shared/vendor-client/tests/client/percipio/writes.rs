//! What writes send, and how their answers are taken.

use std::time::Duration;

use rollcall_vendor_client::percipio::{Percipio, UserFields, UserRef};
use rollcall_vendor_client::{Patience, Requests, Timeouts, VendorError};
use serde_json::{Value, json};

use super::{ANA, line};
use crate::server::{Reply, Server, Setup, ok, reply};

const USERS: &str = "user-management/v1";
const ONE_REPEAT: Requests = Requests { sent: 2, retried: 1 };

fn created() -> Reply {
    reply("201 Created", &json!({"id": ANA, "externalUserId": "E1"}).to_string())
}

fn fields() -> UserFields {
    let mut fields = UserFields::new();
    fields.set_role("LEARNER");
    fields.set_manager(Some(&UserRef::ExternalId("E0900".to_owned())));
    fields.set_attribute("Cost Center", &json!("2840")).expect("an attribute");
    fields
}

fn impatient(server: &Server) -> Percipio {
    let timeouts = Timeouts { request: Duration::from_millis(300), ..Timeouts::default() };
    server.percipio_with(Setup { timeouts, patience: Patience::BRIEF, ..Setup::default() })
}

#[tokio::test]
async fn a_new_account_is_sent_whole_and_comes_back_with_an_id() {
    for notify in [false, true] {
        let server = Server::start([created()]).await;
        let record = server.percipio().create_user("E1", &fields(), notify).await.unwrap();
        assert_eq!(record.user().user_id, ANA);
        let request = &server.requests()[0];
        assert_eq!(request.line(), line("POST", USERS, "/users"));
        assert_eq!(request.header("content-type"), ["application/json"]);
        let expected = json!({"externalUserId": "E1", "isActive": true, "role": "LEARNER",
            "approvalManager": {"identifier": "EXTERNAL_ID", "value": "E0900"},
            "customAttributes": [{"name": "Cost Center", "value": "2840"}],
            "sendWelcomeEmail": notify});
        assert_eq!(serde_json::from_str::<Value>(&request.body).unwrap(), expected);
    }
}

#[tokio::test]
async fn a_change_goes_to_the_uuid_with_what_is_named_and_no_more() {
    for answer in ["", r#"{"id":"x","approvalManager":{"id":"m"}}"#] {
        let server = Server::start([ok(answer)]).await;
        let mut fields = UserFields::new();
        fields.set_active(false);
        server.percipio().patch_user(ANA, &fields).await.unwrap();
        let requests = server.requests();
        assert_eq!(requests[0].line(), line("PATCH", USERS, &format!("/users/{ANA}")));
        assert_eq!((requests[0].body.as_str(), requests.len()), (r#"{"isActive":false}"#, 1));
    }
}

#[tokio::test]
async fn nothing_is_sent_without_a_uuid_or_without_a_change() {
    let server = Server::start([ok("")]).await;
    let client = server.percipio();
    for id in ["", "E1", "external-user-id/E1", "login-name/ana", "..", "external-user-id%2FE1"] {
        let error = client.patch_user(id, &fields()).await.unwrap_err();
        assert!(matches!(error, VendorError::NotFound { .. }), "{id} {error:?}");
    }
    client.patch_user(ANA, &UserFields::new()).await.unwrap();
    assert_eq!((server.requests().len(), client.requests().sent), (0, 0));
}

/// The vendor has read the request, and what it did is not known.
fn troubles() -> [Reply; 7] {
    [
        Reply::Reset,
        Reply::Stall(""),
        Reply::Stall("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"),
        reply("503 X", "<html>Down</html>"),
        reply("504 X", ""),
        reply("500 X", ""),
        ok("<html>Wait</html>"),
    ]
}

#[tokio::test]
async fn a_creation_that_may_have_happened_is_not_repeated() {
    let unreadable = ["", r#"{"error":"Done?"}"#, r#"{"externalUserId":"E1"}"#, "[]"];
    let unreadable = unreadable.map(|body| reply("201 Created", body));
    for trouble in troubles().into_iter().chain(unreadable) {
        let server = Server::start([trouble.clone(), created()]).await;
        let client = impatient(&server);
        let error = client.create_user("E1", &fields(), false).await.unwrap_err();
        assert!(matches!(error, VendorError::Ambiguous { .. }), "{trouble:?} {error:?}");
        assert_eq!((client.requests().sent, server.requests().len()), (1, 1), "{trouble:?}");
    }
}

#[tokio::test]
async fn a_change_that_may_have_happened_is_repeated() {
    for trouble in troubles() {
        let server = Server::start([trouble.clone(), ok("")]).await;
        let client = impatient(&server);
        client.patch_user(ANA, &fields()).await.unwrap();
        assert_eq!(client.requests(), ONE_REPEAT, "{trouble:?}");
        let requests = server.requests();
        assert_eq!(requests[0].body, requests[1].body);
    }
}

#[tokio::test]
async fn refusals_say_what_the_vendor_said() {
    macro_rules! check {
        ($status:literal, $variant:ident) => {
            let server = Server::start([reply($status, r#"{"error":"because"}"#)]).await;
            let client = server.percipio();
            let error = client.patch_user(ANA, &fields()).await.unwrap_err();
            let VendorError::$variant { detail, .. } = &error else { panic!("{error:?}") };
            assert_eq!((detail.as_str(), client.requests().sent), ("because", 1));
        };
    }
    check!("403 X", Forbidden);
    check!("404 X", NotFound);
    check!("422 X", Conflict);
}
