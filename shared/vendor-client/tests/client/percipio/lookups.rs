//! Looking for one account.

use rollcall_vendor_client::VendorError;
use rollcall_vendor_client::percipio::{UserLookup, UserRef};
use serde_json::json;

use super::{ANA, line};
use crate::server::{Server, ok, reply};

fn ana() -> String {
    let row = json!({"id": ANA, "externalUserId": "E+1@x.org", "loginName": "ana", "isActive": true,
        "role": "ADMIN", "customAttributes": [{"name": "Geo", "value": null}]});
    row.to_string()
}

#[tokio::test]
async fn an_account_is_found_by_any_of_its_keys_with_one_request() {
    let server = Server::start([ok(&ana())]).await;
    let client = server.percipio();
    for user in [
        UserRef::Id(ANA.to_owned()),
        UserRef::ExternalId("e+1@X.org".to_owned()),
        UserRef::LoginName("ANA".to_owned()),
    ] {
        let UserLookup::Found(record) = client.user(&user).await.unwrap() else {
            panic!("{user:?}")
        };
        assert_eq!(record.user().user_id, ANA);
        assert_eq!(record.attributes()["Geo"], json!(null));
    }
    let lines: Vec<_> = server.requests().iter().map(|request| request.line()).collect();
    let paths = [ANA, "external-user-id/e%2B1%40X.org", "login-name/ANA"];
    let expected = paths.map(|path| line("GET", "user-management/v1", &format!("/users/{path}")));
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn another_account_is_never_taken_for_the_one() {
    let server = Server::start([ok(&ana())]).await;
    let client = server.percipio();
    for user in [
        UserRef::Id(ANA.replace('6', "7")),
        UserRef::ExternalId("ana".to_owned()),
        UserRef::LoginName("E+1@x.org".to_owned()),
    ] {
        let found = client.user(&user).await.unwrap();
        let UserLookup::Ambiguous { user_id } = found else { panic!("{user:?} {found:?}") };
        assert_eq!(user_id, ANA);
    }
}

#[tokio::test]
async fn only_404_means_that_there_is_nobody() {
    let name = UserRef::LoginName("ana".to_owned());
    let server = Server::start([reply("404 Not Found", "")]).await;
    let found = server.percipio().user(&name).await.unwrap();
    assert!(matches!(found, UserLookup::Missing), "{found:?}");
    for status in ["404 Not Found", "400 Bad Request"] {
        let server = Server::start([reply(status, "<html><body>No such page")]).await;
        let error = server.percipio().user(&name).await.unwrap_err();
        assert!(matches!(error, VendorError::Foreign { .. }), "{error:?}");
    }
    for status in ["401 No", "403 No", "422 No", "302 No", "400 No"] {
        let server = Server::start([reply(status, "")]).await;
        assert!(server.percipio().user(&name).await.is_err(), "{status}");
    }
    let server = Server::start([ok(r#"{"error":"Later"}"#)]).await;
    let error = server.percipio().user(&name).await.unwrap_err();
    assert!(matches!(error, VendorError::Unexpected { status: 200, .. }), "{error:?}");
}

#[tokio::test]
async fn what_cannot_be_a_key_is_nobodys_and_not_asked_for() {
    let server = Server::start([ok(&ana())]).await;
    let client = server.percipio();
    for user in [
        UserRef::Id("E1".to_owned()),
        UserRef::Id("external-user-id/E1".to_owned()),
        UserRef::ExternalId(String::new()),
        UserRef::ExternalId("..".to_owned()),
    ] {
        let found = client.user(&user).await.unwrap();
        assert!(matches!(found, UserLookup::Missing), "{user:?} {found:?}");
    }
    assert_eq!(client.requests().sent, 0);
}
