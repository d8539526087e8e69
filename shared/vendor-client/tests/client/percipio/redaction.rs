//! Tokens and people stay out of what is shown.

use rollcall_vendor_client::Patience;
use rollcall_vendor_client::percipio::{Report, UserFields, UserLookup, UserRef};
use serde_json::json;

use super::ANA;
use crate::redaction::{Log, all, assert_hidden};
use crate::server::{KEY, Reply, Server, ok, reply};

#[tokio::test]
async fn neither_errors_nor_logs_nor_debug_output_show_a_token() {
    let (log, _guard) = Log::start();
    let mut shown = String::new();
    let echoes = [
        format!(r#"{{"error":"Bearer {KEY} is bad"}}"#),
        format!(r#"{{"errors":[{{"code":"{KEY}","additionalInfo":"{KEY}"}}]}}"#),
        format!(r#"{{"status":"{KEY}"}}"#),
        format!(r#"{{"status":"FAILED","error":"{KEY}"}}"#),
        format!("<html>Authorization: Bearer {KEY}</html>"),
        format!(r#"[{{"userUuid":{{"{KEY}":1}}}}]"#),
    ];
    for status in ["401 No", "403 No", "404 No", "422 No", "429 No", "500 No", "200 OK", "302 No"] {
        for body in &echoes {
            let client = Server::start([reply(status, body)]).await.percipio();
            let client = client.with_patience(Patience::BRIEF);
            let users = client.users(0, None).await;
            shown += &users.map_or_else(|error| all(&error), |page| format!("{page:?}"));
            match client.report("r").await {
                Ok(Report::Ready(mut rows)) => {
                    shown += &format!("{rows:?}");
                    shown += &format!("{:?}", rows.next().await);
                }
                Ok(other) => shown += &format!("{other:?}"),
                Err(error) => shown += &all(&error),
            }
            shown += &format!("{client:?} {:?}", client.last_trouble());
        }
    }
    let client = Server::start([Reply::Reset]).await.percipio();
    shown += &all(&client.users(0, None).await.unwrap_err());
    shown += &log.text();
    assert!(shown.contains("[key]") && shown.contains("repeating a request"));
    assert_hidden(&shown, &["5ecre7"]);
}

#[tokio::test]
async fn bodies_of_writes_and_their_answers_are_never_shown() {
    let (log, _guard) = Log::start();
    let mut fields = UserFields::new();
    fields.set_email("sent-1@example.org");
    fields.set_attribute("Geo", &json!("sent-1")).unwrap();
    let user = json!({"id": ANA, "email": "got-1", "loginName": "x",
        "aiccLaunch": {"params": "got-1"}, "password": "got-1"});
    let mut shown = format!("{fields:?}");
    for status in ["200 OK", "422 No", "429 No", "500 No", "403 No", "404 No"] {
        let client = Server::start([reply(status, &user.to_string())]).await.percipio();
        let client = client.with_patience(Patience::BRIEF);
        let created = client.create_user("sent-1", &fields, false).await;
        shown += &created.map_or_else(|error| all(&error), |record| format!("{record:?}"));
        shown += &format!("{:?}", client.patch_user(ANA, &fields).await);
        shown += &format!("{client:?} {:?}", client.last_trouble());
    }
    let client = Server::start([ok(&user.to_string())]).await.percipio();
    let found = client.user(&UserRef::LoginName("x".to_owned())).await.unwrap();
    assert!(matches!(found, UserLookup::Found(_)));
    shown += &format!("{found:?}");
    shown += &log.text();
    assert!(shown.contains("PATCH") && shown.contains("repeating a request"));
    assert_hidden(&shown, &["5ecre7", "sent-1", "got-1"]);
}
